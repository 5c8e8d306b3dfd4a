"""Projects in the console: renamed, paused, archived; members and questions end. All by services."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib.admin import EmptyFieldListFilter
from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling.models import ClassMapping, GuidelineVersion, Project, ProjectMembership, Question
from labeling.services import members, projects
from metadata.admin.frame import ConsoleAdmin, row_action, who


def _becomes(state: str) -> Callable[[Project, int], object]:
    return lambda row, by: projects.update_project(row.pk, state=state, by=by)


class ProjectAdmin(ConsoleAdmin):
    """Words and state change here; questions and what labelers see have pages of their own."""

    list_display = ("id", "name", "dataset", "state", who("created_by", _("made by")), "created_at", "demo")
    list_filter = ("state", "demo", "created_at")
    list_select_related = ("dataset", "created_by__identity")
    sortable_by = ("id", "name", "created_at")
    search_fields = ("name", "description", "dataset__name")
    search_ids = ("id", "dataset_id")
    editable = ("name", "description", "state")
    actions = (
        row_action("activate", _("Set going"), _becomes(Project.State.ACTIVE)),
        row_action("pause", _("Pause"), _becomes(Project.State.PAUSED)),
        row_action("archive", _("Archive"), _becomes(Project.State.ARCHIVED)),
    )

    def store(self, row: Any, values: dict[str, Any], *, is_new: bool, by: int) -> Any:
        return projects.update_project(row.pk, by=by, **values)


class ProjectMembershipAdmin(ConsoleAdmin):
    """A role is given, changed and ended by services, which keep one manager and grant the dataset along."""

    list_display = ("id", "project", who("agent", _("person")), "role", "team", "created_at", "ended_at")
    list_filter = ("role", ("ended_at", EmptyFieldListFilter))
    list_select_related = ("project", "agent__identity", "team")
    search_fields = ("project__name", "agent__identity__name", "agent__identity__email")
    search_ids = ("id", "project_id", "agent_id")
    raw_id_fields = ("project", "agent", "team")
    addable = ("project", "agent", "role", "team")
    editable = ("role", "team")
    actions = (
        row_action(
            "end",
            _("End membership"),
            lambda row, by: members.remove_member(row.project_id, row.agent_id, by=by),
        ),
    )

    def store(self, row: Any, values: dict[str, Any], *, is_new: bool, by: int) -> Any:
        team = values["team"]
        return members.add_member(
            row.project_id, row.agent_id, values["role"], team.pk if team else None, by=by
        )


class GuidelineVersionAdmin(ConsoleAdmin):
    """Immutable once published: answers point to what was shown."""

    list_display = (
        "id",
        "project",
        "major",
        "minor",
        "changes",
        who("published_by", _("by")),
        "published_at",
    )
    list_filter = ("published_at",)
    list_select_related = ("project", "published_by__identity")
    search_fields = ("project__name", "changes")
    search_ids = ("id", "project_id")


class QuestionAdmin(ConsoleAdmin):
    """A change of words or classes publishes a guideline version, so it is made in the project's set-up."""

    list_display = ("id", "key", "prompt", "label_type", "project", "required", "retired_at")
    list_filter = ("label_type", ("retired_at", EmptyFieldListFilter))
    list_select_related = ("project",)
    search_fields = ("key", "prompt", "project__name")
    search_ids = ("id", "project_id")
    actions = (
        row_action(
            "retire", _("Retire: ask it no more"), lambda row, by: projects.retire_question(row.pk, by=by)
        ),
    )


class ClassMappingAdmin(ConsoleAdmin):
    """Belongs to a published guideline version."""

    list_display = ("id", "question", "guideline_version", "old_code", "new_code")
    list_select_related = ("question", "guideline_version")
    search_ids = ("id", "question_id", "guideline_version_id")


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    Project: ProjectAdmin,
    ProjectMembership: ProjectMembershipAdmin,
    GuidelineVersion: GuidelineVersionAdmin,
    Question: QuestionAdmin,
    ClassMapping: ClassMappingAdmin,
}
