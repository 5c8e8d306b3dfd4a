"""What happened, in the console: logs to read; jobs to cancel and to do again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from metadata.admin.frame import ConsoleAdmin, row_action, who
from metadata.models import AuditEntry, Event, IdempotentRequest, Job, WorkerHeartbeat
from metadata.services import jobs


class JobAdmin(ConsoleAdmin):
    """A job's row is written by its worker."""

    list_display = (
        "id",
        "kind",
        "state",
        "done",
        "total",
        "attempts",
        who("created_by", _("by")),
        "created_at",
        "ended_at",
    )
    list_filter = ("state", "created_at")
    list_select_related = ("created_by__identity",)
    ordering = ("-created_at",)
    search_fields = ("kind",)
    search_ids = ("dataset_id",)
    actions = (
        row_action("cancel", _("Cancel"), lambda row, by: jobs.cancel(row.pk, by)),
        row_action("retry", _("Do again"), lambda row, by: jobs.retry(row.pk, by)),
    )


class EventAdmin(ConsoleAdmin):
    """Append-only: upper apps and webhooks read from it."""

    list_display = ("id", "kind", "dataset_id", "project_id", "subject_id", "agent_id", "created_at")
    search_fields = ("kind__exact",)


class AuditEntryAdmin(ConsoleAdmin):
    """Append-only; the database itself refuses changes."""

    list_display = ("id", "created_at", "action", "agent_id", "dataset_id", "subject")
    list_filter = ("created_at",)
    search_fields = ("action", "subject")
    search_ids = ("id", "agent_id", "dataset_id")


class IdempotentRequestAdmin(ConsoleAdmin):
    """Forgotten by a job after a day. The kept answer can hold a token's clear text, so it is not shown."""

    list_display = ("id", who("agent", _("person")), "route", "status", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("agent__identity",)
    search_ids = ("id", "agent_id")
    hidden = ("key", "body_hash", "body")


class WorkerHeartbeatAdmin(ConsoleAdmin):
    """Written by the workers."""

    list_display = ("id", "name", "beat_at")
    search_fields = ("name",)


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    Job: JobAdmin,
    Event: EventAdmin,
    AuditEntry: AuditEntryAdmin,
    IdempotentRequest: IdempotentRequestAdmin,
    WorkerHeartbeat: WorkerHeartbeatAdmin,
}
