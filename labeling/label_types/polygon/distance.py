"""Polygons are as far apart as their overlaps fall short of 1; an unmatched polygon counts in full."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeling.label_types.base import Difference, Matching
from labeling.label_types.element_distance import drawn_differences, drawn_distance, match_elements
from labeling.label_types.matching import Matrix
from labeling.label_types.polygon.value import Polygons, PolygonSpec
from labeling.label_types.rings import Ring, area, shared_area


class RingSpace:
    """Overlap of polygons is intersection over union of their areas."""

    def overlaps(self, a: Sequence[Ring], b: Sequence[Ring]) -> Matrix:
        return np.array([[iou(one, other) for other in b] for one in a]).reshape(len(a), len(b))

    def shares_inside(self, a: Sequence[Ring], b: Sequence[Ring]) -> Matrix:
        areas = [area(other) for other in b]
        shares = [
            [shared_area(one, other) / all_of for other, all_of in zip(b, areas, strict=True)] for one in a
        ]
        return np.array(shares).reshape(len(a), len(b))


SPACE = RingSpace()


def iou(a: Ring, b: Ring) -> float:
    """1 exactly for the same ring; of others never more than 1, whatever is lost in rounding."""
    if a == b:
        return 1.0
    shared = shared_area(a, b)
    return min(1.0, shared / (area(a) + area(b) - shared)) if shared > 0 else 0.0


def match(a: Polygons, b: Polygons, *, at: float = 0.0) -> Matching:
    return match_elements(a.elements, b.elements, SPACE, at=at)


def distance(a: Polygons, b: Polygons) -> float:
    return drawn_distance(a.elements, b.elements, SPACE)


def differences(a: Polygons, b: Polygons, spec: PolygonSpec) -> list[Difference]:
    return drawn_differences(a.elements, b.elements, SPACE, spec)
