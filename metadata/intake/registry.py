"""The formats of item lines there are."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeAlias

from metadata.intake import csv_table, jsonl
from metadata.intake.lines import BadLine, ItemLine
from metadata.kernel.errors import InvalidInput

Reader: TypeAlias = Callable[[Iterable[bytes]], Iterator[ItemLine | BadLine]]
READERS: Final[dict[str, Reader]] = {"jsonl": jsonl.read_items, "csv": csv_table.read_items}


class UnknownFormat(InvalidInput):
    """Files of this format cannot be imported."""

    code = "unknown_format"


def reader_of(name: str) -> Reader:
    """The reader of a format, or UnknownFormat."""
    if name not in READERS:
        raise UnknownFormat(fields={"format": f"must be one of {', '.join(READERS)}"})
    return READERS[name]


def format_of(file_name: str) -> str:
    """The format that a file's name stands for.

    >>> format_of("Messages.CSV")
    'csv'
    """
    ending = file_name.rpartition(".")[2].lower()
    known = {"jsonl": "jsonl", "ndjson": "jsonl", "json": "jsonl", "csv": "csv", "tsv": "csv", "txt": "csv"}
    if ending not in known:
        raise UnknownFormat(fields={"file": "the name must end in .jsonl or .csv, or the format be given"})
    return known[ending]
