"""Per class, whether a span of it was marked; how well they lie is computed by reports."""

from __future__ import annotations

from labeling.label_types.base import Vote
from labeling.label_types.elements import presence_votes
from labeling.label_types.marked_text import MarkedSpec
from labeling.label_types.span.value import Spans


def votes(value: Spans, spec: MarkedSpec) -> list[Vote]:
    return presence_votes(value.elements, spec.classes)
