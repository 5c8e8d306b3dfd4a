"""Items enter here and nowhere else, many at a time: by COPY, once a key, into the open version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from metadata.intake.facets import facets_of
from metadata.intake.lines import PartLine
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.kernel.fields import Field, declared_fields, parsed_record
from metadata.kernel.json_guard import Json
from metadata.models import Asset, Dataset, Facet, Item, ItemRevision, Part, VersionMember
from metadata.services import audit, events, versions
from metadata.versions.item_rows import item_leaf, item_row

LOCK_SPACE: Final = 81
NAMED_AT_ONCE: Final = 1_000
SEARCH_AT_ONCE: Final = 2_000  # so many items are searchable with their commit; more wait for a job
_json = msgspec.json.Encoder().encode


class CopyRows(msgspec.Struct, frozen=True, gc=False):
    """An item's rows as COPY reads them, but for what only the writing transaction knows: numbers go before, between."""

    item: str
    parts: tuple[str, ...]  # none if there is one with a file, whose number is only known then
    facets: tuple[str, ...]
    member: str


class PreparedItem(msgspec.Struct, frozen=True, gc=False):
    """An item whose fields were checked and whose content was hashed; nothing about it is in the database yet."""

    line: int
    key: str
    fields: dict[str, Any]
    parts: tuple[PartLine, ...]
    leaf: bytes
    rows: CopyRows


@dataclass(frozen=True)
class Clash:
    """A key that is taken by other content; nothing was changed."""

    line: int
    key: str


@dataclass
class Put:
    """What became of some items. `ids` has every key that is now there as it was sent."""

    ids: dict[str, int] = field(default_factory=dict)
    created: int = 0
    repeated: int = 0
    clashes: list[Clash] = field(default_factory=list)
    restored: list[int] = field(default_factory=list)
    new: list[int] = field(default_factory=list)


def prepared(
    leaf_key: bytes,
    declared: Sequence[Field],
    *,
    line: int,
    key: str,
    fields: Mapping[str, Any],
    parts: Sequence[PartLine],
    parent_id: int | None = None,
) -> PreparedItem:
    """Checks the fields against the declaration (InvalidRecord names each that does not fit), and hashes."""
    checked: dict[str, Any] = parsed_record(declared, fields) if declared or fields else {}
    row = item_row(key, checked, [(part.role, part.ordinal, part.text, part.sha256) for part in parts])
    leaf = item_leaf(leaf_key, row)
    return PreparedItem(
        line, key, checked, tuple(parts), leaf, _copy_rows(key, checked, parts, leaf, parent_id)
    )


def _copy_rows(
    key: str, fields: dict[str, Any], parts: Sequence[PartLine], leaf: bytes, parent_id: int | None
) -> CopyRows:
    parent = "\\N" if parent_id is None else str(parent_id)
    encoded = _escaped(_json(fields).decode()) if fields else "{}"
    has_files = None in [part.text for part in parts]
    return CopyRows(
        f"{parent}\t{_escaped(key)}\t{encoded}\n",
        () if has_files else tuple([_part_row(part, {}) for part in parts]),
        tuple([f"{_escaped(name)}\t{_escaped(value)}\n" for name, value in facets_of(fields)]),
        f"{leaf.hex()}\n",
    )


def _part_row(part: PartLine, assets: Mapping[str | None, int]) -> str:
    if part.text is None:
        return f"\t{part.role}\t{part.ordinal}\t{assets[part.sha256]}\t\\N\n"
    return f"\t{part.role}\t{part.ordinal}\t\\N\t{_escaped(part.text)}\n"


