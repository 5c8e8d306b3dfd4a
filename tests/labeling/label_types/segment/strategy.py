from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change
from tests.labeling.label_types.marked import LENGTH, exact_changes_of, marked
from tests.labeling.label_types.situation import Raw, Strategy, classes


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
def values(draw: st.DrawFn, spec: Raw, facts: Facts) -> Raw:
    value = draw(marked(spec, ("left", "right")))
    elements = value["elements"]
    assert isinstance(elements, list)
    for element in elements:
        if draw(st.booleans()):
            element["attributes"]["text"] = draw(st.sampled_from(["Um, ja", "um ja", "nein", ""]))
    return value


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return exact_changes_of("left")


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_changes)
