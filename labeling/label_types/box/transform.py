"""How boxes follow their image."""

from __future__ import annotations

from dataclasses import replace

from labeling.label_types.base import Carried, Remapping
from labeling.label_types.box.value import Box, Boxes, BoxSpec
from labeling.label_types.changes import Change, Photometric, frame_after
from labeling.label_types.elements import remap_elements
from labeling.label_types.geometry import clip, moved_rect

DOUBTFUL_SHARE = 0.5
"""A box of which less than this is left may no longer show what it was drawn for."""


def transform(value: Boxes, change: Change, spec: BoxSpec) -> Carried[Boxes]:
    """Moved, then cut at the new frame; what is left of it too small for the question is dropped."""
    if isinstance(change, Photometric):
        return Carried(value)
    kept: list[Box] = []
    dropped: list[str] = []
    clipped: list[str] = []
    doubtful: list[str] = []
    for element in value.elements:
        if element.part != change.part:
            kept.append(element)
            continue
        moved = moved_rect(element.geometry, change)
        inside = clip(moved, *frame_after(change))
        if inside is None or (inside != moved and min(inside.width, inside.height) < spec.min_size):
            dropped.append(element.id)
            continue
        kept.append(replace(element, geometry=inside))
        if inside != moved:
            clipped.append(element.id)
            if inside.area < DOUBTFUL_SHARE * moved.area:
                doubtful.append(element.id)
    return Carried(Boxes(tuple(kept)), tuple(dropped), tuple(clipped), tuple(doubtful))


def remap(value: Boxes, mapping: Remapping, spec: BoxSpec) -> Carried[Boxes]:
    carried = remap_elements(value.elements, mapping, spec.classes)
    return Carried(Boxes(carried.value or ()), carried.dropped, carried.clipped, carried.needs_person)