def put(
    dataset_id: int,
    items: Sequence[PreparedItem],
    *,
    batch_id: int | None,
    by: int | None,
    likely_new: bool = False,
) -> Put:
    """Adds items to the open version. The same key with the same content is a harmless repeat; with other
    content a clash, listed and left alone; one that was archived comes back, as a new revision if it changed.

    Items that are `likely_new` are written first and looked up only if a key turns out to be there.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM metadata_dataset WHERE id = %s FOR KEY SHARE", [dataset_id])
            if cursor.fetchone() is None:
                raise NotFound
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, dataset_id])
        number = versions.open_number(dataset_id)
        result = _all_new(dataset_id, number, items, batch_id) if likely_new else None
        if result is None:
            result = _some_known(dataset_id, number, items, batch_id=batch_id, by=by)
        if 0 < len(result.new) <= SEARCH_AT_ONCE:
            index_words(result.new)
        _note("items.restored", dataset_id, result.restored, by=by)
        if result.created:
            events.append(
                "items.added",
                dataset_id=dataset_id,
                agent_id=by,
                payload={"batch": batch_id, "count": result.created},
            )
    return result


def _all_new(dataset_id: int, number: int, items: Sequence[PreparedItem], batch_id: int | None) -> Put | None:
    """Writes them as new; nothing, if a key is there already."""
    result = Put()
    try:
        with transaction.atomic():
            _write(dataset_id, number, _firsts(items, result), result, batch_id)
    except IntegrityError:
        return None
    return result


def _some_known(
    dataset_id: int, number: int, items: Sequence[PreparedItem], *, batch_id: int | None, by: int | None
) -> Put:
    """Writes those whose key is new; the others are counted, brought back or reported."""
    result = Put()
    known = _known(dataset_id, [item.key for item in items])
    unknown: list[PreparedItem] = []
    for item in items:
        before = known.get(item.key)
        if before is None:
            unknown.append(item)
            continue
        item_id, is_archived, leaf = before
        if is_archived:
            _brought_back(item_id, number, item, batch_id=batch_id, by=by)
            known[item.key] = (item_id, False, item.leaf)
            result.created += 1
            result.restored.append(item_id)
        elif leaf != item.leaf:
            result.clashes.append(Clash(item.line, item.key))
            continue
        else:
            result.repeated += 1
        result.ids[item.key] = item_id
    _write(dataset_id, number, _firsts(unknown, result), result, batch_id)
    return result


def _firsts(items: Sequence[PreparedItem], result: Put) -> list[PreparedItem]:
    """The first of each key; the others repeat it or clash with it."""
    first: dict[str, PreparedItem] = {}
    for item in items:
        before = first.setdefault(item.key, item)
        if before is item:
            continue
        if before.leaf == item.leaf:
            result.repeated += 1
        else:
            result.clashes.append(Clash(item.line, item.key))
    return list(first.values())


def _write(
    dataset_id: int, number: int, new: Sequence[PreparedItem], result: Put, batch_id: int | None
) -> None:
    if new:
        ids = _copied(dataset_id, number, new, batch_id)
        result.ids.update(ids)
        result.created += len(ids)
        result.new = list(ids.values())


def _known(dataset_id: int, keys: Sequence[str]) -> dict[str, tuple[int, bool, bytes | None]]:
    """Items of these keys: id, whether archived, and the leaf of what they hold now."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT i.external_key, i.id, i.archived_at IS NOT NULL,
                (SELECT m.leaf FROM metadata_versionmember m WHERE m.dataset_id = i.dataset_id AND m.kind = 1
                 AND m.subject = i.id AND m.facet = 0 AND m.valid_to IS NULL)
            FROM unnest(%s::text[]) k(key)
            JOIN metadata_item i ON i.dataset_id = %s AND i.external_key = k.key
            """,
            [list(keys), dataset_id],
        )
        return {
            key: (item_id, is_archived, None if leaf is None else bytes(leaf))
            for key, item_id, is_archived, leaf in cursor.fetchall()
        }


def _escaped(text: str) -> str:
    """Text as COPY reads it."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if "\n" in text:
        text = text.replace("\n", "\\n")
    if "\t" in text:
        text = text.replace("\t", "\\t")
    if "\r" in text:
        text = text.replace("\r", "\\r")
    return text


def _copied(
    dataset_id: int, number: int, new: Sequence[PreparedItem], batch_id: int | None
) -> dict[str, int]:
    """Rows of new items, their parts, facets and version members, a COPY each."""
    assets = _asset_ids({part.sha256 for item in new for part in item.parts if part.sha256 is not None})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(nextval(pg_get_serial_sequence('metadata_item', 'id'))) FROM generate_series(1, %s)",
            [len(new)],
        )
        ids: list[int] = cursor.fetchone()[0]
    batch = "\\N" if batch_id is None else str(batch_id)
    item_middle = f"\t{dataset_id}\t{batch}\t0\t{timezone.now().isoformat()}\t"
    facet_middle = f"\t{dataset_id}\t"
    member_middle = f"\t{dataset_id}\t1\t0\t0\t{number}\t\\\\x"
    item_rows: list[str] = []
    part_rows: list[str] = []
    facet_rows: list[str] = []
    member_rows: list[str] = []
    for item_id, item in zip(ids, new, strict=True):
        own, rows = str(item_id), item.rows
        item_rows.append(own + item_middle + rows.item)
        part_rows.extend(
            [own + part for part in rows.parts or [_part_row(one, assets) for one in item.parts]]
        )
        facet_rows.extend([own + facet_middle + facet for facet in rows.facets])
        member_rows.append(own + member_middle + rows.member)
    _copy(
        "metadata_item (id, dataset_id, batch_id, revision, created_at, parent_id, external_key, fields)",
        item_rows,
    )
    _copy("metadata_part (item_id, role, ordinal, asset_id, text)", part_rows)
    _copy("metadata_facet (item_id, dataset_id, key, value)", facet_rows)
    _copy("metadata_versionmember (subject, dataset_id, kind, facet, row, valid_from, leaf)", member_rows)
    return {item.key: item_id for item_id, item in zip(ids, new, strict=True)}


