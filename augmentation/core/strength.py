"""How strongly a step is applied: a range from which each copy draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import joined, number_at
from metadata.kernel.json_guard import Json


@dataclass(frozen=True, slots=True)
class Strength:
    low: float
    high: float

    def drawn(self, rng: np.random.Generator) -> float:
        """Uniform in the range; rounded, so that it is read back from lineage as the number that was used."""
        return round(float(rng.uniform(self.low, self.high)), 6)

    def dump(self) -> Json:
        return self.low if self.low == self.high else [self.low, self.high]


def strength_at(
    settings: Mapping[str, object], name: str, path: str, *, least: float, most: float, default: float
) -> Strength:
    """A number or a pair of them, low before high."""
    raw = settings.get(name, default)
    where = joined(path, name)
    if not isinstance(raw, list):
        both = number_at(raw, where, least=least, most=most)
        return Strength(both, both)
    if len(raw) != 2:
        raise InvalidValue(where, "must be a number or a list of the lowest and the highest")
    low = number_at(raw[0], joined(where, 0), least=least, most=most)
    high = number_at(raw[1], joined(where, 1), least=least, most=most)
    if low > high:
        raise InvalidValue(where, "the lowest must not be above the highest")
    return Strength(low, high)
