"""Outlines drawn on an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.polygon import distance, merge, transform, value, votes
from labeling.label_types.polygon.value import Polygon, Polygons, PolygonSpec
from labeling.label_types.rings import area, bounds, perimeter
from metadata.kernel.json_guard import Json


class PolygonType:
    name = "polygon"
    modalities = frozenset({"image"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> PolygonSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: PolygonSpec, facts: Facts) -> Polygons:
        return value.parse(raw, spec, facts)

    def dump(self, answer: Polygons) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Polygons, spec: PolygonSpec) -> Sequence[Vote]:
        return votes.votes(answer, spec)

    def classes_in(self, answer: Polygons) -> frozenset[int]:
        return frozenset(element.class_code for element in answer.elements)

    def elements(self, answer: Polygons) -> Sequence[Polygon]:
        return answer.elements

    def match(self, a: Polygons, b: Polygons, spec: PolygonSpec, *, at: float = 0.0) -> Matching:
        return distance.match(a, b, at=at)

    def distance(self, a: Polygons, b: Polygons, spec: PolygonSpec) -> float:
        return distance.distance(a, b)

    def differences(self, a: Polygons, b: Polygons, spec: PolygonSpec) -> Sequence[Difference]:
        return distance.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Polygons]], spec: PolygonSpec) -> Merged[Polygons]:
        return merge.merge(ballots, spec)

    def measures(self, element: Polygon) -> Mapping[str, float]:
        ring = element.geometry
        around = bounds(ring)
        return {
            "area": area(ring),
            "perimeter": perimeter(ring),
            "width": around.width,
            "height": around.height,
            "points": float(sum(len(one.points) for one in (ring, *ring.holes))),
            "holes": float(len(ring.holes)),
        }

    def transform(self, answer: Polygons, change: Change, spec: PolygonSpec) -> Carried[Polygons]:
        return transform.transform(answer, change, spec)

    def remap(self, answer: Polygons, mapping: Remapping, spec: PolygonSpec) -> Carried[Polygons]:
        return transform.remap(answer, mapping, spec)


LABEL_TYPE = PolygonType()
