"""Known answers as CSV: a column with the item's key and one with the answer, a class by its name or an answer as JSON."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec

from labeling.interchange.csv_table import Table, unquoted_formula
from labeling.interchange.lines import LineError, UnreadableFile
from labeling.interchange.votes import ITEM_NAMES
from metadata.kernel.json_guard import InvalidJson, guarded_json

ANSWER_COLUMNS: Final = ("answer", "label", "gold", "truth", "class", "value")


class GoldLine(msgspec.Struct, frozen=True):
    """One known answer: the line it is on, the item's key, and the answer as its label type reads it."""

    line: int
    item: str
    value: Any


def gold_lines(chunks: Iterable[bytes], *, codes: Mapping[str, int]) -> Iterator[GoldLine | LineError]:
    """One GoldLine or LineError a record. `codes` are the question's classes by their names in lower case.

    >>> next(gold_lines([b"item,label\\nq17,Refund\\n"], codes={"refund": 3}))
    GoldLine(line=2, item='q17', value={'class': 3})
    """
    table = Table(chunks)
    item_column = _column(table.columns, ITEM_NAMES)
    answer_column = _column(table.columns, ANSWER_COLUMNS)
    for record in table.records():
        if isinstance(record, LineError):
            yield record
            continue
        item = unquoted_formula(record.cells[item_column].strip())
        answer = unquoted_formula(record.cells[answer_column].strip())
        if not item or not answer:
            empty = answer_column if item else item_column
            yield LineError(record.line, empty, "missing", "is empty")
        elif answer.casefold() in codes:
            yield GoldLine(record.line, item, {"class": codes[answer.casefold()]})
        elif answer.startswith(("{", "[")):
            try:
                value = guarded_json(answer.encode())
            except InvalidJson as error:
                yield LineError(record.line, answer_column, "not_json", str(error))
            else:
                yield GoldLine(record.line, item, value)
        else:
            yield LineError(record.line, answer_column, "unknown_class", f"{answer[:60]!r} is no class")


def _column(columns: tuple[str, ...], names: tuple[str, ...]) -> str:
    found = {column.casefold(): column for column in columns}
    for name in names:
        if name in found:
            return found[name]
    raise UnreadableFile(fields={names[0]: f"no column of the name {', '.join(names)}"})
