"""How alike two figures are, point by point: after the object keypoint similarity of COCO, made symmetric.

COCO's similarity is the mean of exp(-d² / (2 s² k²)) over the points of the true figure, s² being its area and k a
constant of each point (https://cocodataset.org/#keypoints-eval). Here nobody's figure is the true one, and none has an
area:

    likeness(a, b) = Σ w(p) exp(-d(p)² / (2 σ²)) / |points set in a or b|,    σ = max(tolerance · size, least_tolerance)

over the points set in both, where size is the quadratic mean of the diagonals of the boxes around a's and around b's
points. A point set in one of them only counts 0, and w(p) is 1, or `HIDDEN_TO_ONE` where one saw it and the other did
not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeling.label_types.keypoint.value import Figure, KeypointSpec, bounds
from labeling.label_types.matching import Matrix

HIDDEN_TO_ONE = 0.75
"""What a point counts that lies at the same place for both, but is hidden to one of them only."""


@dataclass(frozen=True, slots=True)
class _Table:
    """(figures, points) of where they lie, whether they are set and seen, and (figures,) of squared sizes."""

    x: Matrix
    y: Matrix
    is_set: NDArray[np.bool_]
    is_seen: NDArray[np.bool_]
    squared_size: Matrix


class FigureSpace:
    """Overlap of figures is their likeness. No figure lies within another: they have no inside."""

    def __init__(self, spec: KeypointSpec) -> None:
        self._place = {name: at for at, name in enumerate(spec.points)}
        self._pairs = [(self._place[a], self._place[b]) for a, b in spec.pairs]
        self._tolerance, self._least = spec.tolerance, spec.least_tolerance

    def overlaps(self, a: Sequence[Figure], b: Sequence[Figure]) -> Matrix:
        return self._compared(a, b, by_side=False)

    def overlaps_but_sides(self, a: Sequence[Figure], b: Sequence[Figure]) -> Matrix:
        """As `overlaps`, each left and right pair taken as it fits better: as it is, or exchanged."""
        return self._compared(a, b, by_side=True)

    def shares_inside(self, a: Sequence[Figure], b: Sequence[Figure]) -> Matrix:
        return np.zeros((len(a), len(b)))

    def _compared(self, a: Sequence[Figure], b: Sequence[Figure], *, by_side: bool) -> Matrix:
        left, right = self._table(a), self._table(b)
        as_is = np.arange(len(self._place), dtype=np.int64)
        exchanged = self._exchanged()
        found = np.zeros((len(a), len(b)))
        for row in range(len(a)):
            points = self._likeness(left, row, right, as_is)
            if by_side and self._pairs:
                turned = self._likeness(left, row, right, exchanged)
                for one, other in self._pairs:
                    better = turned[:, one] + turned[:, other] > points[:, one] + points[:, other]
                    for at in (one, other):
                        points[better, at] = turned[better, at]
            counted = (left.is_set[row][None, :] | right.is_set).sum(axis=1)
            found[row] = points.sum(axis=1) / counted
        return found

    def _exchanged(self) -> NDArray[np.int64]:
        """Every point's place, those of a pair in each other's."""
        order = np.arange(len(self._place), dtype=np.int64)
        for one, other in self._pairs:
            order[one], order[other] = other, one
        return order

    def _likeness(self, left: _Table, row: int, right: _Table, order: NDArray[np.int64]) -> Matrix:
        """(figures of right, points of left): what each point counts; `order` is which point of right is compared."""
        size = np.sqrt((left.squared_size[row] + right.squared_size) / 2)
        sigma = np.maximum(self._tolerance * size, self._least)[:, None]
        away = (left.x[row] - right.x[:, order]) ** 2 + (left.y[row] - right.y[:, order]) ** 2
        weight = np.where(left.is_seen[row] == right.is_seen[:, order], 1.0, HIDDEN_TO_ONE)
        both = left.is_set[row] & right.is_set[:, order]
        return np.asarray(np.where(both, weight * np.exp(-away / (2 * sigma**2)), 0.0), dtype=np.float64)

    def _table(self, figures: Sequence[Figure]) -> _Table:
        shape = (len(figures), len(self._place))
        x, y = np.zeros(shape), np.zeros(shape)
        is_set, is_seen = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
        squared = np.zeros(len(figures))
        for row, figure in enumerate(figures):
            for name, point in figure.points:
                at = self._place[name]
                x[row, at], y[row, at] = point.x, point.y
                is_set[row, at], is_seen[row, at] = True, point.visible
            around = bounds(figure)
            squared[row] = around.width**2 + around.height**2
        return _Table(x, y, is_set, is_seen, squared)
