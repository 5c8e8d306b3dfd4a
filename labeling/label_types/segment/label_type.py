"""Stretches of a sound, each with a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.segment import distance, merge, transform, value, votes
from labeling.label_types.segment.value import Segment, Segments, SegmentSpec
from metadata.kernel.json_guard import Json


class SegmentType:
    name = "segment"
    modalities = frozenset({"audio"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> SegmentSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: SegmentSpec, facts: Facts) -> Segments:
        return value.parse(raw, spec, facts)

    def dump(self, answer: Segments) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Segments, spec: SegmentSpec) -> Sequence[Vote]:
        return votes.votes(answer, spec)

    def classes_in(self, answer: Segments) -> frozenset[int]:
        return frozenset(element.class_code for element in answer.elements)

    def elements(self, answer: Segments) -> Sequence[Segment]:
        return answer.elements

    def match(self, a: Segments, b: Segments, spec: SegmentSpec, *, at: float = 0.0) -> Matching:
        return distance.match(a, b, at=at)

    def distance(self, a: Segments, b: Segments, spec: SegmentSpec) -> float:
        return distance.distance(a, b, spec)

    def differences(self, a: Segments, b: Segments, spec: SegmentSpec) -> Sequence[Difference]:
        return distance.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Segments]], spec: SegmentSpec) -> Merged[Segments]:
        return merge.merge(ballots, spec)

    def measures(self, element: Segment) -> Mapping[str, float]:
        return {"duration_ms": float(element.geometry.end - element.geometry.start)}

    def transform(self, answer: Segments, change: Change, spec: SegmentSpec) -> Carried[Segments]:
        return transform.transform(answer, change, spec)

    def remap(self, answer: Segments, mapping: Remapping, spec: SegmentSpec) -> Carried[Segments]:
        return transform.remap(answer, mapping, spec)


LABEL_TYPE = SegmentType()