def _copy(target: str, rows: Sequence[str]) -> None:
    if not rows:
        return
    copying = f"COPY {target} FROM STDIN"
    with connection.cursor() as cursor, connection.wrap_database_errors, cursor.copy(copying) as copy:
        copy.write("".join(rows).encode())


def _asset_ids(addresses: Iterable[str]) -> dict[str | None, int]:
    wanted = set(addresses)
    if not wanted:
        return {}
    found: dict[str | None, int] = dict(Asset.objects.filter(sha256__in=wanted).values_list("sha256", "id"))
    if missing := wanted - found.keys():
        raise InvalidInput("A file was not uploaded.", fields={"sha256": min(missing)})
    return found


def missing_assets(addresses: Iterable[str]) -> set[str]:
    """Which of these files are not here; an import refuses the lines that name them."""
    wanted = set(addresses)
    return (
        wanted - set(Asset.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))
        if wanted
        else wanted
    )


_WORDS = """
UPDATE metadata_item i SET search = to_tsvector('simple', left(concat_ws(' ', i.external_key,
    (SELECT string_agg(value, ' ') FROM jsonb_each_text(i.fields)),
    (SELECT string_agg(left(p.text, 20000), ' ') FROM metadata_part p WHERE p.item_id = i.id AND p.text IS NOT NULL)
), 100000))
WHERE i.id = ANY(%s)
"""


def index_words(item_ids: Sequence[int]) -> None:
    """Makes items findable by the words of their key, fields and texts."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, [list(item_ids)])


def unindexed(dataset_id: int, *, after: int, size: int = SEARCH_AT_ONCE) -> list[int]:
    """Some items that are not findable by words yet, in order."""
    rows = Item.objects.filter(dataset_id=dataset_id, id__gt=after, search=None).order_by("id")
    return list(rows.values_list("id", flat=True)[:size])


def _brought_back(
    item_id: int, number: int, item: PreparedItem, *, batch_id: int | None, by: int | None
) -> None:
    """An archived item is there again: as it was, or revised to what was sent now."""
    row = Item.objects.select_for_update().get(pk=item_id)
    row.archived_at = None
    row.batch_id = batch_id
    row.save(update_fields=["archived_at", "batch"])
    parts_now = _parts_of(row)
    is_same = row.fields == item.fields and sorted(parts_now, key=_place) == sorted(item.parts, key=_place)
    if not is_same:
        _replace(row, item.fields, item.parts, reason="imported again", by=by)
        index_words([item_id])
    versions.put_items(row.dataset_id, number, [(item_id, row.revision, item.leaf)])


def _place(part: PartLine) -> tuple[str, int]:
    return part.role, part.ordinal


def _parts_of(item: Item) -> list[PartLine]:
    return [
        PartLine(part.role, part.ordinal, part.text, part.asset.sha256 if part.asset else None)
        for part in item.parts.select_related("asset")
    ]


def _replace(
    item: Item, fields: dict[str, Any], parts: Sequence[PartLine], *, reason: str, by: int | None
) -> None:
    """The item's next revision; the one before it is kept."""
    ItemRevision.objects.create(
        item=item,
        revision=item.revision,
        fields=item.fields,
        parts=[msgspec.to_builtins(part) for part in _parts_of(item)],
        reason=reason[:300],
        created_by_id=by,
    )
    item.revision += 1
    item.fields = fields
    item.save(update_fields=["revision", "fields"])
    assets = _asset_ids({part.sha256 for part in parts if part.sha256 is not None})
    item.parts.all().delete()
    Part.objects.bulk_create(
        Part(
            item=item,
            role=part.role,
            ordinal=part.ordinal,
            text=part.text,
            asset_id=assets[part.sha256] if part.sha256 is not None else None,
        )
        for part in parts
    )
    Facet.objects.filter(item=item, dataset_id=item.dataset_id).delete()
    Facet.objects.bulk_create(
        Facet(dataset_id=item.dataset_id, item=item, key=name, value=value)
        for name, value in facets_of(fields)
    )


