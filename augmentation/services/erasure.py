"""Deleting a dataset deletes its recipes, runs and lineage: this app's part."""

from django.db.models import Q

from augmentation.models import DerivedItem, Recipe, Run


def erase_dataset(dataset_id: int) -> None:
    """Lineage first: it holds on to items and runs."""
    DerivedItem.objects.filter(Q(parent__dataset_id=dataset_id) | Q(child__dataset_id=dataset_id)).delete()
    Run.objects.filter(recipe__dataset_id=dataset_id).delete()
    Recipe.objects.filter(dataset_id=dataset_id).delete()
