"""Rounds and the desk's rows in the console. The limits of a place are the database's, so its rows are only read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling.models import Assignment, LogPosition, Place, Pool, QueuePosition, Round, Task
from labeling.services import rounds
from metadata.admin.frame import ConsoleAdmin, row_action, who


def _becomes(state: str) -> Callable[[Round, int], object]:
    return lambda row, by: rounds.set_round_state(row.pk, state, by=by)


class RoundAdmin(ConsoleAdmin):
    """Opened from a project; here it is paused, reopened and closed."""

    list_display = (
        "id",
        "name",
        "project",
        "kind",
        "state",
        "places_per_task",
        "gold_share",
        "blind",
        "sealed",
        "created_at",
        "closed_at",
    )
    list_filter = ("state", "kind", "created_at")
    list_select_related = ("project",)
    search_fields = ("name", "project__name")
    search_ids = ("id", "project_id")
    actions = (
        row_action("open", _("Open"), _becomes(Round.State.OPEN)),
        row_action("pause", _("Pause"), _becomes(Round.State.PAUSED)),
        row_action("close", _("Close"), _becomes(Round.State.CLOSED)),
    )


class PoolAdmin(ConsoleAdmin):
    """Set when its round is opened: its places count on it."""

    list_display = ("id", "round", "team", "share", "gold")
    list_select_related = ("round", "team")
    search_fields = ("round__name", "team__name")
    search_ids = ("id", "round_id")


class TaskAdmin(ConsoleAdmin):
    """Follows from its places and its item."""

    list_display = ("id", "round", "item", "state")
    list_select_related = ("round", "item")
    search_ids = ("id", "item_id", "round_id")


class PlaceAdmin(ConsoleAdmin):
    """Exactly N answers hang on these numbers; only claims and submits move them."""

    list_display = ("id", "task_id", "pool_id", "wanted", "taken", "held", "lane", "pos")
    search_ids = ("id", "task_id")


class QueuePositionAdmin(ConsoleAdmin):
    """Moved by claims."""

    list_display = ("id", who("agent", _("person")), "pool_id", "lane", "pos", "claims", "reset_at")
    list_select_related = ("agent__identity",)
    search_ids = ("id", "agent_id", "pool_id")


class AssignmentAdmin(ConsoleAdmin):
    """A lease holds a promise of its place: it ends by an answer, a skip or its time, never by hand."""

    list_display = ("id", "task_id", who("agent", _("person")), "repeat", "state", "due", "skip_reason")
    list_select_related = ("agent__identity",)
    search_ids = ("id", "task_id", "agent_id")


class LogPositionAdmin(ConsoleAdmin):
    """Moved by the reader that owns it."""

    list_display = ("id", "name", "transaction", "event_id")
    search_fields = ("name",)


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    Round: RoundAdmin,
    Pool: PoolAdmin,
    Task: TaskAdmin,
    Place: PlaceAdmin,
    QueuePosition: QueuePositionAdmin,
    Assignment: AssignmentAdmin,
    LogPosition: LogPositionAdmin,
}
