"""How boxes follow their image."""

from __future__ import annotations

from dataclasses import replace

from labeling.label_types.base import Carried, Remapping
from labeling.label_types.box.turned import TurnedRect, middle_of, shared_turned_area, turned
from labeling.label_types.box.value import Box, Boxes, BoxSpec
from labeling.label_types.changes import Change, Crop, Flip, Photometric, QuarterTurn, Shift, frame_after
from labeling.label_types.elements import remap_elements
from labeling.label_types.geometry import Rect, clip, moved_rect

DOUBTFUL_SHARE = 0.5
"""A box of which less than this is left may no longer show what it was drawn for."""


def transform(value: Boxes, change: Change, spec: BoxSpec) -> Carried[Boxes]:
    """Moved, then cut at the new frame; what is left of it too small for the question is dropped.

    A turned box is not cut: it stays whole while its middle is in the frame.
    """
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
        if isinstance(element.geometry, TurnedRect):
            turned_there = _moved_turned(element.geometry, change)
            share = _share_inside(turned_there, *frame_after(change))
            if share is None:
                dropped.append(element.id)
                continue
            kept.append(replace(element, geometry=turned_there))
            if share < DOUBTFUL_SHARE:
                doubtful.append(element.id)
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


def _moved_turned(rect: TurnedRect, change: Flip | QuarterTurn | Shift | Crop) -> Rect:
    """A mirror turns it the other way; a quarter turn exchanges its sides, which leaves its angle as it is."""
    angle = -rect.angle if isinstance(change, Flip) else rect.angle
    return turned(moved_rect(Rect(rect.x0, rect.y0, rect.x1, rect.y1), change), angle)


def _share_inside(rect: Rect, width: float, height: float) -> float | None:
    """How much of it lies in the frame; None where its middle does not."""
    x, y = middle_of(rect)
    if not (0 <= x <= width and 0 <= y <= height):
        return None
    return shared_turned_area(rect, Rect(0, 0, width, height)) / rect.area


def remap(value: Boxes, mapping: Remapping, spec: BoxSpec) -> Carried[Boxes]:
    carried = remap_elements(value.elements, mapping, spec.classes)
    return Carried(Boxes(carried.value or ()), carried.dropped, carried.clipped, carried.needs_person)
