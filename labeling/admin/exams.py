"""Results of exams in the console: settled by what people answered, read here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling.models import ExamResult
from metadata.admin.frame import ConsoleAdmin, who


class ExamResultAdmin(ConsoleAdmin):
    """Whether somebody passed an exam."""

    list_display = ("id", "exam", who("agent", _("person")), "right", "asked", "passed", "settled_at")
    list_filter = ("passed", "settled_at")
    list_select_related = ("exam", "agent__identity")


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {ExamResult: ExamResultAdmin}
