"""What the data is, in the console: bounded lists, found by number or key; archived, restored and undone by services."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from django.contrib.admin import EmptyFieldListFilter
from django.db import models
from django.utils.translation import gettext_lazy as _

from metadata.admin.frame import ConsoleAdmin, bulk_action, row_action, who
from metadata.models import (
    Asset,
    Batch,
    Dataset,
    DatasetMembership,
    Facet,
    Item,
    ItemRevision,
    Part,
    RefusedLine,
    Source,
    Version,
    VersionFile,
    VersionMember,
)
from metadata.services import datasets, imports, items

IS_ARCHIVED: Final = ("archived_at", EmptyFieldListFilter)


def _archive(chosen: Sequence[Item], by: int) -> None:
    for dataset_id, some in groupby(
        sorted(chosen, key=lambda row: row.dataset_id), lambda row: row.dataset_id
    ):
        items.archive(dataset_id, [row.pk for row in some], by=by)


def _restore(chosen: Sequence[Item], by: int) -> None:
    for dataset_id, some in groupby(
        sorted(chosen, key=lambda row: row.dataset_id), lambda row: row.dataset_id
    ):
        items.restore(dataset_id, [row.pk for row in some], by=by)


class DatasetAdmin(ConsoleAdmin):
    """Words change here; fields, access and deletion have pages and services of their own. The leaf key is a secret."""

    list_display = ("id", "name", who("created_by", _("made by")), "created_at", "archived_at", "demo")
    list_filter = (IS_ARCHIVED, "demo", "created_at")
    list_select_related = ("created_by__identity",)
    sortable_by = ("id", "name", "created_at")
    search_fields = ("name", "description")
    hidden = ("leaf_key",)
    editable = ("name", "description")
    actions = (
        row_action("archive", _("Archive"), lambda row, by: datasets.archive(row.pk, by=by)),
        row_action("restore", _("Restore"), lambda row, by: datasets.restore(row.pk, by=by)),
    )

    def audit_words(self, row: Any) -> str:
        return str(row.pk)  # the log has a column for the dataset

    def store(self, row: Any, values: dict[str, Any], *, is_new: bool, by: int) -> Any:
        return datasets.update_dataset(row.pk, name=values["name"], description=values["description"], by=by)


class DatasetMembershipAdmin(ConsoleAdmin):
    """A role is given, changed and ended by services, which keep one manager."""

    list_display = ("id", "dataset", who("agent", _("person")), "role", "ended_at")
    list_filter = ("role", ("ended_at", EmptyFieldListFilter))
    list_select_related = ("dataset", "agent__identity")
    search_fields = ("dataset__name", "agent__identity__name", "agent__identity__email")
    search_ids = ("id", "dataset_id", "agent_id")
    raw_id_fields = ("dataset", "agent")
    addable = ("dataset", "agent", "role")
    editable = ("role",)
    actions = (
        row_action(
            "end", _("End role"), lambda row, by: datasets.revoke(row.dataset_id, row.agent_id, by=by)
        ),
    )

    def store(self, row: Any, values: dict[str, Any], *, is_new: bool, by: int) -> Any:
        return datasets.grant(row.dataset_id, row.agent_id, values["role"], by=by)


class SourceAdmin(ConsoleAdmin):
    """Sources are made by imports."""

    list_display = ("id", "name", "dataset", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("dataset",)
    search_fields = ("name", "dataset__name")
    search_ids = ("id", "dataset_id")


class BatchAdmin(ConsoleAdmin):
    """Deliveries count themselves while they come in; one is undone, never edited."""

    list_display = ("id", "name", "dataset", "state", "created", "repeated", "refused", "created_at")
    list_filter = ("state", "created_at")
    list_select_related = ("dataset",)
    search_fields = ("name", "dataset__name")
    search_ids = ("id", "dataset_id")
    actions = (
        row_action(
            "undo", _("Undo: archive what it brought"), lambda row, by: imports.undo_batch(row.pk, by)
        ),
    )


class RefusedLineAdmin(ConsoleAdmin):
    """Written by imports."""

    list_display = ("id", "batch", "line", "field", "code", "reason")
    list_select_related = ("batch",)
    search_ids = ("id", "batch_id")


class AssetAdmin(ConsoleAdmin):
    """Bytes by their hash: a changed row would lie about them."""

    list_display = ("id", "sha256", "media_type", "size", "width", "height", "duration_ms", "created_at")
    search_fields = ("sha256__startswith",)


class ItemAdmin(ConsoleAdmin):
    """Items are revised through their dataset's page, which keeps the revision before and the version's leaf."""

    list_display = ("id", "external_key", "dataset", "batch", "revision", "created_at", "archived_at")
    list_filter = (IS_ARCHIVED, "created_at")
    list_select_related = ("dataset", "batch")
    search_fields = ("external_key__exact",)
    search_ids = ("id", "dataset_id", "batch_id")
    hidden = ("search",)
    actions = (
        bulk_action("archive", _("Archive"), _archive),
        bulk_action("restore", _("Restore"), _restore),
    )


class ItemRevisionAdmin(ConsoleAdmin):
    """Append-only."""

    list_display = ("id", "item", "revision", "reason", who("created_by", _("by")), "created_at")
    list_select_related = ("item", "created_by__identity")
    search_ids = ("id", "item_id")


class PartAdmin(ConsoleAdmin):
    """Parts change with a revision of their item."""

    list_display = ("id", "item", "role", "ordinal", "asset")
    list_select_related = ("item", "asset")
    search_ids = ("id", "item_id", "asset_id")


class FacetAdmin(ConsoleAdmin):
    """A projection of items' fields."""

    list_display = ("id", "dataset", "key", "value", "item")
    list_select_related = ("dataset", "item")
    search_ids = ("id", "item_id")


class VersionAdmin(ConsoleAdmin):
    """A closed version never changes; closing is a service that cuts under a lock."""

    list_display = (
        "id",
        "dataset",
        "number",
        "name",
        "closed_at",
        who("closed_by", _("closed by")),
        "frozen_at",
    )
    list_filter = (("closed_at", EmptyFieldListFilter), "closed_at")
    list_select_related = ("dataset", "closed_by__identity")
    search_fields = ("name", "dataset__name", "digest__exact")
    search_ids = ("id", "dataset_id")


class VersionMemberAdmin(ConsoleAdmin):
    """Append-only, but for its end: this is what makes a version immutable. Leaves are bytes under a secret key."""

    list_display = ("id", "dataset", "kind", "subject", "facet", "row", "valid_from", "valid_to")
    list_select_related = ("dataset",)
    hidden = ("leaf",)


class VersionFileAdmin(ConsoleAdmin):
    """Files are written once, by the freeze or an export."""

    list_display = ("id", "name", "kind", "version", "size", "sha256", "created_at")
    list_filter = ("kind", "created_at")
    list_select_related = ("version",)
    search_fields = ("name", "sha256__startswith")
    search_ids = ("id", "version_id")


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    Dataset: DatasetAdmin,
    DatasetMembership: DatasetMembershipAdmin,
    Source: SourceAdmin,
    Batch: BatchAdmin,
    RefusedLine: RefusedLineAdmin,
    Asset: AssetAdmin,
    Item: ItemAdmin,
    ItemRevision: ItemRevisionAdmin,
    Part: PartAdmin,
    Facet: FacetAdmin,
    Version: VersionAdmin,
    VersionMember: VersionMemberAdmin,
    VersionFile: VersionFileAdmin,
}
