"""Spans are as far apart as their shared characters fall short of all their characters."""

from __future__ import annotations

from labeling.label_types.base import Difference, Matching
from labeling.label_types.element_distance import drawn_differences, drawn_distance, match_elements
from labeling.label_types.marked_text import MarkedSpec
from labeling.label_types.span.value import Spans
from labeling.label_types.stretches import LineSpace

SPACE = LineSpace()
"""Overlap of stretches is shared characters over characters in either."""


def match(a: Spans, b: Spans, *, at: float = 0.0) -> Matching:
    return match_elements(a.elements, b.elements, SPACE, at=at)


def distance(a: Spans, b: Spans) -> float:
    return drawn_distance(a.elements, b.elements, SPACE)


def differences(a: Spans, b: Spans, spec: MarkedSpec) -> list[Difference]:
    return drawn_differences(a.elements, b.elements, SPACE, spec)
