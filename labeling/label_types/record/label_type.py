"""A form filled in about the item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Never

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.record import distance, merge, transform, value, votes
from labeling.label_types.record.value import Record, RecordSpec
from metadata.kernel.json_guard import Json


class RecordType:
    name = "record"
    modalities = frozenset({"image", "audio", "text", "record"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> RecordSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: RecordSpec, facts: Facts) -> Record:
        return value.parse(raw, spec)

    def dump(self, answer: Record) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Record, spec: RecordSpec) -> Sequence[Vote]:
        return votes.votes(answer, spec)

    def classes_in(self, answer: Record) -> frozenset[int]:
        return frozenset()

    def elements(self, answer: Record) -> Sequence[Never]:
        return ()

    def match(self, a: Record, b: Record, spec: RecordSpec, *, at: float = 0.0) -> Matching:
        return Matching()

    def distance(self, a: Record, b: Record, spec: RecordSpec) -> float:
        return distance.distance(a, b, spec)

    def differences(self, a: Record, b: Record, spec: RecordSpec) -> Sequence[Difference]:
        return distance.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Record]], spec: RecordSpec) -> Merged[Record]:
        return merge.merge(ballots, spec)

    def measures(self, element: Never) -> Mapping[str, float]:
        return {}

    def transform(self, answer: Record, change: Change, spec: RecordSpec) -> Carried[Record]:
        return transform.transform(answer, change)

    def remap(self, answer: Record, mapping: Remapping, spec: RecordSpec) -> Carried[Record]:
        return transform.remap(answer)


LABEL_TYPE = RecordType()
