"""A preference between two parts of an item, or a ranking of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Never

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.pairwise import distance, merge, transform, value, votes
from labeling.label_types.pairwise.value import PairwiseSpec, Ranking
from metadata.kernel.json_guard import Json


class PairwiseType:
    name = "pairwise"
    modalities = frozenset({"image", "audio", "text"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> PairwiseSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: PairwiseSpec, facts: Facts) -> Ranking:
        return value.parse(raw, spec, facts)

    def dump(self, answer: Ranking) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Ranking, spec: PairwiseSpec) -> Sequence[Vote]:
        return votes.votes(answer, spec)

    def classes_in(self, answer: Ranking) -> frozenset[int]:
        """What was preferred to something else; equals are not."""
        return frozenset(answer.groups[0]) if len(answer.groups) > 1 else frozenset()

    def elements(self, answer: Ranking) -> Sequence[Never]:
        return ()

    def match(self, a: Ranking, b: Ranking, spec: PairwiseSpec, *, at: float = 0.0) -> Matching:
        return Matching()

    def distance(self, a: Ranking, b: Ranking, spec: PairwiseSpec) -> float:
        return distance.distance(a, b, spec)

    def differences(self, a: Ranking, b: Ranking, spec: PairwiseSpec) -> Sequence[Difference]:
        return distance.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Ranking]], spec: PairwiseSpec) -> Merged[Ranking]:
        return merge.merge(ballots, spec)

    def measures(self, element: Never) -> Mapping[str, float]:
        return {}

    def transform(self, answer: Ranking, change: Change, spec: PairwiseSpec) -> Carried[Ranking]:
        return transform.transform(answer, change)

    def remap(self, answer: Ranking, mapping: Remapping, spec: PairwiseSpec) -> Carried[Ranking]:
        return transform.remap(answer, mapping, spec)


LABEL_TYPE = PairwiseType()
