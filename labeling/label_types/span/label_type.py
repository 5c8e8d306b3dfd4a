"""Stretches of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.marked_text import MarkedSpec, Span
from labeling.label_types.span import distance, merge, transform, value, votes
from labeling.label_types.span.value import Spans
from metadata.kernel.json_guard import Json


class SpanType:
    name = "span"
    modalities = frozenset({"text"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> MarkedSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: MarkedSpec, facts: Facts) -> Spans:
        return value.parse(raw, spec, facts)

    def dump(self, answer: Spans) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Spans, spec: MarkedSpec) -> Sequence[Vote]:
        return votes.votes(answer, spec)

    def classes_in(self, answer: Spans) -> frozenset[int]:
        return frozenset(element.class_code for element in answer.elements)

    def elements(self, answer: Spans) -> Sequence[Span]:
        return answer.elements

    def match(self, a: Spans, b: Spans, spec: MarkedSpec, *, at: float = 0.0) -> Matching:
        return distance.match(a, b, at=at)

    def distance(self, a: Spans, b: Spans, spec: MarkedSpec) -> float:
        return distance.distance(a, b)

    def differences(self, a: Spans, b: Spans, spec: MarkedSpec) -> Sequence[Difference]:
        return distance.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Spans]], spec: MarkedSpec) -> Merged[Spans]:
        return merge.merge(ballots, spec)

    def measures(self, element: Span) -> Mapping[str, float]:
        return {"characters": float(element.geometry.end - element.geometry.start)}

    def transform(self, answer: Spans, change: Change, spec: MarkedSpec) -> Carried[Spans]:
        return transform.transform(answer, change, spec)

    def remap(self, answer: Spans, mapping: Remapping, spec: MarkedSpec) -> Carried[Spans]:
        return transform.remap(answer, mapping, spec)


LABEL_TYPE = SpanType()
