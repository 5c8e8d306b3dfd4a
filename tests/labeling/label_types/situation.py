"""What a label type's strategy hands to the contract suite."""

from collections.abc import Callable
from dataclasses import dataclass

from hypothesis import strategies as st

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change

Raw = dict[str, object]


@dataclass(frozen=True)
class Strategy:
    """Settings and facts to draw from, then values and exact changes that suit them."""

    questions: st.SearchStrategy[tuple[Raw, Facts]]
    values: Callable[[Raw, Facts], st.SearchStrategy[Raw]]
    exact_changes: Callable[[Facts], st.SearchStrategy[Change]]


def classes(least: int = 1, most: int = 4) -> st.SearchStrategy[list[Raw]]:
    codes = st.lists(st.integers(1, 32_767), min_size=least, max_size=most, unique=True)
    return codes.map(lambda found: [{"code": code, "name": f"class {code}"} for code in found])


json_values: st.SearchStrategy[object] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text()
    | st.sampled_from(["\x00", "\ud800", "e1", "image"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["class", "classes", "elements", "id", "part", "geometry", "x0", "code", "a\x00"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def damaged(raw: object, nonsense: object, path: list[int]) -> object:
    """The value with one place in it, reached by the numbers in `path`, replaced by something else."""
    if path and isinstance(raw, dict) and raw:
        key = sorted(raw)[path[0] % len(raw)]
        return {**raw, key: damaged(raw[key], nonsense, path[1:])}
    if path and isinstance(raw, list) and raw:
        position = path[0] % len(raw)
        return [*raw[:position], damaged(raw[position], nonsense, path[1:]), *raw[position + 1 :]]
    return nonsense
