"""Any number of classes for the whole item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Never

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.choices import distance, merge, transform, value, votes
from labeling.label_types.choices.value import Choices, ChoicesSpec
from metadata.kernel.json_guard import Json


class ChoicesType:
    name = "choices"
    modalities = frozenset({"image", "audio", "text", "record"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> ChoicesSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: ChoicesSpec, facts: Facts) -> Choices:
        return value.parse(raw, spec)

    def dump(self, answer: Choices) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Choices, spec: ChoicesSpec) -> Sequence[Vote]:
        return votes.votes(answer, spec)

    def classes_in(self, answer: Choices) -> frozenset[int]:
        return answer.class_codes

    def elements(self, answer: Choices) -> Sequence[Never]:
        return ()

    def match(self, a: Choices, b: Choices, spec: ChoicesSpec, *, at: float = 0.0) -> Matching:
        return Matching()

    def distance(self, a: Choices, b: Choices, spec: ChoicesSpec) -> float:
        return distance.distance(a, b, spec)

    def differences(self, a: Choices, b: Choices, spec: ChoicesSpec) -> Sequence[Difference]:
        return distance.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Choices]], spec: ChoicesSpec) -> Merged[Choices]:
        return merge.merge(ballots, spec)

    def measures(self, element: Never) -> Mapping[str, float]:
        return {}

    def transform(self, answer: Choices, change: Change, spec: ChoicesSpec) -> Carried[Choices]:
        return transform.transform(answer, change)

    def remap(self, answer: Choices, mapping: Remapping, spec: ChoicesSpec) -> Carried[Choices]:
        return transform.remap(answer, mapping, spec)


LABEL_TYPE = ChoicesType()
