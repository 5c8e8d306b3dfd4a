"""One class for the whole item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Never

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.choice import distance, merge, transform, value, votes
from labeling.label_types.choice.value import Choice, ChoiceSpec
from metadata.kernel.json_guard import Json


class ChoiceType:
    name = "choice"
    modalities = frozenset({"image", "audio", "text", "record"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> ChoiceSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: ChoiceSpec, facts: Facts) -> Choice:
        return value.parse(raw, spec)

    def dump(self, answer: Choice) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Choice, spec: ChoiceSpec) -> Sequence[Vote]:
        return votes.votes(answer)

    def classes_in(self, answer: Choice) -> frozenset[int]:
        return frozenset({answer.class_code})

    def elements(self, answer: Choice) -> Sequence[Never]:
        return ()

    def match(self, a: Choice, b: Choice, spec: ChoiceSpec, *, at: float = 0.0) -> Matching:
        return Matching()

    def distance(self, a: Choice, b: Choice, spec: ChoiceSpec) -> float:
        return distance.distance(a, b)

    def differences(self, a: Choice, b: Choice, spec: ChoiceSpec) -> Sequence[Difference]:
        return distance.differences(a, b)

    def merge(self, ballots: Sequence[Ballot[Choice]], spec: ChoiceSpec) -> Merged[Choice]:
        return merge.merge(ballots, spec)

    def measures(self, element: Never) -> Mapping[str, float]:
        return {}

    def transform(self, answer: Choice, change: Change, spec: ChoiceSpec) -> Carried[Choice]:
        return transform.transform(answer, change)

    def remap(self, answer: Choice, mapping: Remapping, spec: ChoiceSpec) -> Carried[Choice]:
        return transform.remap(answer, mapping, spec)


LABEL_TYPE = ChoiceType()
