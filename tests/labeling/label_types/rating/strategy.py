from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Flip, Photometric, QuarterTurn
from tests.labeling.label_types.situation import Raw, Strategy, classes


def questions() -> st.SearchStrategy[tuple[Raw, Facts]]:
    scale = st.sampled_from(["ordinal", "interval"])
    return st.tuples(classes(least=2, most=5), scale).map(
        lambda drawn: ({"classes": drawn[0], "scale": drawn[1]}, {})
    )


def values(spec: Raw, facts: Facts) -> st.SearchStrategy[Raw]:
    known = spec["classes"]
    assert isinstance(known, list)
    return st.sampled_from(known).map(lambda one: {"level": one["code"]})


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return st.sampled_from(
        [Photometric("image"), Flip("image", "vertical", 8, 8), QuarterTurn("image", 3, 8, 8)]
    )


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_changes)
