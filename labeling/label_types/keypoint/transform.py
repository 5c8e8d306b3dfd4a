"""How figures follow their image."""

from __future__ import annotations

from dataclasses import replace

from labeling.label_types.base import Carried, Remapping
from labeling.label_types.changes import Change, Flip, Photometric, frame_after, moved
from labeling.label_types.elements import remap_elements
from labeling.label_types.keypoint.value import Figure, FigureElement, Figures, Keypoint, KeypointSpec

DOUBTFUL_SHARE = 0.5
"""A figure of which fewer than this share of the points is left may no longer show what it was drawn for."""


def transform(value: Figures, change: Change, spec: KeypointSpec) -> Carried[Figures]:
    """Points move, and those that leave the frame are no longer labeled. In a mirror left is right, as to a viewer."""
    if isinstance(change, Photometric):
        return Carried(value)
    width, height = frame_after(change)
    other_side = spec.other_side if isinstance(change, Flip) else {}
    kept: list[FigureElement] = []
    dropped: list[str] = []
    cut: list[str] = []
    doubtful: list[str] = []
    for element in value.elements:
        if element.part != change.part:
            kept.append(element)
            continue
        at: dict[str, Keypoint] = {}
        for name, point in element.geometry.points:
            x, y = moved(point.x, point.y, change)
            if 0 <= x <= width and 0 <= y <= height:
                at[other_side.get(name, name)] = replace(point, x=x, y=y)
        if not at:
            dropped.append(element.id)
            continue
        figure = Figure(tuple((name, at[name]) for name in spec.points if name in at))
        kept.append(replace(element, geometry=figure))
        if len(at) < len(element.geometry.points):
            cut.append(element.id)
            if len(at) < DOUBTFUL_SHARE * len(element.geometry.points):
                doubtful.append(element.id)
    return Carried(Figures(tuple(kept)), tuple(dropped), tuple(cut), tuple(doubtful))


def remap(value: Figures, mapping: Remapping, spec: KeypointSpec) -> Carried[Figures]:
    carried = remap_elements(value.elements, mapping, spec.classes)
    return Carried(Figures(carried.value or ()), carried.dropped, carried.clipped, carried.needs_person)
