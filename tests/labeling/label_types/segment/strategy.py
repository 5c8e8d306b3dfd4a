from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Flip, Photometric
from tests.labeling.label_types.drawn import drawn_values
from tests.labeling.label_types.situation import Raw, Strategy, classes

LENGTH = 24


@st.composite
def questions(draw: st.DrawFn) -> tuple[Raw, Facts]:
    facts: Facts = {"parts": {part: {"duration_ms": LENGTH} for part in ("left", "right")}}
    return {
        "classes": draw(classes(most=3)),
        "match_iou": draw(st.sampled_from([0.3, 0.5, 0.9])),
        "overlapping": draw(st.booleans()),
        "text": draw(st.booleans()),
    }, facts


@st.composite
def stretches(draw: st.DrawFn) -> Raw:
    start = draw(st.integers(0, LENGTH - 1))
    return {"start": start, "end": draw(st.integers(start + 1, LENGTH))}


@st.composite
def apart(draw: st.DrawFn, spec: Raw) -> Raw:
    """Segments that share no time: neighboring pairs of increasing offsets."""
    value = draw(drawn_values(spec, stretches(), parts=("left",)))
    elements = value["elements"]
    assert isinstance(elements, list)
    wanted = 2 * len(elements)
    offsets = sorted(draw(st.lists(st.integers(0, LENGTH), unique=True, min_size=wanted, max_size=wanted)))
    order = draw(st.permutations(range(len(elements))))
    for place, element in zip(order, elements, strict=True):
        element["geometry"] = {"start": offsets[2 * place], "end": offsets[2 * place + 1]}
    return value


@st.composite
def values(draw: st.DrawFn, spec: Raw, facts: Facts) -> Raw:
    value = draw(stretched(spec))
    elements = value["elements"]
    assert isinstance(elements, list)
    for element in elements:
        if draw(st.booleans()):
            element["attributes"]["text"] = draw(st.sampled_from(["Um, ja", "um ja", "nein", ""]))
    return value


def stretched(spec: Raw) -> st.SearchStrategy[Raw]:
    return drawn_values(spec, stretches(), parts=("left", "right")) if spec["overlapping"] else apart(spec)


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return st.sampled_from([Photometric("left"), Flip("image", "horizontal", 8, 8)])


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_changes)
