from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Flip, Photometric, QuarterTurn
from tests.labeling.label_types.situation import Raw, Strategy, classes

FACTS: Facts = {"parts": {"text": {"characters": 12}}}


def values(spec: Raw, facts: Facts) -> st.SearchStrategy[Raw]:
    known = spec["classes"]
    assert isinstance(known, list)
    return st.sampled_from(known).map(lambda one: {"class": one["code"]})


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return st.sampled_from(
        [Photometric("text"), Flip("image", "horizontal", 8, 8), QuarterTurn("image", 1, 8, 8)]
    )


STRATEGY = Strategy(
    questions=classes().map(lambda found: ({"classes": found}, FACTS)),
    values=values,
    exact_changes=exact_changes,
)
