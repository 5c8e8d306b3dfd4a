"""Relations between stretches of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from labeling.label_types.base import Ballot, Carried, Difference, Facts, Matching, Merged, Remapping, Vote
from labeling.label_types.changes import Change
from labeling.label_types.relation import differences, distance, merge, transform, value, votes
from labeling.label_types.relation.value import Arrow, Mark, Related, RelationSpec
from metadata.kernel.json_guard import Json


class RelationType:
    name = "relation"
    modalities = frozenset({"text"})
    settings = value.SETTINGS

    def check_spec(self, raw: object) -> RelationSpec:
        return value.check_spec(raw)

    def parse(self, raw: object, spec: RelationSpec, facts: Facts) -> Related:
        return value.parse(raw, spec, facts)

    def dump(self, answer: Related) -> dict[str, Json]:
        return value.dump(answer)

    def votes(self, answer: Related, spec: RelationSpec) -> Sequence[Vote]:
        return votes.votes(answer, spec)

    def classes_in(self, answer: Related) -> frozenset[int]:
        return frozenset(element.class_code for element in answer.elements)

    def elements(self, answer: Related) -> Sequence[Mark]:
        return *answer.elements, *value.arrows(answer)

    def match(self, a: Related, b: Related, spec: RelationSpec, *, at: float = 0.0) -> Matching:
        return distance.match(a, b, spec, at=at)

    def distance(self, a: Related, b: Related, spec: RelationSpec) -> float:
        return distance.distance(a, b, spec)

    def differences(self, a: Related, b: Related, spec: RelationSpec) -> Sequence[Difference]:
        return differences.differences(a, b, spec)

    def merge(self, ballots: Sequence[Ballot[Related]], spec: RelationSpec) -> Merged[Related]:
        return merge.merge(ballots, spec)

    def measures(self, element: Mark) -> Mapping[str, float]:
        if isinstance(element, Arrow):
            return {"characters": float(element.characters)}
        return {"characters": float(element.geometry.end - element.geometry.start)}

    def transform(self, answer: Related, change: Change, spec: RelationSpec) -> Carried[Related]:
        return transform.transform(answer, change, spec)

    def remap(self, answer: Related, mapping: Remapping, spec: RelationSpec) -> Carried[Related]:
        return transform.remap(answer, mapping, spec)


LABEL_TYPE = RelationType()
