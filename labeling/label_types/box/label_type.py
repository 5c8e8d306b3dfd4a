"""Rectangles drawn on an image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.box import distance, merge, transform, value, votes
from labeling.label_types.box.value import Box, Boxes, BoxSpec
from labeling.label_types.changes import Change
from metadata.kernel.json_guard import Json


class BoxType:
    name = "box"
    modalities = frozenset({"image"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> BoxSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: BoxSpec, facts: Facts) -> Boxes:
        return value.parse(raw, spec, facts)

    def dump(self, answer: Boxes) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Boxes, spec: BoxSpec) -> Sequence[Vote]:
        return votes.votes(answer, spec)

    def classes_in(self, answer: Boxes) -> frozenset[int]:
        return frozenset(element.class_code for element in answer.elements)

    def elements(self, answer: Boxes) -> Sequence[Box]:
        return answer.elements

    def match(self, a: Boxes, b: Boxes, spec: BoxSpec, *, at: float = 0.0) -> Matching:
        return distance.match(a, b, at=at)

    def distance(self, a: Boxes, b: Boxes, spec: BoxSpec) -> float:
        return distance.distance(a, b)

    def differences(self, a: Boxes, b: Boxes, spec: BoxSpec) -> Sequence[Difference]:
        return distance.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Boxes]], spec: BoxSpec) -> Merged[Boxes]:
        return merge.merge(ballots, spec)

    def measures(self, element: Box) -> Mapping[str, float]:
        rect = element.geometry
        return {
            "width": rect.width,
            "height": rect.height,
            "area": rect.area,
            "long_side": max(rect.width, rect.height),
            "short_side": min(rect.width, rect.height),
        }

    def transform(self, answer: Boxes, change: Change, spec: BoxSpec) -> Carried[Boxes]:
        return transform.transform(answer, change, spec)

    def remap(self, answer: Boxes, mapping: Remapping, spec: BoxSpec) -> Carried[Boxes]:
        return transform.remap(answer, mapping, spec)


LABEL_TYPE = BoxType()
