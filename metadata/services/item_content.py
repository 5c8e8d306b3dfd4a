"""What items hold in a version: read by revision, so that an item fixed since stays as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from metadata.kernel.json_guard import Json
from metadata.models import Asset, Item, ItemRevision, Part
from metadata.selectors.versions import MemberRow
from metadata.services.frozen import Content
from metadata.versions.item_rows import item_row

PartRow: TypeAlias = tuple[str, int, str | None, str | None]


def item_contents(dataset_id: int, members: Sequence[MemberRow]) -> list[Content | None]:
    """The items of these members as they were in their revision."""
    ids = [member.subject for member in members]
    items = {item.pk: item for item in Item.objects.filter(dataset_id=dataset_id, pk__in=ids)}
    parts: dict[int, list[PartRow]] = {item_id: [] for item_id in ids}
    for part in Part.objects.filter(item_id__in=ids).select_related("asset"):
        parts[part.item_id].append(
            (part.role, part.ordinal, part.text, part.asset.sha256 if part.asset else None)
        )
    past = {
        (old.item_id, old.revision): old
        for old in ItemRevision.objects.filter(item_id__in=ids)
        if old.item_id in items and old.revision != items[old.item_id].revision
    }
    held: list[tuple[Item, Mapping[str, Any], list[PartRow]] | None] = []
    for member in members:
        item = items.get(member.subject)
        if item is None:
            held.append(None)
        elif item.revision == member.row:
            held.append((item, item.fields, parts[item.pk]))
        elif (old := past.get((item.pk, member.row))) is not None:
            held.append((item, old.fields, [_part(one) for one in old.parts]))
        else:
            held.append(None)
    facts = _facts([sha256 for one in held if one for _, _, _, sha256 in one[2] if sha256 is not None])
    return [
        None if one is None else _content(one[0], member.row, one[1], one[2], facts)
        for one, member in zip(held, members, strict=True)
    ]


def _part(raw: Mapping[str, Any]) -> PartRow:
    return raw["role"], raw["ordinal"], raw.get("text"), raw.get("sha256")


def _facts(addresses: Sequence[str]) -> dict[str, dict[str, Json]]:
    rows = Asset.objects.filter(sha256__in=set(addresses))
    return {
        asset.sha256: {"media_type": asset.media_type, "width": asset.width, "height": asset.height}
        for asset in rows
    }


def _content(
    item: Item,
    revision: int,
    fields: Mapping[str, Any],
    parts: list[PartRow],
    facts: Mapping[str, dict[str, Json]],
) -> Content:
    media: list[Json] = [
        {"role": role, "ordinal": ordinal, **facts.get(sha256, {})}
        for role, ordinal, _, sha256 in sorted(parts, key=lambda part: part[:2])
        if sha256 is not None
    ]
    return Content(
        item_row(item.external_key, fields, parts),
        {"revision": revision, "media": media, "parent": item.parent_id},
    )
