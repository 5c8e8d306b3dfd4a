"""What vendors signed off and are paid, in the console: made and decided on the pages, read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling.models import DeliveredTask, Delivery, VendorTerms
from metadata.admin.frame import ConsoleAdmin, who


class DeliveryAdmin(ConsoleAdmin):
    """A batch of a team's finished tasks."""

    list_display = (
        "id",
        "pool",
        "number",
        "state",
        "size",
        "sample",
        "wrong",
        who("signed_by", _("by")),
        "signed_at",
    )
    list_filter = ("state", "signed_at")
    list_select_related = ("pool", "signed_by__identity")


class DeliveredTaskAdmin(ConsoleAdmin):
    """A task in a batch, and whether it was found wrong in the sample."""

    list_display = ("id", "delivery", "task", "is_sampled", "is_wrong")
    list_filter = ("is_sampled", "is_wrong")
    list_select_related = ("delivery", "task")


class VendorTermsAdmin(ConsoleAdmin):
    """What a team is paid from a day on."""

    list_display = (
        "id",
        "project",
        "team",
        "starts_on",
        "currency",
        "per_item",
        "per_hour",
        who("created_by", _("by")),
        "created_at",
    )
    list_filter = ("currency", "starts_on")
    list_select_related = ("project", "team", "created_by__identity")


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    Delivery: DeliveryAdmin,
    DeliveredTask: DeliveredTaskAdmin,
    VendorTerms: VendorTermsAdmin,
}
