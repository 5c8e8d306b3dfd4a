"""Per class, whether a segment of it was marked; how well they lie is computed by reports."""

from __future__ import annotations

from labeling.label_types.base import Vote
from labeling.label_types.elements import presence_votes
from labeling.label_types.segment.value import Segments, SegmentSpec


def votes(value: Segments, spec: SegmentSpec) -> list[Vote]:
    return presence_votes(value.elements, spec.classes)
