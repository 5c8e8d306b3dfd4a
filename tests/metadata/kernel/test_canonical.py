import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.kernel.canonical import canonical_json, leaf_hash, sha256_hex

texts = st.text(st.characters(exclude_categories=["Cs"]))
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
)
documents = st.recursive(
    scalars | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=20
)


@given(documents)
def test_canonical_json_reads_back_as_an_equal_value(document: object) -> None:
    assert json.loads(canonical_json(document)) == document


@given(documents)
def test_canonical_json_is_a_fixed_point(document: object) -> None:
    once = canonical_json(document)
    assert canonical_json(json.loads(once)) == once


@given(st.dictionaries(texts, scalars))
def test_the_order_of_keys_does_not_show(document: dict[str, object]) -> None:
    assert canonical_json(dict(reversed(document.items()))) == canonical_json(document)


@pytest.mark.parametrize("same", [(1, 1.0), (0, -0.0), ([2], (2.0,)), (2**53, float(2**53))])
def test_equal_numbers_are_written_alike(same: tuple[object, object]) -> None:
    assert canonical_json(same[0]) == canonical_json(same[1])


def test_true_is_not_one() -> None:
    assert canonical_json(True) != canonical_json(1)


@pytest.mark.parametrize("bad", [math.nan, math.inf, "\ud800", {1: 2}, {"a": b"x"}, [object()]])
def test_what_json_has_not_is_refused(bad: object) -> None:
    with pytest.raises(ValueError, match=r"value|surrogates"):
        canonical_json(bad)


def test_a_leaf_depends_on_its_key_and_its_row() -> None:
    row = {"answer": "scratch"}
    assert leaf_hash(b"one", row) != leaf_hash(b"two", row)
    assert leaf_hash(b"one", row) != leaf_hash(b"one", {"answer": "dent"})
    assert len(leaf_hash(b"one", row)) == 32
    with pytest.raises(ValueError, match="key"):
        leaf_hash(b"", row)


def test_sha256_of_abc_is_the_published_one() -> None:
    assert sha256_hex(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
