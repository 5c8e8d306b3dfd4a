"""Stretches of a line, of text or of time: how much of two is shared, and the middle of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from labeling.label_types.ballots import weighted_median
from labeling.label_types.elements import Element
from labeling.label_types.errors import InvalidValue
from labeling.label_types.matching import Matrix


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` up to `end`, which is not included."""

    start: int
    end: int


Stretched = Element[Stretch]


class LineSpace:
    """Overlap of stretches is what they share over what either covers."""

    def overlaps(self, a: Sequence[Stretch], b: Sequence[Stretch]) -> Matrix:
        shared = _shared(a, b)
        either = _lengths(a)[:, None] + _lengths(b)[None, :] - shared
        return np.asarray(shared / either, dtype=np.float64)

    def shares_inside(self, a: Sequence[Stretch], b: Sequence[Stretch]) -> Matrix:
        return np.asarray(_shared(a, b) / _lengths(b)[None, :], dtype=np.float64)


def in_line(elements: Sequence[Stretched]) -> list[int]:
    """Positions of the elements by part, then from the start on."""
    return sorted(
        range(len(elements)),
        key=lambda at: (elements[at].part, elements[at].geometry.start, elements[at].geometry.end),
    )


def refuse_overlaps(elements: Sequence[Stretched], what: str) -> None:
    for before, after in pairwise(in_line(elements)):
        same_part = elements[before].part == elements[after].part
        if same_part and elements[after].geometry.start < elements[before].geometry.end:
            raise InvalidValue(f"elements.{after}.geometry", f"overlaps another {what}")


def median_stretch(stretches: Sequence[Stretch], weights: Sequence[float]) -> Stretch:
    """Each end by itself, rounded down; the start stays before the end, since it is so in every stretch."""
    return Stretch(
        int(weighted_median([float(stretch.start) for stretch in stretches], weights)),
        int(weighted_median([float(stretch.end) for stretch in stretches], weights)),
    )


def cut_apart(elements: tuple[Stretched, ...]) -> tuple[Stretched, ...]:
    """Medians of stretches that did not overlap can: a later one then starts where the one before it ends."""
    cut: dict[int, Stretched] = {}
    part, end = "", 0
    for at in in_line(elements):
        element = elements[at]
        if element.part != part:
            part, end = element.part, 0
        start = max(element.geometry.start, end)
        if start < element.geometry.end:
            cut[at] = replace(element, geometry=Stretch(start, element.geometry.end))
            end = element.geometry.end
    return tuple(cut[at] for at in sorted(cut))


def _lengths(stretches: Sequence[Stretch]) -> Matrix:
    return np.array([stretch.end - stretch.start for stretch in stretches], dtype=np.float64)


def _shared(a: Sequence[Stretch], b: Sequence[Stretch]) -> Matrix:
    starts_a, ends_a = _ends(a)
    starts_b, ends_b = _ends(b)
    shared = np.minimum(ends_a[:, None], ends_b[None, :]) - np.maximum(starts_a[:, None], starts_b[None, :])
    return np.asarray(np.clip(shared, 0, None), dtype=np.float64)


def _ends(stretches: Sequence[Stretch]) -> tuple[Matrix, Matrix]:
    starts = np.array([stretch.start for stretch in stretches], dtype=np.float64)
    return starts, np.array([stretch.end for stretch in stretches], dtype=np.float64)
