"""How spans and their links follow their item."""

from __future__ import annotations

from labeling.label_types.base import Carried, Remapping
from labeling.label_types.changes import Change
from labeling.label_types.elements import remap_elements
from labeling.label_types.marked_text import touched_by
from labeling.label_types.relation.value import Related, RelationSpec, arrows


def transform(value: Related, change: Change, spec: RelationSpec) -> Carried[Related]:
    return Carried(value, needs_person=touched_by(change, value.elements))


def remap(value: Related, mapping: Remapping, spec: RelationSpec) -> Carried[Related]:
    """A link goes with a span that is dropped; one that its relation does not take any more needs a person."""
    carried = remap_elements(value.elements, mapping, spec.classes)
    spans = carried.value or ()
    left = {one.id for one in spans}
    links = tuple(one for one in value.links if one.source in left and one.target in left)
    kept = {one.id for one in links}
    related, relations = Related(spans, links), spec.by_name
    odd = tuple(
        one.id
        for one in arrows(related)
        if one.relation not in relations
        or not relations[one.relation].allows(one.source.class_code, one.target.class_code)
    )
    gone = tuple(one.id for one in value.links if one.id not in kept)
    return Carried(related, (*carried.dropped, *gone), carried.clipped, (*carried.needs_person, *odd))
