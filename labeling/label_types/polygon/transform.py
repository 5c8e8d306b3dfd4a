"""How polygons follow their image."""

from __future__ import annotations

from dataclasses import replace

from labeling.label_types.base import Carried, Remapping
from labeling.label_types.changes import (
    Change,
    Crop,
    Flip,
    Photometric,
    QuarterTurn,
    Shift,
    frame_after,
    moved,
)
from labeling.label_types.elements import remap_elements
from labeling.label_types.polygon.value import Polygon, Polygons, PolygonSpec
from labeling.label_types.rings import Ring, area, bounds, clipped, is_simple, touches

DOUBTFUL_SHARE = 0.5
"""A polygon of which less than this is left may no longer show what it was drawn for."""


def transform(value: Polygons, change: Change, spec: PolygonSpec) -> Carried[Polygons]:
    """Moved, then cut at the new frame.

    What is left of it too small for the question is dropped; what the frame cuts into pieces is dropped as well, and
    a person must draw it anew, as does what the frame cuts through a hole of.
    """
    if isinstance(change, Photometric):
        return Carried(value)
    kept: list[Polygon] = []
    dropped: list[str] = []
    cut: list[str] = []
    doubtful: list[str] = []
    width, height = frame_after(change)
    for element in value.elements:
        if element.part != change.part:
            kept.append(element)
            continue
        ring = _moved_ring(element.geometry, change)
        if _inside(ring, width, height):
            kept.append(replace(element, geometry=ring))
            continue
        left = clipped(ring, width, height)
        if left is None or area(left) < spec.min_area:
            dropped.append(element.id)
        elif not is_simple(left) or any(touches(hole, left) for hole in left.holes):
            dropped.append(element.id)
            doubtful.append(element.id)
        else:
            kept.append(replace(element, geometry=left))
            cut.append(element.id)
            if area(left) < DOUBTFUL_SHARE * area(ring):
                doubtful.append(element.id)
    return Carried(Polygons(tuple(kept)), tuple(dropped), tuple(cut), tuple(doubtful))


def remap(value: Polygons, mapping: Remapping, spec: PolygonSpec) -> Carried[Polygons]:
    carried = remap_elements(value.elements, mapping, spec.classes)
    return Carried(Polygons(carried.value or ()), carried.dropped, carried.clipped, carried.needs_person)


def _moved_ring(ring: Ring, change: Flip | QuarterTurn | Shift | Crop) -> Ring:
    points = tuple(moved(x, y, change) for x, y in ring.points)
    return Ring(points, tuple(_moved_ring(hole, change) for hole in ring.holes))


def _inside(ring: Ring, width: float, height: float) -> bool:
    around = bounds(ring)
    return around.x0 >= 0 and around.y0 >= 0 and around.x1 <= width and around.y1 <= height
