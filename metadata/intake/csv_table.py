"""Items as CSV: a column for the key, one for the text, and every other column a field."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from metadata.intake.lines import (
    KEY_NAMES,
    TEXT_NAMES,
    BadLine,
    ItemLine,
    PartLine,
    UnreadableUpload,
    Unusable,
    checked_key,
    checked_text,
    numbered_lines,
)

MOST_COLUMNS: Final = 250
DELIMITERS: Final = (",", ";", "\t", "|")


class _Source:
    """Decoded lines for the csv module, and the numbers of those that were no UTF-8 or too long."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.numbered = numbered_lines(chunks)
        self.number = 0
        self.bad: list[BadLine] = []

    def __iter__(self) -> Iterator[str]:
        for entry in self.numbered:
            if isinstance(entry, BadLine):
                self.number = entry.line
                self.bad.append(entry)
                yield "\n"
                continue
            self.number, raw = entry
            try:
                yield raw.decode() + "\n"
            except UnicodeDecodeError:
                self.bad.append(BadLine(self.number, "", "not_utf8", "is not UTF-8"))
                yield "\n"


def read_items(chunks: Iterable[bytes]) -> Iterator[ItemLine | BadLine]:
    """One ItemLine or BadLine a record, in order, under the number of its first line.

    >>> next(read_items([b"id;text;lang\\n7;Hi;en\\n"])).fields
    {'lang': 'en'}
    """
    source = _Source(chunks)
    lines = iter(source)
    header_line = next(lines, "")
    if source.bad or not header_line.strip():
        raise UnreadableUpload("The first line must name the columns.", fields={"file": "has no header"})
    delimiter = max(DELIMITERS, key=header_line.count)
    columns = _columns(next(csv.reader([header_line], delimiter=delimiter, skipinitialspace=True)))
    key_at = _first(columns, KEY_NAMES)
    text_at = _first(columns, TEXT_NAMES)
    if text_at is None:
        raise UnreadableUpload(
            f"No column holds the text; name one of them {', '.join(TEXT_NAMES)}.",
            fields={"text": "is missing"},
        )
    kept = [(at, name) for at, name in enumerate(columns) if at not in (key_at, text_at) and name]
    records = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first_line = source.number + 1
        try:
            cells = next(records)
        except StopIteration:
            yield from source.bad
            return
        except csv.Error as error:
            yield BadLine(first_line, "", "not_csv", str(error))
            continue
        if source.bad:
            yield from source.bad
            source.bad.clear()
            if cells and first_line < source.number:
                yield BadLine(first_line, "", "not_csv", "runs over a line that cannot be read")
            continue
        if not cells:
            continue
        if len(cells) != len(columns):
            reason = f"has {len(cells)} cells, the header {len(columns)}"
            yield BadLine(first_line, "", "wrong_cells", reason)
            continue
        try:
            key = None if key_at is None else checked_key(cells[key_at].strip(), columns[key_at])
            part = PartLine("text", 0, checked_text(cells[text_at], columns[text_at]))
        except Unusable as unusable:
            yield BadLine(first_line, *unusable.args)
            continue
        yield ItemLine(first_line, key, (part,), {name: cells[at] for at, name in kept if cells[at]})


def _columns(names: Sequence[str]) -> list[str]:
    columns = [name.strip() for name in names]
    named = [name for name in columns if name]
    if len(columns) > MOST_COLUMNS:
        raise UnreadableUpload(fields={"file": f"has more than {MOST_COLUMNS} columns"})
    if len(set(named)) < len(named):
        raise UnreadableUpload(fields={"file": "two columns have the same name"})
    return columns


def _first(columns: Sequence[str], wanted: Sequence[str]) -> int | None:
    lowered = [name.lower() for name in columns]
    return next((lowered.index(name) for name in wanted if name in lowered), None)
