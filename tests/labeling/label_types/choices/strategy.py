from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Flip, Photometric, QuarterTurn
from tests.labeling.label_types.situation import Raw, Strategy, classes


@st.composite
def questions(draw: st.DrawFn) -> tuple[Raw, Facts]:
    found = draw(classes())
    least = draw(st.integers(0, len(found)))
    most = draw(st.integers(max(1, least), len(found)))
    measure = draw(st.sampled_from(["jaccard", "masi"]))
    return {"classes": found, "min": least, "max": most, "measure": measure}, {}


def values(spec: Raw, facts: Facts) -> st.SearchStrategy[Raw]:
    known, least, most = spec["classes"], spec["min"], spec["max"]
    assert isinstance(known, list)
    assert isinstance(least, int)
    assert isinstance(most, int)
    codes = st.sampled_from([one["code"] for one in known])
    return st.lists(codes, unique=True, min_size=least, max_size=most).map(lambda found: {"classes": found})


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return st.sampled_from(
        [Photometric("image"), Flip("image", "vertical", 8, 8), QuarterTurn("image", 3, 8, 8)]
    )


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_changes)
