"""Boxes are as far apart as their overlaps fall short of 1; an unmatched box counts in full."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeling.label_types.base import Difference, Matching
from labeling.label_types.box.turned import overlap_matrix, shared_matrix
from labeling.label_types.box.value import Boxes, BoxSpec
from labeling.label_types.element_distance import drawn_differences, drawn_distance, match_elements
from labeling.label_types.geometry import Rect, areas
from labeling.label_types.matching import Matrix


class RectSpace:
    """Overlap of rectangles is intersection over union."""

    def overlaps(self, a: Sequence[Rect], b: Sequence[Rect]) -> Matrix:
        return overlap_matrix(a, b)

    def shares_inside(self, a: Sequence[Rect], b: Sequence[Rect]) -> Matrix:
        return np.asarray(shared_matrix(a, b) / areas(b)[None, :], dtype=np.float64)


SPACE = RectSpace()


def match(a: Boxes, b: Boxes, *, at: float = 0.0) -> Matching:
    return match_elements(a.elements, b.elements, SPACE, at=at)


def distance(a: Boxes, b: Boxes) -> float:
    return drawn_distance(a.elements, b.elements, SPACE)


def differences(a: Boxes, b: Boxes, spec: BoxSpec) -> list[Difference]:
    return drawn_differences(a.elements, b.elements, SPACE, spec)
