"""Kept measurements and cursors in the console, to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from consistency.models import EventCursor, Report
from metadata.admin.frame import ConsoleAdmin, who


class ReportAdmin(ConsoleAdmin):
    """A measurement is a record of its moment; measure again for another."""

    list_display = (
        "id",
        "question",
        "guideline_version",
        "votes",
        who("measured_by", _("by")),
        "measured_at",
    )
    list_filter = ("measured_at",)
    list_select_related = ("question", "guideline_version", "measured_by__identity")
    search_fields = ("question__prompt", "question__project__name")
    search_ids = ("id", "question_id")


class EventCursorAdmin(ConsoleAdmin):
    """Moved by the reader that owns it: moved by hand it would fold an event twice or never."""

    list_display = ("id", "name", "transaction", "event_id")
    search_fields = ("name",)


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    Report: ReportAdmin,
    EventCursor: EventCursorAdmin,
}
