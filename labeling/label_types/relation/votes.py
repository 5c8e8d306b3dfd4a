"""Per class, whether a span of it was marked; per relation, by its name, whether a link says it."""

from __future__ import annotations

from labeling.label_types.base import Vote
from labeling.label_types.elements import presence_votes
from labeling.label_types.relation.value import Related, RelationSpec


def votes(value: Related, spec: RelationSpec) -> list[Vote]:
    drawn = {one.relation for one in value.links}
    own = [Vote(one.name, int(one.name in drawn)) for one in spec.relations]
    return [*presence_votes(value.elements, spec.classes), *own]
