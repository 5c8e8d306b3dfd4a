import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.interchange.csv_items import ItemColumns, read_items
from labeling.interchange.items import ItemRow, PartRow
from labeling.interchange.lines import LineError, UnreadableFile
from tests.labeling.interchange.strategies import pieces, printable

cells = printable.filter(lambda text: "\r" not in text)


@given(st.lists(st.tuples(cells, cells, cells), max_size=8), st.sampled_from(",;\t|"), st.integers(1, 60))
def test_what_the_standard_writer_wrote_is_read_back(
    rows: list[tuple[str, str, str]], delimiter: str, size: int
) -> None:
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(["key", "text", "channel"])
    writer.writerows(rows)
    read = list(read_items(pieces(file.getvalue().encode(), size)))
    assert [(row.key, row.parts, row.fields) for row in read if isinstance(row, ItemRow)] == [
        (key.strip(), (PartRow("text", text=text),), {"channel": channel}) for key, text, channel in rows
    ]
    assert len(read) == len(rows)


def test_lines_are_counted_through_quoted_breaks_and_blank_ones() -> None:
    read = list(read_items([b'key,text\n1,"two\nlines"\n\n,missing key\n3,last\n']))
    assert [row.line for row in read] == [2, 5, 6]
    assert isinstance(read[0], ItemRow)
    assert read[0].parts[0].text == "two\nlines"
    assert isinstance(read[1], LineError)
    assert (read[1].field, read[1].code) == ("key", "missing")


def test_bad_utf8_is_named_by_line_and_column() -> None:
    bad, good = read_items([b"key,text\n1,caf\xe9\n2,caf\xc3\xa9\n"])
    assert isinstance(bad, LineError)
    assert (bad.line, bad.field, bad.code) == (2, "text", "not_utf8")
    assert isinstance(good, ItemRow)
    assert good.parts[0].text == "café"


@pytest.mark.parametrize(
    ("record", "code"),
    [
        (b"1,a,b,c", "cell_count"),
        (b"1", "cell_count"),
        (b"1,a\0,b", "invalid_value"),
        (b"1," + b"x" * 140_000 + b",b", "not_csv"),
        (b"1," + b"x" * 2_000_000 + b",b", "line_too_long"),
        (b'1,"a"b,c', "not_csv"),
        (b"1,,b", "missing"),
        (b"k" * 300 + b",a,b", "too_long"),
    ],
    ids=["more", "fewer", "nul", "huge cell", "huge line", "loose quote", "no text", "long key"],
)
def test_a_bad_record_does_not_stop_the_next(record: bytes, code: str) -> None:
    read = list(read_items([b"key,text,more\n" + record + b"\n2,good,b\n"]))
    assert isinstance(read[0], LineError)
    assert (read[0].line, read[0].code) == (2, code)
    assert isinstance(read[-1], ItemRow)
    assert (read[-1].key, read[-1].line) == ("2", 3)


def test_an_unclosed_quote_costs_at_most_its_own_stretch() -> None:
    lines = b"".join(b"%d,good\n" % number for number in range(40_000))
    read = list(read_items([b'key,text\nx,"unclosed\n' + lines]))
    errors = [row for row in read if isinstance(row, LineError)]
    assert errors[0].line == 2
    assert sum(isinstance(row, ItemRow) for row in read) > 20_000


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"a,b\n1,2\n", b"text,text\nx,y\n", b"text,,b\n1,2,3\n", b"text\0\nx\n", b"x" * 2_000_000],
)
def test_a_file_without_usable_columns_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        list(read_items([data]))


def test_empty_columns_at_the_right_are_a_habit_of_spreadsheets() -> None:
    (row,) = read_items([b"\xef\xbb\xbfkey;text;;\r\n1;Hi;;\r\n"])
    assert isinstance(row, ItemRow)
    assert row.fields == {}


def test_chosen_columns_win_over_their_names() -> None:
    columns = ItemColumns(key=None, text="body", media=(("image", "photo"),))
    (row,) = read_items([b"text,body,photo\na,b,c.png\n"], columns=columns)
    assert isinstance(row, ItemRow)
    assert row.key is None
    assert row.parts == (PartRow("text", text="b"), PartRow("image", path="c.png"))
    assert row.fields == {"text": "a"}
    with pytest.raises(UnreadableFile):
        list(read_items([b"text\na\n"], columns=columns))
