"""Named points on an image: one or more figures, each with a class."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.keypoint import distance, merge, transform, value, votes
from labeling.label_types.keypoint.value import FigureElement, Figures, KeypointSpec
from metadata.kernel.json_guard import Json


class KeypointType:
    name = "keypoint"
    modalities = frozenset({"image"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> KeypointSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: KeypointSpec, facts: Facts) -> Figures:
        return value.parse(raw, spec, facts)

    def dump(self, answer: Figures) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Figures, spec: KeypointSpec) -> Sequence[Vote]:
        return votes.votes(answer, spec)

    def classes_in(self, answer: Figures) -> frozenset[int]:
        return frozenset(element.class_code for element in answer.elements)

    def elements(self, answer: Figures) -> Sequence[FigureElement]:
        return answer.elements

    def match(self, a: Figures, b: Figures, spec: KeypointSpec, *, at: float = 0.0) -> Matching:
        return distance.match(a, b, spec, at=at)

    def distance(self, a: Figures, b: Figures, spec: KeypointSpec) -> float:
        return distance.distance(a, b, spec)

    def differences(self, a: Figures, b: Figures, spec: KeypointSpec) -> Sequence[Difference]:
        return distance.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Figures]], spec: KeypointSpec) -> Merged[Figures]:
        return merge.merge(ballots, spec)

    def measures(self, element: FigureElement) -> Mapping[str, float]:
        around = value.bounds(element.geometry)
        return {
            "points": float(len(element.geometry.points)),
            "hidden": float(sum(not one.visible for _, one in element.geometry.points)),
            "width": around.width,
            "height": around.height,
            "diagonal": math.hypot(around.width, around.height),
        }

    def transform(self, answer: Figures, change: Change, spec: KeypointSpec) -> Carried[Figures]:
        return transform.transform(answer, change, spec)

    def remap(self, answer: Figures, mapping: Remapping, spec: KeypointSpec) -> Carried[Figures]:
        return transform.remap(answer, mapping, spec)


LABEL_TYPE = KeypointType()
