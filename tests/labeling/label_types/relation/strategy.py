from itertools import permutations

from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change
from labeling.label_types.relation.value import check_spec
from tests.labeling.label_types.marked import exact_changes_of, marked, texts
from tests.labeling.label_types.situation import Raw, Strategy, classes


@st.composite
def questions(draw: st.DrawFn) -> tuple[Raw, Facts]:
    known = draw(classes(most=3))
    codes = st.lists(st.sampled_from([one["code"] for one in known]), max_size=2)
    relations = [
        {"name": name, "from": draw(codes), "to": draw(codes), "symmetric": draw(st.booleans())}
        for name in draw(st.lists(st.sampled_from(["owns", "part of", "meets"]), unique=True))
    ]
    return {
        "classes": known,
        "match_iou": draw(st.sampled_from([0.3, 0.5, 0.9])),
        "overlapping": draw(st.booleans()),
        "relations": relations,
        "cycles": draw(st.booleans()),
    }, texts()


@st.composite
def values(draw: st.DrawFn, spec: Raw, facts: Facts) -> Raw:
    """Spans, and links between them in one order only: each pair once, so that no circle closes."""
    value = draw(marked(spec, ("text", "reply")))
    elements = value["elements"]
    assert isinstance(elements, list)
    order = {one["id"]: number for number, one in enumerate(elements)}
    may = [
        (relation.name, one["id"], other["id"])
        for relation in check_spec(spec).relations
        for one, other in permutations(elements, 2)
        if relation.allows(one["class"], other["class"]) and order[one["id"]] < order[other["id"]]
    ]
    drawn = draw(st.lists(st.sampled_from(may), unique=True, max_size=6)) if may else []
    links = [
        {"id": f"l{at}", "relation": name, "from": source, "to": target}
        for at, (name, source, target) in enumerate(drawn)
    ]
    return {**value, "links": links}


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return exact_changes_of("text")


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_changes)
