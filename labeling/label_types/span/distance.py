"""Spans are as far apart as their shared characters fall short of all their characters."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeling.label_types.base import Difference, Matching
from labeling.label_types.element_distance import drawn_differences, drawn_distance, match_elements
from labeling.label_types.matching import Matrix
from labeling.label_types.span.value import Spans, SpanSpec, Stretch


class TextSpace:
    """Overlap of stretches is shared characters over characters in either."""

    def overlaps(self, a: Sequence[Stretch], b: Sequence[Stretch]) -> Matrix:
        shared = _shared(a, b)
        either = _lengths(a)[:, None] + _lengths(b)[None, :] - shared
        return np.asarray(shared / either, dtype=np.float64)

    def shares_inside(self, a: Sequence[Stretch], b: Sequence[Stretch]) -> Matrix:
        return np.asarray(_shared(a, b) / _lengths(b)[None, :], dtype=np.float64)


SPACE = TextSpace()


def match(a: Spans, b: Spans, *, at: float = 0.0) -> Matching:
    return match_elements(a.elements, b.elements, SPACE, at=at)


def distance(a: Spans, b: Spans) -> float:
    return drawn_distance(a.elements, b.elements, SPACE)


def differences(a: Spans, b: Spans, spec: SpanSpec) -> list[Difference]:
    return drawn_differences(a.elements, b.elements, SPACE, spec)


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