def with_text(item_id: int, text: str) -> list[PartLine]:
    """The item's parts with another text; it must have exactly one."""
    parts = _parts_of(Item.objects.get(pk=item_id))
    if sum(part.text is not None for part in parts) != 1 or not text or "\0" in text:
        raise InvalidInput(fields={"text": "replaces the one text of an item that has one"})
    return [part if part.text is None else PartLine(part.role, part.ordinal, text) for part in parts]


@transaction.atomic
def revise(
    item_id: int,
    *,
    fields: Mapping[str, Any] | None = None,
    parts: Sequence[PartLine] | None = None,
    reason: str = "",
    by: int | None,
) -> Item:
    """Fixes an item: new fields, new parts, or both. What it was stays as a revision."""
    item = Item.objects.select_for_update().filter(pk=item_id, archived_at=None).first()
    if item is None:
        raise NotFound
    number = versions.open_number(item.dataset_id)
    dataset = Dataset.objects.get(pk=item.dataset_id)
    ready = prepared(
        bytes(dataset.leaf_key),
        declared_fields(dataset.fields),
        line=0,
        key=item.external_key,
        fields=item.fields if fields is None else fields,
        parts=_parts_of(item) if parts is None else parts,
    )
    _replace(item, ready.fields, ready.parts, reason=reason, by=by)
    index_words([item.pk])
    versions.put_items(item.dataset_id, number, [(item.pk, item.revision, ready.leaf)])
    events.append(
        "item.revised",
        dataset_id=item.dataset_id,
        subject_id=item.pk,
        agent_id=by,
        payload={"revision": item.revision},
    )
    return item


@transaction.atomic
def archive(dataset_id: int, item_ids: Sequence[int], *, by: int | None) -> int:
    """Takes items out of the open version and the lists; closed versions and answers keep them."""
    number = versions.open_number(dataset_id)
    alive = Item.objects.filter(dataset_id=dataset_id, pk__in=item_ids, archived_at=None)
    ids = list(alive.order_by("pk").select_for_update().values_list("pk", flat=True))
    Item.objects.filter(pk__in=ids).update(archived_at=timezone.now())
    versions.end_members(dataset_id, number, VersionMember.Kind.ITEM, ids)
    if ids:
        _note("items.archived", dataset_id, ids, by=by)
        audit.record("items.archived", agent_id=by, dataset_id=dataset_id, detail={"count": len(ids)})
    return len(ids)


@transaction.atomic
def restore(dataset_id: int, item_ids: Sequence[int], *, by: int | None) -> int:
    """Puts archived items back into the open version and the lists, as they were; how many."""
    number = versions.open_number(dataset_id)
    leaf_key = bytes(Dataset.objects.only("leaf_key").get(pk=dataset_id).leaf_key)
    gone = Item.objects.filter(dataset_id=dataset_id, pk__in=item_ids).exclude(archived_at=None)
    rows = list(gone.order_by("pk").select_for_update())
    Item.objects.filter(pk__in=[row.pk for row in rows]).update(archived_at=None)
    members = []
    for row in rows:
        parts = [(part.role, part.ordinal, part.text, part.sha256) for part in _parts_of(row)]
        members.append(
            (row.pk, row.revision, item_leaf(leaf_key, item_row(row.external_key, row.fields, parts)))
        )
    if members:
        versions.put_items(dataset_id, number, members)
        _note("items.restored", dataset_id, [row.pk for row in rows], by=by)
        audit.record("items.restored", agent_id=by, dataset_id=dataset_id, detail={"count": len(rows)})
    return len(rows)


def _note(kind: str, dataset_id: int, ids: Sequence[int], *, by: int | None) -> None:
    """Events that name their items, so that upper apps need not look through the dataset."""
    for at in range(0, len(ids), NAMED_AT_ONCE):
        some: list[Json] = list(ids[at : at + NAMED_AT_ONCE])
        events.append(kind, dataset_id=dataset_id, agent_id=by, payload={"count": len(some), "items": some})
