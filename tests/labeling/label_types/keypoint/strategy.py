from hypothesis import strategies as st

from labeling.label_types.base import Facts
from tests.labeling.label_types.drawn import (
    HEIGHT,
    WIDTH,
    drawn_questions,
    drawn_values,
    exact_image_changes,
    quarters,
)
from tests.labeling.label_types.situation import Raw, Strategy

NAMES = ("nose", "left ear", "right ear", "left foot", "right foot")


@st.composite
def questions(draw: st.DrawFn) -> tuple[Raw, Facts]:
    spec, facts = draw(drawn_questions())
    points: list[Raw] = [{"name": name} for name in NAMES]
    points[1]["other_side"] = "right ear"
    points[4]["other_side"] = "left foot"
    lines = draw(st.sampled_from([[], [["left ear", "nose", "right ear"], ["left foot", "right foot"]]]))
    return {**spec, "points": points, "lines": lines, "tolerance": draw(st.sampled_from([0.05, 0.5]))}, facts


def figures() -> st.SearchStrategy[Raw]:
    point = st.fixed_dictionaries(
        {"x": quarters(0, WIDTH), "y": quarters(0, HEIGHT), "visible": st.booleans()}
    )
    placed = st.dictionaries(st.sampled_from(NAMES), point, min_size=1)
    return placed.map(lambda points: {"points": points})


def values(spec: Raw, facts: Facts) -> st.SearchStrategy[Raw]:
    return drawn_values(spec, figures())


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_image_changes)
