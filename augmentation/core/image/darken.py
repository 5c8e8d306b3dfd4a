"""Less light, as in the evening or with a short exposure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np

from augmentation.core.strength import Strength, strength_at
from labeling.label_types.changes import Photometric
from labeling.label_types.reading import object_at
from metadata.kernel.json_guard import Json

Pixels: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]

DARKEST = 0.02


@dataclass(frozen=True, slots=True)
class Darken:
    """`factor` is the share of light left, `gamma` (at least 1) sinks middle tones further."""

    name: ClassVar[str] = "darken"
    factor: Strength
    gamma: Strength

    @classmethod
    def parse(cls, raw: Mapping[str, object], path: str) -> Darken:
        settings = object_at(raw, path, required=("change",), optional=("factor", "gamma"))
        return cls(
            factor=strength_at(settings, "factor", path, least=DARKEST, most=1.0, default=0.5),
            gamma=strength_at(settings, "gamma", path, least=1.0, most=4.0, default=1.0),
        )

    def dump(self) -> dict[str, Json]:
        return {"change": self.name, "factor": self.factor.dump(), "gamma": self.gamma.dump()}

    def drawn(self, rng: np.random.Generator) -> dict[str, float]:
        """The strengths of one copy, for its lineage."""
        return {"factor": self.factor.drawn(rng), "gamma": self.gamma.drawn(rng)}

    def applied(
        self, pixels: Pixels, strengths: Mapping[str, float], part: str
    ) -> tuple[Pixels, Photometric]:
        """The darker picture and the change that was made: nothing moved."""
        return darkened(pixels, factor=strengths["factor"], gamma=strengths["gamma"]), Photometric(part)


def darkened(pixels: Pixels, *, factor: float, gamma: float = 1.0) -> Pixels:
    """255 * factor * (value / 255) ** gamma, rounded; a fourth channel (transparency) stays.

    pixels: (height, width), (height, width, 3) or (height, width, 4); it is not changed.
    A table of 256 values, so that the result is the same on every processor.

    >>> darkened(np.array([[0, 100, 255]], dtype=np.uint8), factor=0.5)
    array([[  0,  50, 128]], dtype=uint8)
    """
    if not 0 < factor <= 1:
        raise ValueError("factor: must be above 0 and at most 1")
    if not gamma >= 1:
        raise ValueError("gamma: must be at least 1")
    table = np.floor(255 * factor * (np.arange(256) / 255) ** gamma + 0.5).astype(np.uint8)
    darker: Pixels = table[pixels]
    if pixels.ndim == 3 and pixels.shape[2] == 4:
        darker[..., 3] = pixels[..., 3]
    return darker
