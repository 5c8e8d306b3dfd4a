"""How spans follow their item."""

from __future__ import annotations

from labeling.label_types.base import Carried, Remapping
from labeling.label_types.changes import Change, Photometric
from labeling.label_types.elements import remap_elements
from labeling.label_types.span.value import Spans, SpanSpec


def transform(value: Spans, change: Change, spec: SpanSpec) -> Carried[Spans]:
    """Text does not flip, turn or shift as pictures do: what is on a part so changed needs a person."""
    if isinstance(change, Photometric):
        return Carried(value)
    touched = tuple(element.id for element in value.elements if element.part == change.part)
    return Carried(value, needs_person=touched)


def remap(value: Spans, mapping: Remapping, spec: SpanSpec) -> Carried[Spans]:
    carried = remap_elements(value.elements, mapping, spec.classes)
    return Carried(Spans(carried.value or ()), carried.dropped, carried.clipped, carried.needs_person)
