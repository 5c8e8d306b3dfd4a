"""What was derived in a dataset, and from what."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from augmentation.models import DerivedItem, Recipe, Run

SHOWN_RUNS = 20
SHOWN_CHILDREN = 24


def runs_of(dataset_id: int) -> QuerySet[Run]:
    """The newest runs with how many items each made."""
    runs = Run.objects.filter(recipe__dataset_id=dataset_id).select_related("recipe", "job", "batch")
    return runs.annotate(made=Count("derived")).order_by("-id")[:SHOWN_RUNS]


def recipes_of(dataset_id: int) -> QuerySet[Recipe]:
    return Recipe.objects.filter(dataset_id=dataset_id).order_by("-id")[:SHOWN_RUNS]


def newest_children(dataset_id: int) -> QuerySet[DerivedItem]:
    """The items made last, each with its parent."""
    derived = DerivedItem.objects.filter(run__recipe__dataset_id=dataset_id, child__archived_at=None)
    return derived.select_related("parent", "child", "run__recipe").order_by("-id")[:SHOWN_CHILDREN]
