"""Recipes, their runs, and what the runs made."""

from __future__ import annotations

from django.db.models import QuerySet

from augmentation.models import DerivedItem, Recipe, Run
from metadata.selectors.access import Caller
from metadata.selectors.datasets import DatasetAccess, dataset_for, nothing_here


def recipes_of(dataset_id: int) -> QuerySet[Recipe]:
    """A dataset's recipes, the newest first."""
    return Recipe.objects.filter(dataset_id=dataset_id).order_by("-pk")


def recipe_for(caller: Caller, recipe_id: int) -> tuple[Recipe, DatasetAccess]:
    """The recipe with what the caller is to its dataset; NotFound also for one that is not theirs to see."""
    recipe = Recipe.objects.filter(pk=recipe_id).first()
    if recipe is None:
        raise nothing_here(caller)
    return recipe, dataset_for(caller, recipe.dataset_id)


def run_for(caller: Caller, run_id: int) -> tuple[Run, DatasetAccess]:
    run = Run.objects.select_related("recipe", "job").filter(pk=run_id).first()
    if run is None:
        raise nothing_here(caller)
    return run, dataset_for(caller, run.recipe.dataset_id)


def runs_of(recipe_id: int) -> QuerySet[Run]:
    return Run.objects.filter(recipe_id=recipe_id).select_related("job").order_by("-pk")


def derived_of(run_id: int) -> QuerySet[DerivedItem]:
    return DerivedItem.objects.filter(run_id=run_id).order_by("-pk")
