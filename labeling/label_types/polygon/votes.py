"""Per class, whether a polygon of it was drawn; how well they lie is computed by reports."""

from __future__ import annotations

from labeling.label_types.base import Vote
from labeling.label_types.elements import presence_votes
from labeling.label_types.polygon.value import Polygons, PolygonSpec


def votes(value: Polygons, spec: PolygonSpec) -> list[Vote]:
    return presence_votes(value.elements, spec.classes)
