"""Recipes, runs and lineage in the console, to read: a run's items say how they were made for as long as they live."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from augmentation.models import DerivedItem, Recipe, Run
from metadata.admin.frame import ConsoleAdmin, who


class RecipeAdmin(ConsoleAdmin):
    """Steps are checked by the service that makes a recipe; another one is another recipe."""

    list_display = ("id", "name", "dataset", who("created_by", _("made by")), "created_at")
    list_filter = ("created_at",)
    list_select_related = ("dataset", "created_by__identity")
    search_fields = ("name", "dataset__name")
    search_ids = ("id", "dataset_id")


class RunAdmin(ConsoleAdmin):
    """A run is undone by undoing its batch."""

    list_display = ("id", "recipe", "seed", "batch", who("created_by", _("by")), "created_at")
    list_filter = ("created_at",)
    list_select_related = ("recipe", "batch", "created_by__identity")
    search_fields = ("recipe__name",)
    search_ids = ("id", "recipe_id", "batch_id")


class DerivedItemAdmin(ConsoleAdmin):
    """Lineage: append-only."""

    list_display = ("id", "run", "copy", "parent", "child")
    list_select_related = ("run", "parent", "child")
    search_ids = ("id", "parent_id", "child_id", "run_id")


TABLES: Final[Mapping[type[models.Model], type[ConsoleAdmin]]] = {
    Recipe: RecipeAdmin,
    Run: RunAdmin,
    DerivedItem: DerivedItemAdmin,
}
