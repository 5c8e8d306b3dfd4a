"""Recipes: how derived items are made, kept by name."""

from __future__ import annotations

from django.db import transaction

from augmentation.core.recipe import dump_recipe, parse_recipe
from augmentation.models import Recipe
from metadata.kernel.errors import InvalidInput
from metadata.services import audit, events

LONGEST_NAME = 120


@transaction.atomic
def create_recipe(dataset_id: int, name: str, steps: object, *, by: int | None) -> Recipe:
    """Keeps a recipe for a dataset; its settings are checked here, once, and never change."""
    if not name.strip() or len(name) > LONGEST_NAME or "\0" in name:
        raise InvalidInput(fields={"name": f"1 to {LONGEST_NAME} characters"})
    parsed = dump_recipe(parse_recipe(steps))
    recipe = Recipe.objects.create(dataset_id=dataset_id, name=name.strip(), steps=parsed, created_by_id=by)
    events.append("recipe.created", dataset_id=dataset_id, subject_id=recipe.pk, agent_id=by)
    audit.record("recipe.created", agent_id=by, dataset_id=dataset_id, subject=f"recipe {recipe.pk}")
    return recipe
