"""How segments follow their item."""

from __future__ import annotations

from labeling.label_types.base import Carried, Remapping
from labeling.label_types.changes import Change, Photometric
from labeling.label_types.elements import remap_elements
from labeling.label_types.segment.value import Segments, SegmentSpec


def transform(value: Segments, change: Change, spec: SegmentSpec) -> Carried[Segments]:
    """A louder or noisier sound keeps its times; what is on a part changed otherwise needs a person."""
    if isinstance(change, Photometric):
        return Carried(value)
    touched = tuple(element.id for element in value.elements if element.part == change.part)
    return Carried(value, needs_person=touched)


def remap(value: Segments, mapping: Remapping, spec: SegmentSpec) -> Carried[Segments]:
    carried = remap_elements(value.elements, mapping, spec.classes)
    return Carried(Segments(carried.value or ()), carried.dropped, carried.clipped, carried.needs_person)
