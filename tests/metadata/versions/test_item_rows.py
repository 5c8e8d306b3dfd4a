from hypothesis import given
from hypothesis import strategies as st

from metadata.kernel.canonical import leaf_hash
from metadata.versions.item_rows import item_leaf, item_row

TEXT = st.text(st.characters(codec="utf-8"))
VALUE = st.one_of(
    TEXT, st.integers(-(2**53), 2**53), st.booleans(), st.floats(allow_nan=False, allow_infinity=False)
)
PARTS = st.lists(st.tuples(TEXT, st.integers(0, 9), TEXT, st.none()), max_size=3)


@given(TEXT, st.dictionaries(TEXT, VALUE), PARTS)
def test_the_fast_leaf_is_the_leaf_hash_of_the_canonical_row(
    key: str, fields: dict[str, object], parts: list[tuple[str, int, str, None]]
) -> None:
    row = item_row(key, fields, parts)
    assert item_leaf(b"k" * 32, row) == leaf_hash(b"k" * 32, row)


@given(PARTS.filter(lambda parts: len({part[:2] for part in parts}) == len(parts)))
def test_the_order_in_which_parts_are_given_does_not_matter(parts: list[tuple[str, int, str, None]]) -> None:
    assert item_row("m", {}, parts) == item_row("m", {}, parts[::-1])
