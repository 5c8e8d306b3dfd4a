from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Flip, Photometric
from tests.labeling.label_types.drawn import drawn_values
from tests.labeling.label_types.situation import Raw, Strategy, classes

LENGTH = 24


@st.composite
def questions(draw: st.DrawFn) -> tuple[Raw, Facts]:
    facts: Facts = {"parts": {part: {"characters": LENGTH} for part in ("text", "reply")}}
    return {
        "classes": draw(classes(most=3)),
        "match_iou": draw(st.sampled_from([0.3, 0.5, 0.9])),
        "overlapping": draw(st.booleans()),
    }, facts


@st.composite
def stretches(draw: st.DrawFn) -> Raw:
    start = draw(st.integers(0, LENGTH - 1))
    return {"start": start, "end": draw(st.integers(start + 1, LENGTH))}


@st.composite
def apart(draw: st.DrawFn, spec: Raw) -> Raw:
    """Spans that share no character: neighboring pairs of increasing offsets."""
    value = draw(drawn_values(spec, stretches(), parts=("text",)))
    elements = value["elements"]
    assert isinstance(elements, list)
    wanted = 2 * len(elements)
    offsets = sorted(draw(st.lists(st.integers(0, LENGTH), unique=True, min_size=wanted, max_size=wanted)))
    order = draw(st.permutations(range(len(elements))))
    for place, element in zip(order, elements, strict=True):
        element["geometry"] = {"start": offsets[2 * place], "end": offsets[2 * place + 1]}
    return value


def values(spec: Raw, facts: Facts) -> st.SearchStrategy[Raw]:
    return drawn_values(spec, stretches(), parts=("text", "reply")) if spec["overlapping"] else apart(spec)


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return st.sampled_from([Photometric("text"), Flip("image", "horizontal", 8, 8)])


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_changes)
