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


@st.composite
def rectangles(draw: st.DrawFn) -> Raw:
    x0, y0 = draw(quarters(0, WIDTH - 1)), draw(quarters(0, HEIGHT - 1))
    x1 = min(WIDTH, x0 + draw(quarters(1, WIDTH)))
    y1 = min(HEIGHT, y0 + draw(quarters(1, HEIGHT)))
    return {"x0": x0, "y0": y0, "x1": x1, "y1": y1}


@st.composite
def turned_rectangles(draw: st.DrawFn) -> Raw:
    """About a middle inside the picture; the sides are even, so that exchanging them is exact."""
    x, y = draw(quarters(1, WIDTH - 1)), draw(quarters(1, HEIGHT - 1))
    wide, high = draw(quarters(1, 20)), draw(quarters(1, 20))
    angle = draw(st.sampled_from([-180, -90, -45, -30.5, 10, 45, 60, 135]))
    if angle % 90 == 0:
        return draw(rectangles())
    return {"x0": x - wide, "y0": y - high, "x1": x + wide, "y1": y + high, "angle": angle}


def values(spec: Raw, facts: Facts) -> st.SearchStrategy[Raw]:
    return drawn_values(spec, rectangles() | turned_rectangles() if spec["rotation"] else rectangles())


@st.composite
def questions(draw: st.DrawFn) -> tuple[Raw, Facts]:
    spec, facts = draw(drawn_questions())
    return {**spec, "rotation": draw(st.booleans())}, facts


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_image_changes)
