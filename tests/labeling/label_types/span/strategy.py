from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change
from tests.labeling.label_types.marked import exact_changes_of, marked, texts
from tests.labeling.label_types.situation import Raw, Strategy, classes


@st.composite
def questions(draw: st.DrawFn) -> tuple[Raw, Facts]:
    return {
        "classes": draw(classes(most=3)),
        "match_iou": draw(st.sampled_from([0.3, 0.5, 0.9])),
        "overlapping": draw(st.booleans()),
    }, texts()


def values(spec: Raw, facts: Facts) -> st.SearchStrategy[Raw]:
    return marked(spec, ("text", "reply"))


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return exact_changes_of("text")


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_changes)
