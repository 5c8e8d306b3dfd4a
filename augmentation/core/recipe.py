"""A recipe: which changes are made to an item, in what order, how strongly, and how many copies.

`{"part": "image", "copies": 2, "seed": 7, "steps": [{"change": "darken", "factor": [0.3, 0.6], "gamma": [1, 1.5]}]}`
A strength is a number, or a range from which each copy draws its own.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from augmentation.core.image.darken import Darken
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import identifier_at, integer_at, joined, list_at, object_at, one_of
from metadata.kernel.json_guard import Json

Step: TypeAlias = Darken
"""The union of all steps there are."""

STEPS = {Darken.name: Darken}
MOST_STEPS = 10
MOST_COPIES = 20
BIGGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Recipe:
    part: str
    steps: tuple[Step, ...]
    copies: int = 1
    seed: int = 0


def parse_recipe(raw: object) -> Recipe:
    """The recipe, or `InvalidValue` naming the setting."""
    settings = object_at(raw, "", required=("steps",), optional=("part", "copies", "seed"))
    entries = list_at(settings["steps"], "steps", most=MOST_STEPS)
    if not entries:
        raise InvalidValue("steps", "at least one step is needed")
    return Recipe(
        part=identifier_at(settings.get("part", "image"), "part"),
        steps=tuple(_step_at(entry, joined("steps", position)) for position, entry in enumerate(entries)),
        copies=integer_at(settings.get("copies", 1), "copies", least=1, most=MOST_COPIES),
        seed=integer_at(settings.get("seed", 0), "seed", least=0, most=BIGGEST_SEED),
    )


def dump_recipe(recipe: Recipe) -> dict[str, Json]:
    """What `parse_recipe` reads back."""
    return {
        "part": recipe.part,
        "copies": recipe.copies,
        "seed": recipe.seed,
        "steps": [step.dump() for step in recipe.steps],
    }


def rng_for(recipe: Recipe, item_key: str, copy: int, step: int) -> np.random.Generator:
    """Chance that depends only on the recipe's seed, the item, the copy and the step.

    So a run gives the same children in any order, on any worker, and again after it was killed.
    """
    told = f"{recipe.seed}\n{copy}\n{step}\n{item_key}".encode()
    return np.random.default_rng(int.from_bytes(hashlib.sha256(told).digest(), "big"))


def _step_at(raw: object, path: str) -> Step:
    if not isinstance(raw, dict):
        raise InvalidValue(path, "must be an object")
    return STEPS[one_of(raw.get("change"), joined(path, "change"), tuple(STEPS))].parse(raw, path)
