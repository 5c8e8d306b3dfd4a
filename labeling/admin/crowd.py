"""Crowd links and runs in the console: made and decided on the pages, read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling.models import CrowdLink, CrowdRun
from metadata.admin.frame import ConsoleAdmin, who


class CrowdLinkAdmin(ConsoleAdmin):
    """What a platform sends its workers to."""

    list_display = ("id", "name", "project", "tasks_each", "workers", "created_at", "closed_at")
    list_filter = ("created_at",)
    list_select_related = ("project",)
    search_fields = ("name",)


class CrowdRunAdmin(ConsoleAdmin):
    """One worker's way from consent to code."""

    list_display = ("id", "link", who("agent", _("worker")), "state", "verdict", "began_at", "ended_at")
    list_filter = ("state", "verdict", "began_at")
    list_select_related = ("link", "agent__identity")
    search_fields = ("worker",)


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    CrowdLink: CrowdLinkAdmin,
    CrowdRun: CrowdRunAdmin,
}
