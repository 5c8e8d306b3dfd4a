"""Items made from other items: they point to their parent, carry its fields, and are marked as made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from metadata.intake.lines import PartLine
from metadata.kernel.errors import Conflict, NotFound
from metadata.kernel.fields import declared_fields
from metadata.models import Batch, Dataset, Item
from metadata.services import datasets, imports, items


class KeyTaken(Conflict):
    """Another item has this key already."""

    code = "key_taken"


def text_part(text: str, *, role: str = "text") -> PartLine:
    """A part that is its own text."""
    return PartLine(role, 0, text, None)


def file_part(sha256: str, *, role: str) -> PartLine:
    """A part that is a stored file."""
    return PartLine(role, 0, None, sha256)


def open_delivery(dataset_id: int, *, name: str, source: str, mark: str, by: int | None) -> int:
    """A batch for what will be made, in a dataset that declares the field `mark`; the batch's id."""
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().filter(pk=dataset_id, archived_at=None).first()
        if dataset is None:
            raise NotFound
        if mark not in {field.name for field in declared_fields(dataset.fields)}:
            fields = [*dataset.fields, {"name": mark, "kind": "text"}]
            datasets.update_dataset(dataset_id, fields=fields, by=by)
        return int(imports.open_batch(dataset_id, name=name, source=source, by=by).pk)


def end_delivery(batch_id: int, by: int | None) -> None:
    """Nothing more is made under this batch."""
    imports.end_batch(Batch.objects.get(pk=batch_id), by)


@transaction.atomic
def put_child(
    parent_id: int,
    *,
    key: str,
    role: str,
    sha256: str,
    marks: Mapping[str, Any],
    batch_id: int,
    by: int | None,
) -> int:
    """One item made from another: its parts but for `role`, which is the stored file; the child's id.

    The same child again is a harmless repeat.
    """
    parent = Item.objects.select_related("dataset").filter(pk=parent_id).first()
    if parent is None:
        raise NotFound
    parts = [
        PartLine(part.role, part.ordinal, part.text, part.asset.sha256 if part.asset else None)
        for part in parent.parts.select_related("asset").order_by("ordinal", "id")
        if part.role != role
    ]
    ready = items.prepared(
        bytes(parent.dataset.leaf_key),
        declared_fields(parent.dataset.fields),
        line=0,
        key=key,
        fields={**parent.fields, **marks},
        parts=[PartLine(role, 0, None, sha256), *parts],
        parent_id=parent_id,
    )
    put = items.put(parent.dataset_id, [ready], batch_id=batch_id, by=by)
    Batch.objects.filter(pk=batch_id).update(
        created=F("created") + put.created, repeated=F("repeated") + put.repeated
    )
    if key not in put.ids:
        raise KeyTaken(fields={"key": "is another item's"})
    return put.ids[key]
