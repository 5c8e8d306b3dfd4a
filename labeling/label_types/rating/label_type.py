"""One level on a named scale for the whole item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Never

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.rating import distance, merge, transform, value, votes
from labeling.label_types.rating.value import Rating, RatingSpec
from metadata.kernel.json_guard import Json


class RatingType:
    name = "rating"
    modalities = frozenset({"image", "audio", "text", "record"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> RatingSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: RatingSpec, facts: Facts) -> Rating:
        return value.parse(raw, spec)

    def dump(self, answer: Rating) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Rating, spec: RatingSpec) -> Sequence[Vote]:
        return votes.votes(answer)

    def classes_in(self, answer: Rating) -> frozenset[int]:
        return frozenset({answer.level})

    def elements(self, answer: Rating) -> Sequence[Never]:
        return ()

    def match(self, a: Rating, b: Rating, spec: RatingSpec, *, at: float = 0.0) -> Matching:
        return Matching()

    def distance(self, a: Rating, b: Rating, spec: RatingSpec) -> float:
        return distance.distance(a, b, spec)

    def differences(self, a: Rating, b: Rating, spec: RatingSpec) -> Sequence[Difference]:
        return distance.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Rating]], spec: RatingSpec) -> Merged[Rating]:
        return merge.merge(ballots, spec)

    def measures(self, element: Never) -> Mapping[str, float]:
        return {}

    def transform(self, answer: Rating, change: Change, spec: RatingSpec) -> Carried[Rating]:
        return transform.transform(answer, change)

    def remap(self, answer: Rating, mapping: Remapping, spec: RatingSpec) -> Carried[Rating]:
        return transform.remap(answer, mapping, spec)


LABEL_TYPE = RatingType()
