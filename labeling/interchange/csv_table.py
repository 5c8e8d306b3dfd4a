"""A CSV file as it comes from spreadsheets: any usual delimiter, a byte order mark, quoted line breaks, bad bytes.

Built on the standard library's reader, whose limit of 131,072 characters a cell also ends what an unclosed quote
would swallow.
"""

import csv
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from labeling.interchange.lines import LONGEST_LINE, LineError, UnreadableFile, numbered_lines

MOST_COLUMNS: Final = 1_000
LONGEST_CELL: Final = 131_072
_DELIMITERS: Final = ",;\t|"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


class Record(msgspec.Struct, frozen=True):
    """One record: the line it starts on, and its cells by column."""

    line: int
    cells: dict[str, str]


class Table:
    """The columns of a file, read at once, and its records, read as they are asked for."""

    columns: tuple[str, ...]

    def __init__(self, chunks: Iterable[bytes], *, longest_line: int = LONGEST_LINE) -> None:
        csv.field_size_limit(LONGEST_CELL)  # the process has one, and somebody else may have raised it
        self._entries = numbered_lines(chunks, longest=longest_line)
        self._first_line = 0  # of the record being read; 0 before any of it was asked for
        self._skipped: list[LineError] = []
        header = self._header_line()
        self._reader = csv.reader(self._texts(header), delimiter=sniffed_delimiter(header), strict=True)
        self.columns = self._columns()

    def _header_line(self) -> str:
        for entry in self._entries:
            if isinstance(entry, LineError):
                raise UnreadableFile(fields={"line 1": entry.reason})
            if entry[1].strip():
                return _text(entry[1])
        raise UnreadableFile("The file is empty.", fields={"file": "is empty"})

    def _texts(self, header: str) -> Iterator[str]:
        yield header + "\n"
        for entry in self._entries:
            if isinstance(entry, LineError):
                self._skipped.append(entry)
            else:
                self._first_line = self._first_line or entry[0]
                yield _text(entry[1]) + "\n"

    def _columns(self) -> tuple[str, ...]:
        try:
            names = [name.strip() for name in next(self._reader)]
        except (csv.Error, StopIteration) as error:
            raise UnreadableFile(fields={"line 1": str(error) or "no header"}) from None
        while names and not names[-1]:
            names.pop()  # spreadsheets leave empty columns at the right
        if len(names) > MOST_COLUMNS:
            raise UnreadableFile(fields={"line 1": f"more than {MOST_COLUMNS} columns"})
        seen: set[str] = set()
        for position, name in enumerate(names, start=1):
            if not name or unusable_text(name):
                raise UnreadableFile(fields={f"column {position}": "has no usable name"})
            if name in seen:
                raise UnreadableFile(fields={f"column {position}": f"{name!r} is there twice"})
            seen.add(name)
        return tuple(names)

    def records(self) -> Iterator[Record | LineError]:
        """The records in order, each either read or refused with line, column and reason."""
        width = len(self.columns)
        while True:
            self._first_line = 0
            problem = None
            cells: list[str] = []
            try:
                cells = next(self._reader)
            except StopIteration:
                yield from self._take_skipped()
                return
            except csv.Error as error:
                problem = LineError(self._first_line, "", "not_csv", str(error))
            yield from self._take_skipped()
            if problem is None and not any(cells):
                continue
            yield problem or self._record(self._first_line, cells, width)

    def _take_skipped(self) -> list[LineError]:
        skipped, self._skipped = self._skipped, []
        return skipped

    def _record(self, line: int, cells: list[str], width: int) -> Record | LineError:
        if len(cells) != width:
            if len(cells) < width or any(cells[width:]):
                return LineError(line, "", "cell_count", f"{len(cells)} cells under {width} columns")
            del cells[width:]
        for column, cell in zip(self.columns, cells, strict=True):
            reason = unusable_text(cell)
            if reason:
                return LineError(line, column, "not_utf8" if "UTF-8" in reason else "invalid_value", reason)
        return Record(line, dict(zip(self.columns, cells, strict=True)))


def sniffed_delimiter(header: str) -> str:
    """The usual delimiter that occurs most often outside quotes in the first line; a comma if none does.

    >>> sniffed_delimiter('item;"a,b,c";label')
    ';'
    """
    counts = dict.fromkeys(_DELIMITERS, 0)
    is_quoted = False
    for mark in header:
        if mark == '"':
            is_quoted = not is_quoted
        elif not is_quoted and mark in counts:
            counts[mark] += 1
    return max(_DELIMITERS, key=lambda mark: counts[mark])


def _text(line: bytes) -> str:
    # bad bytes travel through the reader as surrogates, so that the record and column that hold them can be named
    return line.removesuffix(b"\r").decode("utf-8", "surrogateescape")


def unusable_text(cell: str) -> str:
    """Why a cell cannot be stored, or ""."""
    if "\0" in cell:
        return "holds a NUL character"
    if not cell.isascii():
        try:
            cell.encode("utf-8")
        except UnicodeEncodeError:
            return "is not UTF-8"
    return ""


def quoted_formula(cell: str) -> str:
    """A text that no spreadsheet runs: an apostrophe in front of what would start a formula.

    >>> quoted_formula("=1+1"), quoted_formula("a=b")
    ("'=1+1", 'a=b')
    """
    return "'" + cell if cell.lstrip("'").startswith(_FORMULA_STARTS) else cell


def unquoted_formula(cell: str) -> str:
    """The inverse of `quoted_formula`.

    >>> unquoted_formula(quoted_formula("'-")), unquoted_formula("'tis")
    ("'-", "'tis")
    """
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA_STARTS) else cell


class _Pieces:
    """A file that keeps what is written to it until it is taken."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def write(self, text: str) -> int:
        self.pieces.append(text)
        return len(text)


def written_table(
    columns: Iterable[str],
    rows: Iterable[Iterable[str | int | float | bool | None]],
    *,
    rows_a_piece: int = 1_000,
) -> Iterator[bytes]:
    """CSV (RFC 4180, CR LF) in pieces: formulas quoted, None an empty cell, booleans true and false."""
    pieces = _Pieces()
    writer = csv.writer(pieces)
    writer.writerow([quoted_formula(column) for column in columns])
    for count, row in enumerate(rows, start=1):
        writer.writerow([_cell(value) for value in row])
        if count % rows_a_piece == 0:
            yield "".join(pieces.pieces).encode("utf-8")
            pieces.pieces.clear()
    yield "".join(pieces.pieces).encode("utf-8")


def _cell(value: str | int | float | bool | None) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return quoted_formula(value) if isinstance(value, str) else value
