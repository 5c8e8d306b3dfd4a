"""Flags, reviews and drafts in the console: made on the pages, read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling.models import Draft, Flag, Review
from metadata.admin.frame import ConsoleAdmin, who


class FlagAdmin(ConsoleAdmin):
    """Set by labelers, settled by a review."""

    list_display = ("id", "task_id", who("agent", _("person")), "kind", "skipped", "created_at", "settled_at")
    list_filter = ("kind", "skipped", "created_at")
    list_select_related = ("agent__identity",)
    search_ids = ("id", "task_id", "agent_id")


class ReviewAdmin(ConsoleAdmin):
    """What a reviewer decided stays decided; an objection is answered on the review page."""

    list_display = (
        "id",
        "task_id",
        who("agent", _("person")),
        "verdict",
        who("reviewer", _("reviewer")),
        "created_at",
        "objected_at",
        "upheld",
    )
    list_filter = ("verdict", "created_at", "upheld")
    list_select_related = ("agent__identity", "reviewer__identity")
    search_ids = ("id", "task_id", "agent_id")


class DraftAdmin(ConsoleAdmin):
    """Unsent work; it goes with the answer it becomes."""

    list_display = ("id", "task_id", who("agent", _("person")), "saves", "saved_at")
    list_select_related = ("agent__identity",)
    search_ids = ("id", "task_id", "agent_id")


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    Flag: FlagAdmin,
    Review: ReviewAdmin,
    Draft: DraftAdmin,
}
