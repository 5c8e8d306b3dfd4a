from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metadata.intake.csv_table import read_items as read_csv
from metadata.intake.facets import facet_value
from metadata.intake.jsonl import read_items as read_jsonl
from metadata.intake.lines import LONGEST_LINE, BadLine, ItemLine, UnreadableUpload
from metadata.intake.registry import UnknownFormat, format_of, reader_of

GOOD = b'{"key": "good", "text": "fine"}'


def _jsonl(line: bytes) -> ItemLine | BadLine:
    """What becomes of a line between two good ones, which it must not touch."""
    before, found, after = read_jsonl([GOOD + b"\n" + line + b"\n" + GOOD])
    assert isinstance(before, ItemLine)
    assert isinstance(after, ItemLine)
    assert found.line == 2
    return found


@pytest.mark.parametrize(
    ("line", "field", "code"),
    [
        (b"{", "", "not_json"),
        (b"[1]", "", "not_an_object"),
        (b'{"key": "a"}', "text", "missing"),
        (b'{"key": "", "text": "x"}', "key", "invalid_value"),
        (b'{"key": true, "text": "x"}', "key", "invalid_value"),
        (b'{"key": "a\\u0000", "text": "x"}', "key", "invalid_value"),
        (b'{"key": "a", "text": "\\u0000"}', "text", "invalid_value"),
        (b'{"key": "a", "text": 5}', "text", "invalid_value"),
        (b'{"key": "a", "text": "x", "fields": 3}', "fields", "invalid_value"),
        (b'{"key": "a", "text": "x", "mm": 1, "fields": {"mm": 2}}', "mm", "given_twice"),
        (b'{"key": "a", "parts": []}', "parts", "invalid_value"),
        (b'{"key": "a", "parts": [{"role": "l", "sha256": "zz"}]}', "parts[0].sha256", "invalid_value"),
        (
            b'{"key": "a", "parts": [{"role": "l", "text": "x"}, {"role": "l", "text": "y"}]}',
            "parts",
            "given_twice",
        ),
        (b'{"key": "a", "parts": [{"role": "l\\t", "text": "x"}]}', "parts[0].role", "invalid_value"),
        (b'{"key": "a", "text": "\xff"}', "", "not_utf8"),
        (b"[" * 5000, "", "not_json"),
        (b'{"key": "a", "text": "' + b"x" * LONGEST_LINE + b'"}', "", "line_too_long"),
    ],
)
def test_a_bad_line_is_named_and_the_lines_around_it_stay(line: bytes, field: str, code: str) -> None:
    found = _jsonl(line)
    assert isinstance(found, BadLine)
    assert (found.field, found.code) == (field, code)


def test_everything_that_is_no_key_and_no_datum_is_a_field() -> None:
    found = _jsonl(b'{"id": 7, "text": "Hi", "lang": "en", "fields": {"mm": 2.5}}')
    assert isinstance(found, ItemLine)
    assert (found.key, found.parts[0].text, found.fields) == ("7", "Hi", {"lang": "en", "mm": 2.5})


@given(st.lists(st.binary(max_size=200), max_size=20), st.integers(1, 50))
def test_no_bytes_raise_and_cuts_between_pieces_do_not_matter(pieces: list[bytes], size: int) -> None:
    whole = b"".join(pieces)
    cut = [whole[at : at + size] for at in range(0, len(whole), size)]
    if whole[:2] in (b"\xff\xfe", b"\xfe\xff"):
        with pytest.raises(UnreadableUpload):
            list(read_jsonl(cut))
        return
    assert list(read_jsonl(cut)) == list(read_jsonl([whole]))


@given(st.binary(max_size=400))
def test_a_table_of_any_bytes_gives_lines_or_a_named_error(tail: bytes) -> None:
    try:
        found = list(read_csv([b"key,text,lang\n" + tail]))
    except UnreadableUpload:  # the last pieces may be a byte order mark of UTF-16 only at the start
        pytest.fail("the header was readable")
    assert all(isinstance(one, ItemLine | BadLine) for one in found)


@given(st.lists(st.tuples(st.text('abc\n",;é', min_size=1), st.text('xyz\n" ', min_size=1)), max_size=8))
def test_what_was_written_as_a_table_is_read_again(rows: list[tuple[str, str]]) -> None:
    kept = [(key, text) for key, text in rows if key.strip()]
    quoted = ['"' + '","'.join(cell.replace('"', '""') for cell in row) + '"' for row in kept]
    data = "\n".join(["key,text", *quoted]).encode()
    found = list(read_csv([data]))
    assert [(one.key, one.parts[0].text) for one in found if isinstance(one, ItemLine)] == [
        (key.strip(), text) for key, text in kept
    ]


def test_a_table_names_its_bad_records_by_line() -> None:
    data = b'key;text;n\n1;"two\nlines";a\n;empty key;b\n3;;c\n4;x\n5;\xff;d\n6;last;e\n'
    found = list(read_csv([data]))
    assert [(one.line, one.code) for one in found if isinstance(one, BadLine)] == [
        (4, "invalid_value"),
        (5, "invalid_value"),
        (6, "wrong_cells"),
        (7, "not_utf8"),
    ]
    assert [one.line for one in found if isinstance(one, ItemLine)] == [2, 8]


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"a,a\n", b"key,colour\n1,red\n", "key,text\n".encode("utf-16")]
)
def test_a_table_without_a_usable_header_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(UnreadableUpload):
        list(read_csv([data]))


def test_formats_are_known_by_name_and_others_refused() -> None:
    assert format_of("a/b.ndjson") == "jsonl"
    with pytest.raises(UnknownFormat):
        format_of("picture.svg")
    with pytest.raises(UnknownFormat):
        reader_of("xml")


def test_facets_write_equal_numbers_equally_and_leave_long_text_out() -> None:
    assert facet_value(2) == facet_value(2.0) == "2"
    assert facet_value("x" * 201) is None
    assert facet_value(None) is None
    assert json.loads(facet_value(0.1) or "") == 0.1
