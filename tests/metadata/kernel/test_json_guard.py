import contextlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.kernel.json_guard import BIGINT, InvalidJson, guard_json, guarded_json

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
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
def test_ordinary_documents_pass_unchanged(document: object) -> None:
    assert guarded_json(json.dumps(document)) == document


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": [1, {"b": "x\0"}]}, "$.a[1].b"),
        ({"a": math.nan}, "$.a"),
        ([[math.inf]], "$[0][0]"),
        ({"a": [2**53 + 1]}, "$.a[0]"),
        ({"a": "\ud800"}, "$.a"),
        ({"a": {"odd key\0": 1}}, '$.a["odd key\\u0000"]'),
        ({"\udfff": 1}, '$["\\udfff"]'),
        ("\0", "$"),
        ({"a": {1, 2}}, "$.a"),
        ({"a": {3: 4}}, "$.a"),
    ],
)
def test_the_first_offender_is_named_by_its_path(value: object, path: str) -> None:
    with pytest.raises(InvalidJson) as caught:
        guard_json(value)
    assert list(caught.value.fields) == [path]


def test_a_wider_bound_lets_64_bits_through_and_no_more() -> None:
    guard_json(BIGINT, largest=BIGINT)
    with pytest.raises(InvalidJson):
        guard_json(BIGINT + 1, largest=BIGINT)


@pytest.mark.parametrize("levels", [25, 900, 100_000])
def test_deep_nesting_is_refused_without_recursion(levels: int) -> None:
    with pytest.raises(InvalidJson):
        guarded_json("[" * levels + "]" * levels)
    nested: list[object] = []
    for _ in range(levels):
        nested = [nested]
    with pytest.raises(InvalidJson) as caught:
        guard_json(nested)
    assert len(str(caught.value)) < 200


def test_24_levels_pass_and_25_do_not() -> None:
    guarded_json("[" * 24 + "]" * 24)
    with pytest.raises(InvalidJson):
        guarded_json("[" * 25 + "]" * 25)


def test_size_is_bounded_before_and_after_parsing() -> None:
    with pytest.raises(InvalidJson):
        guarded_json(b'"' + b"a" * 1000 + b'"', max_bytes=1000)
    with pytest.raises(InvalidJson):
        guard_json({"a": "é" * 600}, max_bytes=1000)
    guard_json({"a": "é" * 400}, max_bytes=1000)


@pytest.mark.parametrize("raw", [b"NaN", b"1e999", b'"\\ud800"', b"\xff", b"", b"[1,]", b"9" * 400, b"{1:2}"])
def test_what_is_no_json_is_refused_by_name(raw: bytes) -> None:
    with pytest.raises(InvalidJson) as caught:
        guarded_json(raw)
    assert caught.value.status == 422
    assert caught.value.code == "invalid_json"
    assert "$" in caught.value.fields


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise_anything_else(raw: bytes) -> None:
    with contextlib.suppress(InvalidJson):
        guarded_json(raw)
