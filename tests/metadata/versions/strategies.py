"""Rows of small versions, ascending by key."""

from hypothesis import strategies as st

from metadata.kernel.canonical import canonical_json, leaf_hash
from metadata.kernel.json_guard import Json
from metadata.versions.rows import Row

KEY = b"a dataset's key"
contents: st.SearchStrategy[Json] = st.dictionaries(
    st.sampled_from(["value", "note"]), st.integers(0, 3) | st.sampled_from(["", "é", "longer"]), min_size=1
).map(dict)
keys = st.tuples(st.integers(1, 3), st.integers(1, 6), st.integers(0, 1))


def member_row(kind: int, subject: int, facet: int, row: int, content: Json) -> Row:
    return Row(kind, subject, facet, row, leaf_hash(KEY, content), canonical_json(content).decode())


def _rows(members: dict[tuple[int, int, int], Json]) -> list[Row]:
    return [member_row(*key, 1, content) for key, content in sorted(members.items(), key=lambda one: one[0])]


versions = st.dictionaries(keys, contents, max_size=12).map(_rows)
