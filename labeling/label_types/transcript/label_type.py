"""What was said or written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Never

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.transcript import distance, merge, transform, value, votes
from labeling.label_types.transcript.value import Transcript, TranscriptSpec
from metadata.kernel.json_guard import Json


class TranscriptType:
    name = "transcript"
    modalities = frozenset({"image", "audio"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> TranscriptSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: TranscriptSpec, facts: Facts) -> Transcript:
        return value.parse(raw, spec)

    def dump(self, answer: Transcript) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Transcript, spec: TranscriptSpec) -> Sequence[Vote]:
        return votes.votes(answer)

    def classes_in(self, answer: Transcript) -> frozenset[int]:
        return frozenset()

    def elements(self, answer: Transcript) -> Sequence[Never]:
        return ()

    def match(self, a: Transcript, b: Transcript, spec: TranscriptSpec, *, at: float = 0.0) -> Matching:
        return Matching()

    def distance(self, a: Transcript, b: Transcript, spec: TranscriptSpec) -> float:
        return distance.distance(a, b, spec)

    def differences(self, a: Transcript, b: Transcript, spec: TranscriptSpec) -> Sequence[Difference]:
        return distance.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Transcript]], spec: TranscriptSpec) -> Merged[Transcript]:
        return merge.merge(ballots, spec)

    def measures(self, element: Never) -> Mapping[str, float]:
        return {}

    def transform(self, answer: Transcript, change: Change, spec: TranscriptSpec) -> Carried[Transcript]:
        return transform.transform(answer, change)

    def remap(self, answer: Transcript, mapping: Remapping, spec: TranscriptSpec) -> Carried[Transcript]:
        return transform.remap(answer)


LABEL_TYPE = TranscriptType()
