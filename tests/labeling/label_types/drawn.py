"""Strategies shared by the types that are drawn on an image. Coordinates are quarters, so flips and turns are exact."""

from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Flip, Photometric, QuarterTurn, Shift
from tests.labeling.label_types.situation import Raw, classes

WIDTH, HEIGHT = 64, 48


@st.composite
def drawn_questions(draw: st.DrawFn) -> tuple[Raw, Facts]:
    facts: Facts = {"parts": {part: {"width": WIDTH, "height": HEIGHT} for part in ("image", "right")}}
    return {"classes": draw(classes(most=3)), "match_iou": draw(st.sampled_from([0.3, 0.5, 0.9]))}, facts


def quarters(least: int, most: int) -> st.SearchStrategy[float]:
    return st.integers(least * 4, most * 4).map(lambda n: n / 4)


@st.composite
def drawn_values(
    draw: st.DrawFn, spec: Raw, geometry: st.SearchStrategy[Raw], parts: tuple[str, ...] = ("image", "right")
) -> Raw:
    known = spec["classes"]
    assert isinstance(known, list)
    ids = draw(st.lists(st.integers(1, 30), max_size=6, unique=True))
    shared = draw(st.lists(geometry, min_size=1, max_size=2))
    attributes = st.dictionaries(
        st.sampled_from(["sharp", "note"]), st.booleans() | st.integers(0, 2) | st.just("x")
    )
    return {
        "elements": [
            {
                "id": f"e{number}",
                "class": draw(st.sampled_from(known))["code"],
                "part": draw(st.sampled_from(parts)),
                "geometry": draw(st.sampled_from(shared) | geometry),
                "attributes": draw(attributes),
            }
            for number in ids
        ]
    }


def exact_image_changes(facts: Facts) -> st.SearchStrategy[Change]:
    part = st.sampled_from(["image", "right"])
    return st.one_of(
        part.map(Photometric),
        st.builds(Flip, part, st.sampled_from(["horizontal", "vertical"]), st.just(WIDTH), st.just(HEIGHT)),
        st.builds(QuarterTurn, part, st.integers(0, 3), st.just(WIDTH), st.just(HEIGHT)),
        st.builds(Shift, part, quarters(-9, 9), quarters(-9, 9), st.just(WIDTH), st.just(HEIGHT)),
    )
