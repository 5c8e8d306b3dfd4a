from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Flip, Photometric, QuarterTurn
from tests.labeling.label_types.situation import Raw, Strategy, classes


@st.composite
def questions(draw: st.DrawFn) -> tuple[Raw, Facts]:
    found = draw(classes(least=2, most=4))
    roles = [f"part-{number}" for number in range(draw(st.integers(2, 5)))]
    spec: Raw = {"classes": found, "ties": draw(st.booleans())}
    if len(roles) >= len(found) and draw(st.booleans()):
        spec["parts"] = draw(st.permutations(roles))[: len(found)]
    if len(found) == 2:
        spec["strength"] = draw(st.integers(1, 4))
    return spec, {"parts": {role: {} for role in roles}}


@st.composite
def values(draw: st.DrawFn, spec: Raw, facts: Facts) -> Raw:
    known, parts = spec["classes"], facts["parts"]
    assert isinstance(known, list)
    assert isinstance(parts, dict)
    codes = sorted(one["code"] for one in known)
    order = draw(st.permutations(codes if "parts" in spec else codes[: len(parts)]))
    groups: list[list[int]] = []
    for code in order:
        if groups and spec["ties"] and draw(st.booleans()):
            groups[-1].append(code)
        else:
            groups.append([code])
    value: Raw = {"ranking": groups}
    strength = spec.get("strength", 1)
    assert isinstance(strength, int)
    if strength > 1 and len(groups) == 2:
        value["strength"] = draw(st.integers(1, strength))
    if draw(st.booleans()):
        value["shown"] = draw(st.permutations(order))
    return value


def exact_changes(facts: Facts) -> st.SearchStrategy[Change]:
    return st.sampled_from(
        [Photometric("part-0"), Flip("part-1", "vertical", 8, 8), QuarterTurn("part-0", 3, 8, 8)]
    )


STRATEGY = Strategy(questions=questions(), values=values, exact_changes=exact_changes)
