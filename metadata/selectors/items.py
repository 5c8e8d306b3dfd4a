"""The item browser: a page of a dataset's items by key, narrowed by fields, words and whatever an upper app adds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

import msgspec
from django.db import connection

from metadata.intake.facets import facet_value
from metadata.kernel.errors import InvalidInput
from metadata.kernel.fields import Field, InvalidRecord, declared_fields, parsed_record
from metadata.kernel.paging import PAGE_SIZE, decode_cursor, encode_cursor
from metadata.models import Dataset, Item

Subquery: TypeAlias = tuple[str, tuple[Any, ...]]
RARE: Final = 2_000
MOST_WORDS: Final = 10
PREVIEW: Final = 400
MOST_COUNTED: Final = 10_000
_WORD: Final = re.compile(r"\w+")
_json = msgspec.json.Decoder(dict[str, Any]).decode


@dataclass(frozen=True, slots=True)
class PartPreview:
    """A part as a list shows it: the beginning of a text, or which file."""

    id: int
    role: str
    ordinal: int
    text: str | None
    asset_id: int | None
    media_type: str | None
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class ItemRow:
    id: int
    key: str
    revision: int
    fields: dict[str, Any]
    batch_id: int | None
    parent_id: int | None
    created_at: datetime
    archived_at: datetime | None
    parts: tuple[PartPreview, ...]


@dataclass(frozen=True, slots=True)
class ItemPage:
    rows: tuple[ItemRow, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class ItemNeighbors:
    """An item's place in a list: None where there is none, or where the list is too long to be counted for it."""

    previous: int | None
    next: int | None
    position: int | None
    total: int | None


def item_page(
    dataset_id: int,
    *,
    fields: Mapping[str, str] | None = None,
    words: str = "",
    restrict: Sequence[Subquery] = (),
    batch_id: int | None = None,
    archived: bool = False,
    cursor: str | None = None,
    size: int = PAGE_SIZE,
) -> ItemPage:
    """Items in the order of their ids, after the cursor. `restrict` are subqueries of item ids, all of which hold.

    Every narrowing is a set of ids. A rare one is gathered first and the others asked about its few members; if all
    are common, the page is soon full by walking the key.
    """
    after = 0
    if cursor:
        (last,) = decode_cursor(cursor, ["integer"])
        assert isinstance(last, int)
        after = last
    sets = [*_field_sets(dataset_id, fields or {}), *_word_sets(dataset_id, words), *restrict]
    narrowed = _narrowed(dataset_id, sets, archived=archived, batch_id=batch_id)
    ids = _ids(narrowed, after=after, size=size + 1)
    rows = _rows(ids[:size])
    return ItemPage(rows, encode_cursor([ids[size - 1]]) if len(ids) > size else None)


def item_neighbors(
    dataset_id: int,
    item_id: int,
    *,
    fields: Mapping[str, str] | None = None,
    words: str = "",
    restrict: Sequence[Subquery] = (),
    batch_id: int | None = None,
    archived: bool = False,
) -> ItemNeighbors:
    """What is before and after an item in the list that `item_page` shows, whether it is itself still in it or not."""
    sets = [*_field_sets(dataset_id, fields or {}), *_word_sets(dataset_id, words), *restrict]
    where, values = _narrowed(dataset_id, sets, archived=archived, batch_id=batch_id)
    one = f"SELECT i.id FROM metadata_item i WHERE {where}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({one} AND i.id < %s ORDER BY i.id DESC LIMIT 1), ({one} AND i.id > %s ORDER BY i.id LIMIT 1),"
            " count(*) FILTER (WHERE id <= %s), count(*) FILTER (WHERE id = %s), count(*)"
            f" FROM ({one} ORDER BY i.id LIMIT {MOST_COUNTED + 1}) listed",
            [*values, item_id, *values, item_id, item_id, item_id, *values],
        )
        before, after, position, is_listed, total = cursor.fetchone()
    return ItemNeighbors(
        before, after, position if is_listed else None, total if total <= MOST_COUNTED else None
    )


def _field_sets(dataset_id: int, fields: Mapping[str, str]) -> list[Subquery]:
    if not fields:
        return []
    raw = Dataset.objects.filter(pk=dataset_id).values_list("fields", flat=True).first()
    declared = {field.name: field for field in declared_fields(raw or [])}
    sql = "SELECT item_id FROM metadata_facet WHERE dataset_id = %s AND key = %s AND value = %s"
    return [
        (sql, (dataset_id, name, _facet(declared, name, value))) for name, value in sorted(fields.items())
    ]


def _facet(declared: Mapping[str, Field], name: str, value: str) -> str:
    """A typed value as its facet is written, so that 2.0 finds 2."""
    if name not in declared:
        raise InvalidInput(fields={name[:64]: "is not a field of this dataset"})
    field = declared[name]
    if field.kind == "choice" and value not in field.choices:
        raise InvalidInput(fields={name: "is not one of its choices"})
    try:
        written = facet_value(parsed_record([field], {name: value}).get(name))
    except InvalidRecord as error:
        raise InvalidInput(fields=error.fields) from None
    if written is None:
        raise InvalidInput(fields={name: "cannot be filtered by this value"})
    return written


