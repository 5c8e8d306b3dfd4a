"""One picture in, one copy of it changed by every step of a recipe out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PIL import Image

from augmentation.core.image.darken import Pixels
from augmentation.core.recipe import Recipe, rng_for
from labeling.label_types.changes import Change
from metadata.modalities.image.preview import showable
from metadata.modalities.image.reading import Limits, open_picture


@dataclass(frozen=True, slots=True)
class Made:
    """The new file, the changes that labels follow, and for each step what it was and how strong (its lineage)."""

    data: bytes
    media_type: str
    width: int
    height: int
    changes: tuple[Change, ...]
    lineage: tuple[Mapping[str, str | float], ...]


def made_picture(
    data: bytes, recipe: Recipe, *, item_key: str, copy: int, limits: Limits | None = None
) -> Made:
    """Copy number `copy` of a picture: upright, lossless (PNG) and without metadata; the same bytes every time."""
    pixels: Pixels = np.array(showable(open_picture(data, limits).pixels), dtype=np.uint8)
    changes: list[Change] = []
    lineage: list[Mapping[str, str | float]] = []
    for number, step in enumerate(recipe.steps):
        strengths = step.drawn(rng_for(recipe, item_key, copy, number))
        pixels, change = step.applied(pixels, strengths, recipe.part)
        changes.append(change)
        lineage.append({"change": step.name, **strengths})
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    height, width = pixels.shape[:2]
    return Made(written.getvalue(), "image/png", width, height, tuple(changes), tuple(lineage))
