"""Rows of small versions, ascending by key."""

from hypothesis import strategies as st

from metadata.kernel.json_guard import Json
from metadata.versions.rows import Row, member_row

KEY = b"a dataset's key"
contents: st.SearchStrategy[Json] = st.dictionaries(
    st.sampled_from(["value", "note"]), st.integers(0, 3) | st.sampled_from(["", "é", "longer"]), min_size=1
).map(dict)
keys = st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(0, 1))


def _rows(members: dict[tuple[int, int, int], Json]) -> list[Row]:
    return [
        member_row(KEY, *key, 1, content) for key, content in sorted(members.items(), key=lambda one: one[0])
    ]


versions = st.dictionaries(keys, contents, max_size=12).map(_rows)
