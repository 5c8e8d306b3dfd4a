"""What people said, in the console: append-only, to read. Found by number, since each is a table of millions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling.models import (
    Annotation,
    Answer,
    GoldAnswer,
    ModelRun,
    Prediction,
    Profile,
    ProfileDelta,
    Resolution,
    Tally,
    Vote,
)
from metadata.admin.frame import ConsoleAdmin, who


class AnnotationAdmin(ConsoleAdmin):
    """Append-only; a correction is a new revision, made by its labeler. The idempotency key and hash stay inside."""

    list_display = (
        "id",
        "task_id",
        who("agent", _("person")),
        "revision",
        "seat",
        "independent",
        "active_ms",
        "created_at",
    )
    list_select_related = ("agent__identity",)
    search_ids = ("id", "task_id")
    hidden = ("key", "body_hash")


class AnswerAdmin(ConsoleAdmin):
    """Append-only."""

    list_display = ("id", "annotation_id", "question", "item", "value")
    list_select_related = ("question", "item")
    search_ids = ("id", "annotation_id", "item_id")


class VoteAdmin(ConsoleAdmin):
    """Append-only: votes are never rewritten."""

    list_display = (
        "id",
        "annotation_id",
        "question",
        "facet",
        "item",
        who("agent", _("person")),
        "code",
        "current",
    )
    list_select_related = ("question", "item", "agent__identity")
    search_ids = ("id", "annotation_id")


class TallyAdmin(ConsoleAdmin):
    """A projection of votes."""

    list_display = ("id", "question", "facet", "item", "codes")
    list_select_related = ("question", "item")
    search_ids = ("id", "question_id")


class ProfileAdmin(ConsoleAdmin):
    """A projection of votes."""

    list_display = ("id", "question", "facet", "codes", "n")
    list_select_related = ("question",)
    search_ids = ("id", "question_id")


class ProfileDeltaAdmin(ConsoleAdmin):
    """Folded into profiles by a job, every few seconds."""

    list_display = ("id", "question", "facet", "codes", "n")
    list_select_related = ("question",)
    search_ids = ("id", "question_id")


class ModelRunAdmin(ConsoleAdmin):
    """Made with its predictions."""

    list_display = ("id", "name", "project", who("agent", _("model")), "created_at")
    list_filter = ("created_at",)
    list_select_related = ("project", "agent__identity")
    search_fields = ("name", "project__name")
    search_ids = ("id", "project_id", "agent_id")


class PredictionAdmin(ConsoleAdmin):
    """What a model said stays said."""

    list_display = ("id", "model_run", "item", "question", "value")
    list_select_related = ("model_run", "item", "question")
    search_ids = ("id", "item_id", "model_run_id")


class ResolutionAdmin(ConsoleAdmin):
    """Append-only, the newest holds; made anew from votes or by an expert's ruling."""

    list_display = ("id", "item", "question", "value", "confidence", "method", "votes", "tied", "created_at")
    list_select_related = ("item", "question")
    search_ids = ("id", "item_id")


class GoldAnswerAdmin(ConsoleAdmin):
    """Set and ended on the page of known answers; a new one ends the old."""

    list_display = ("id", "item", "question", "value", "origin", "created_at", "ended_at")
    list_filter = ("origin", "created_at")
    list_select_related = ("item", "question")
    search_ids = ("id", "item_id", "question_id")


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    Annotation: AnnotationAdmin,
    Answer: AnswerAdmin,
    Vote: VoteAdmin,
    Tally: TallyAdmin,
    Profile: ProfileAdmin,
    ProfileDelta: ProfileDeltaAdmin,
    ModelRun: ModelRunAdmin,
    Prediction: PredictionAdmin,
    Resolution: ResolutionAdmin,
    GoldAnswer: GoldAnswerAdmin,
}
