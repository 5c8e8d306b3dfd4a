"""Items as CSV: a column for the key, one for the datum, and every other column a field."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from labeling.interchange.csv_table import Record, Table
from labeling.interchange.items import KEY_NAMES, MEDIA_NAMES, TEXT_NAMES, ItemRow, PartRow
from labeling.interchange.lines import LONGEST_KEY, LONGEST_LINE, LineError, UnreadableFile


class ItemColumns(msgspec.Struct, frozen=True):
    """Which column is what. Without a `key` column every repeat of an import makes new items."""

    key: str | None
    text: str | None
    media: tuple[tuple[str, str], ...]  # (role, column)


def read_items(
    chunks: Iterable[bytes], *, columns: ItemColumns | None = None, longest_line: int = LONGEST_LINE
) -> Iterator[ItemRow | LineError]:
    """One ItemRow or LineError a record, in order; the columns are recognized by name unless they are given.

    >>> next(read_items([b"id;text;lang\\n7;Hi;en\\n"]))
    ItemRow(line=2, key='7', parts=(PartRow(role='text', text='Hi', path=None),), fields={'lang': 'en'})
    """
    table = Table(chunks, longest_line=longest_line)
    chosen = recognized_columns(table.columns) if columns is None else columns
    for name in _named(chosen):
        if name not in table.columns:
            raise UnreadableFile(fields={name: "there is no such column"})
    if chosen.text is None and not chosen.media:
        wanted = ", ".join(TEXT_NAMES + MEDIA_NAMES)
        raise UnreadableFile(
            f"No column holds the data; one is named {wanted}.", fields={"text": "is missing"}
        )
    for record in table.records():
        yield record if isinstance(record, LineError) else _row(record, chosen)


def _named(columns: ItemColumns) -> Iterator[str]:
    yield from (name for name in (columns.key, columns.text) if name is not None)
    yield from (name for _, name in columns.media)


def recognized_columns(names: Sequence[str]) -> ItemColumns:
    """The columns whose names say what they are, in any case of letters.

    >>> recognized_columns(["ID", "Message", "lang"])
    ItemColumns(key='ID', text='Message', media=())
    """
    by_name = {name.lower(): name for name in reversed(names)}

    def first(wanted: Sequence[str]) -> str | None:
        return next((by_name[name] for name in wanted if name in by_name), None)

    media = tuple((role, by_name[role]) for role in MEDIA_NAMES if role in by_name)
    return ItemColumns(key=first(KEY_NAMES), text=first(TEXT_NAMES), media=media)


def _row(record: Record, columns: ItemColumns) -> ItemRow | LineError:
    cells = record.cells
    key = None
    if columns.key is not None:
        key = cells.pop(columns.key).strip()
        if not key:
            return LineError(record.line, columns.key, "missing", "is empty")
        if len(key) > LONGEST_KEY:
            return LineError(record.line, columns.key, "too_long", f"longer than {LONGEST_KEY} characters")
    parts: list[PartRow] = []
    if columns.text is not None:
        text = cells.pop(columns.text)
        if text:
            parts.append(PartRow("text", text=text))
    for role, column in columns.media:
        path = cells.pop(column)
        if path:
            parts.append(PartRow(role, path=path))
    if not parts:
        return LineError(record.line, columns.text or columns.media[0][1], "missing", "is empty")
    return ItemRow(record.line, key, tuple(parts), dict(cells))
