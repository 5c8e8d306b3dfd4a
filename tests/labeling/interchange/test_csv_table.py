import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.interchange.csv_table import Record, Table
from labeling.interchange.lines import LineError, UnreadableFile
from tests.labeling.interchange.strategies import pieces, printable

cells = printable.filter(lambda text: "\r" not in text)


def _read(*chunks: bytes) -> list[Record | LineError]:
    return list(Table(chunks).records())


@given(st.lists(st.tuples(cells, cells, cells), max_size=8), st.sampled_from(",;\t|"), st.integers(1, 60))
def test_what_the_standard_writer_wrote_is_read_back(
    rows: list[tuple[str, str, str]], delimiter: str, size: int
) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["key", "text", "channel"])
    writer.writerows(rows)
    read = _read(*pieces(file.getvalue().encode(), size))
    assert [tuple(row.cells.values()) for row in read if isinstance(row, Record)] == rows
    assert len(read) == len(rows)


def test_lines_are_counted_through_quoted_breaks_and_blank_ones() -> None:
    read = _read(b'key,text\n1,"two\nlines"\n\n2,b,c\n3,last\n')
    assert [row.line for row in read] == [2, 5, 6]
    assert read[0] == Record(2, {"key": "1", "text": "two\nlines"})
    assert isinstance(read[1], LineError)


def test_bad_utf8_is_named_by_line_and_column() -> None:
    bad, good = _read(b"key,text\n1,caf\xe9\n2,caf\xc3\xa9\n")
    assert isinstance(bad, LineError)
    assert (bad.line, bad.field, bad.code) == (2, "text", "not_utf8")
    assert good == Record(3, {"key": "2", "text": "café"})


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (b"1,a,b,c", "cell_count"),
        (b"1", "cell_count"),
        (b"1,a\0,b", "invalid_value"),
        (b"1," + b"x" * 140_000 + b",b", "not_csv"),
        (b"1," + b"x" * 2_000_000 + b",b", "line_too_long"),
        (b'1,"a"b,c', "not_csv"),
    ],
    ids=["more", "fewer", "nul", "huge cell", "huge line", "loose quote"],
)
def test_a_bad_record_does_not_stop_the_next(record: bytes, code: str) -> None:
    read = _read(b"key,text,more\n" + record + b"\n2,good,b\n")
    assert isinstance(read[0], LineError)
    assert (read[0].line, read[0].code) == (2, code)
    assert read[-1] == Record(3, {"key": "2", "text": "good", "more": "b"})


def test_an_unclosed_quote_costs_at_most_its_own_stretch() -> None:
    lines = b"".join(b"%d,good\n" % number for number in range(40_000))
    read = _read(b'key,text\nx,"unclosed\n' + lines)
    errors = [row for row in read if isinstance(row, LineError)]
    assert errors[0].line == 2
    assert sum(isinstance(row, Record) for row in read) > 20_000


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"text,text\nx,y\n", b"text,,b\n1,2,3\n", b"text\0\nx\n", b"x" * 2_000_000],
    ids=["empty", "blank", "twice", "nameless", "nul", "huge"],
)
def test_a_file_without_usable_columns_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        Table([data])


def test_empty_columns_at_the_right_are_a_habit_of_spreadsheets() -> None:
    assert _read(b"\xef\xbb\xbfkey;text;;\r\n1;Hi;;\r\n") == [Record(2, {"key": "1", "text": "Hi"})]


@given(st.binary(max_size=200))
def test_no_bytes_whatever_raise_anything_else(data: bytes) -> None:
    try:
        rows = _read(b"a,b\n", data)
    except UnreadableFile:
        return
    assert all(isinstance(row, Record | LineError) for row in rows)