def _word_sets(dataset_id: int, words: str) -> list[Subquery]:
    found = _WORD.findall(words.lower().replace("\0", " "))[:MOST_WORDS]
    if not found:
        return []
    query = " & ".join(f"'{word[:100]}':*" for word in found)
    sql = "SELECT id FROM metadata_item WHERE dataset_id = %s AND search @@ to_tsquery('simple', %s)"
    return [(sql, (dataset_id, query))]


def _gathered(subquery: Subquery) -> list[int] | None:
    """The ids of a set if they are few, else None: then it is asked about item by item."""
    sql, values = subquery
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({sql}) s LIMIT {RARE + 1}", values)
        found = [row[0] for row in cursor.fetchall()]
    return found if len(found) <= RARE else None


def _narrowed(dataset_id: int, sets: Sequence[Subquery], *, archived: bool, batch_id: int | None) -> Subquery:
    """The condition of a list. The fragments of `sets` are written by selectors; only their values come from outside."""
    where = ["i.dataset_id = %s", f"i.archived_at IS {'NOT ' if archived else ''}NULL"]
    values: list[Any] = [dataset_id]
    if batch_id is not None:
        where.append("i.batch_id = %s")
        values.append(batch_id)
    few: list[int] | None = None
    for one in sets:
        few = _gathered(one) if few is None else few
        if few is not None and "i.id = ANY(%s)" not in where:
            where.append("i.id = ANY(%s)")
            values.append(few)
            continue
        where.append(f"EXISTS (SELECT 1 FROM ({one[0]}) s(id) WHERE s.id = i.id)")
        values.extend(one[1])
    return " AND ".join(where), tuple(values)


def _ids(narrowed: Subquery, *, after: int, size: int) -> list[int]:
    """Ids of one page."""
    where, values = narrowed
    statement = f"SELECT i.id FROM metadata_item i WHERE {where} AND i.id > %s ORDER BY i.id LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, after, size])
        return [row[0] for row in cursor.fetchall()]


_ROWS: Final = """
SELECT i.id, i.external_key, i.revision, i.fields::text, i.batch_id, i.parent_id, i.created_at, i.archived_at,
    p.id, p.role, p.ordinal, left(p.text, %s), p.asset_id, a.media_type, a.width, a.height
FROM metadata_item i
LEFT JOIN metadata_part p ON p.item_id = i.id
LEFT JOIN metadata_asset a ON a.id = p.asset_id
WHERE i.id = ANY(%s) ORDER BY i.id, p.role, p.ordinal
"""


def _rows(ids: Sequence[int]) -> tuple[ItemRow, ...]:
    """Items with the beginnings of their parts, in one statement."""
    if not ids:
        return ()
    items: dict[int, tuple[Any, ...]] = {}
    parts: dict[int, list[PartPreview]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [PREVIEW, list(ids)])
        for row in cursor.fetchall():
            items[row[0]] = row[:8]
            if row[8] is not None:
                parts.setdefault(row[0], []).append(PartPreview(*row[8:]))
    return tuple(
        ItemRow(
            row[0],
            row[1],
            row[2],
            _json(row[3]),
            row[4],
            row[5],
            row[6],
            row[7],
            tuple(parts.get(item_id, ())),
        )
        for item_id, row in items.items()
    )


def keys_of(item_ids: Sequence[int]) -> dict[int, str]:
    """The external keys of some items, by number."""
    return dict(Item.objects.filter(pk__in=item_ids).values_list("pk", "external_key"))


def ids_of_keys(dataset_id: int, keys: Sequence[str]) -> dict[str, int]:
    """The items of these keys that are there, archived ones too."""
    found = Item.objects.filter(dataset_id=dataset_id, external_key__in=keys)
    return dict(found.values_list("external_key", "pk"))


def items_by_file_name(dataset_id: int, names: Sequence[str]) -> dict[str, list[int]]:
    """Items whose key ends in one of these file names, whatever folder stands before it."""
    found: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT regexp_replace(external_key, '^.*/', '') AS name, id FROM metadata_item
            WHERE dataset_id = %s AND archived_at IS NULL
              AND regexp_replace(external_key, '^.*/', '') = ANY(%s) ORDER BY id
            """,
            [dataset_id, list(names)],
        )
        for name, item_id in cursor.fetchall():
            found.setdefault(name, []).append(item_id)
    return found


def ids_in_dataset(dataset_id: int, ids: Iterable[int]) -> set[int]:
    """Those of these items that the dataset has and that are not archived."""
    found = Item.objects.filter(dataset_id=dataset_id, archived_at=None, pk__in=list(ids))
    return set(found.values_list("pk", flat=True))
