"""Pause rules and pauses in the console: made and decided on the pages, read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling.models import Pause, PauseRule
from metadata.admin.frame import ConsoleAdmin, who


class PauseRuleAdmin(ConsoleAdmin):
    """Below what somebody gets no more tasks until a person has looked."""

    list_display = ("id", "project", "kind", "least", "last", "created_at", "ended_at")
    list_filter = ("kind", "created_at")
    list_select_related = ("project",)


class PauseAdmin(ConsoleAdmin):
    """Tasks withheld from somebody, and what was decided."""

    list_display = ("id", "project", who("agent", _("person")), "kind", "state", "opened_at", "decided_at")
    list_filter = ("kind", "state", "opened_at")
    list_select_related = ("project", "agent__identity")


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    PauseRule: PauseRuleAdmin,
    Pause: PauseAdmin,
}
