import base64
import contextlib
import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.kernel.paging import (
    CursorValue,
    InvalidCursor,
    InvalidPageSize,
    decode_cursor,
    encode_cursor,
    page_size,
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)


@given(texts, st.integers(-(2**63), 2**63 - 1), st.datetimes(timezones=st.just(dt.UTC)), st.uuids())
def test_a_cursor_returns_what_it_was_given(
    text: str, number: int, moment: dt.datetime, one: uuid.UUID
) -> None:
    given_values: list[CursorValue] = [text, number, moment, one]
    assert decode_cursor(encode_cursor(given_values), ["text", "integer", "time", "uuid"]) == tuple(
        given_values
    )


def test_a_null_needs_permission() -> None:
    cursor = encode_cursor([None, 4])
    assert decode_cursor(cursor, ["number", "integer"], nullable=True) == (None, 4)
    with pytest.raises(InvalidCursor):
        decode_cursor(cursor, ["number", "integer"])


def _forged(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "%%%",
        "é",
        "A" * 5000,
        _forged("{}"),
        _forged("[1,2]"),
        _forged('["x"]'),
        _forged("[true]"),
        _forged("[9223372036854775808]"),
        _forged("[1.5]"),
        _forged("[" * 2000),
    ],
)
def test_a_forged_cursor_is_refused_by_name(cursor: str) -> None:
    with pytest.raises(InvalidCursor) as caught:
        decode_cursor(cursor, ["integer"])
    assert "cursor" in caught.value.fields


@pytest.mark.parametrize("text", ["not a time", "2026-01-01T00:00:00", "x\0"])
def test_a_time_without_a_zone_or_sense_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(encode_cursor([text]), ["time"])


@given(st.text(max_size=60))
def test_no_text_whatever_raises_anything_else(cursor: str) -> None:
    with contextlib.suppress(InvalidCursor):
        decode_cursor(cursor, ["text"])


@pytest.mark.parametrize("raw", ["0", "-1", "501", "x", "1e3", "٣", "9" * 5000, 0])
def test_a_page_size_out_of_bounds_is_refused(raw: str | int) -> None:
    with pytest.raises(InvalidPageSize):
        page_size(raw)


def test_the_largest_page_is_allowed() -> None:
    assert page_size("500") == 500
