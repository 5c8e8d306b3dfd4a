"""How spans follow their item."""

from __future__ import annotations

from labeling.label_types.base import Carried, Remapping
from labeling.label_types.changes import Change
from labeling.label_types.elements import remap_elements
from labeling.label_types.marked_text import MarkedSpec, touched_by
from labeling.label_types.span.value import Spans


def transform(value: Spans, change: Change, spec: MarkedSpec) -> Carried[Spans]:
    return Carried(value, needs_person=touched_by(change, value.elements))


def remap(value: Spans, mapping: Remapping, spec: MarkedSpec) -> Carried[Spans]:
    carried = remap_elements(value.elements, mapping, spec.classes)
    return Carried(Spans(carried.value or ()), carried.dropped, carried.clipped, carried.needs_person)
