"""What an item shows: its parts, with text inline and media by asset."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from metadata.kernel.errors import NotFound
from metadata.models import Asset, Item, Part
from metadata.selectors.access import Caller
from metadata.selectors.datasets import datasets_of


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part as a page shows it; `kind` is the first word of its media type."""

    id: int
    item_id: int
    role: str
    kind: str
    asset_id: int | None
    text: str | None
    width: int | None
    height: int | None
    duration_ms: int | None = None


def parts_of(item_ids: Iterable[int]) -> dict[int, list[ShownPart]]:
    """The parts of many items, in order, in one statement."""
    found: dict[int, list[ShownPart]] = {item_id: [] for item_id in item_ids}
    rows = Part.objects.filter(item_id__in=list(found)).select_related("asset").order_by("ordinal", "id")
    for part in rows:
        asset = part.asset
        kind = asset.media_type.split("/")[0] if asset else "text"
        found[part.item_id].append(
            ShownPart(
                part.pk,
                part.item_id,
                part.role,
                kind,
                part.asset_id,
                part.text,
                asset.width if asset else None,
                asset.height if asset else None,
                asset.duration_ms if asset else None,
            )
        )
    return found


def asset_of_part(part_id: int, *, item_id: int) -> Asset | None:
    """The bytes behind a part of that item."""
    part = Part.objects.select_related("asset").filter(pk=part_id, item_id=item_id).first()
    return part.asset if part is not None else None


def first_pictures(item_ids: Iterable[int]) -> dict[int, Asset]:
    """The first picture of each of these items that has one."""
    rows = Part.objects.filter(item_id__in=list(item_ids), asset__media_type__startswith="image/")
    found: dict[int, Asset] = {}
    for part in rows.select_related("asset").order_by("item_id", "ordinal", "id"):
        if part.asset is not None:
            found.setdefault(part.item_id, part.asset)
    return found


def item_of_part(part_id: int, *, dataset_id: int) -> int | None:
    """The item that a part belongs to, if it is one of that dataset."""
    found = Part.objects.filter(pk=part_id, item__dataset_id=dataset_id).values_list("item_id", flat=True)
    return found.first()


def first_item(dataset_id: int) -> Item | None:
    """The item a preview shows."""
    return Item.objects.filter(dataset_id=dataset_id, archived_at=None).order_by("id").first()


def item_for(caller: Caller, item_id: int) -> Item:
    """The item, or NotFound also for one of a dataset that is not the caller's to see."""
    item = (
        Item.objects.select_related("dataset", "batch__source", "parent")
        .filter(pk=item_id, dataset__in=datasets_of(caller).order_by())
        .first()
    )
    if item is None:
        raise NotFound
    return item


def asset_for(caller: Caller, asset_id: int) -> Asset:
    """The asset behind a part of an item in a dataset the caller may see, or NotFound."""
    seen = Part.objects.filter(asset_id=asset_id, item__dataset__in=datasets_of(caller).order_by())
    asset = Asset.objects.filter(pk=asset_id).first() if seen.exists() else None
    if asset is None:
        raise NotFound
    return asset


def items_with_picture(dataset_id: int, role: str, *, item_ids: Iterable[int] | None = None) -> list[int]:
    """The items of a dataset that hold a picture in this role and were not made from others, in order."""
    held = Item.objects.filter(
        dataset_id=dataset_id,
        archived_at=None,
        parent=None,
        parts__role=role,
        parts__asset__media_type__startswith="image/",
    )
    if item_ids is not None:
        held = held.filter(pk__in=list(item_ids))
    return list(held.order_by("pk").distinct().values_list("pk", flat=True))


def picture_of(item_id: int, role: str) -> tuple[str, Asset]:
    """An item's key and the picture it holds in this role, or NotFound."""
    part = (
        Part.objects.select_related("asset", "item")
        .filter(item_id=item_id, role=role, asset__media_type__startswith="image/")
        .order_by("ordinal")
        .first()
    )
    if part is None or part.asset is None:
        raise NotFound
    return part.item.external_key, part.asset
