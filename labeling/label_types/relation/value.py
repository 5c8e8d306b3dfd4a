"""Spans of text and links between them: `elements` as spans are, `links` with `{"id", "relation", "from", "to"}`.

A link is an element that points to two others of the same answer, by their ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from labeling.label_types.base import Facts
from labeling.label_types.elements import dump_elements
from labeling.label_types.errors import InvalidValue
from labeling.label_types.marked_text import (
    MARKED_NAMES,
    MARKED_SETTINGS,
    MarkedSpec,
    Span,
    dump_stretch,
    marked_spec_at,
    parse_spans,
)
from labeling.label_types.reading import flag_at, identifier_at, integer_at, joined, list_at, object_at
from labeling.label_types.relation.kinds import MOST_RELATIONS, ONLY_RELATION, RelationDef, relations_at
from labeling.label_types.settings import Setting
from metadata.kernel.json_guard import Json

MOST_LINKS = 2_000
LINKS_BY_DEFAULT = 500


@dataclass(frozen=True, slots=True)
class RelationSpec(MarkedSpec):
    """`cycles`: whether the links of one relation that points may lead back to where they began."""

    relations: tuple[RelationDef, ...] = (ONLY_RELATION,)
    cycles: bool = True
    max_links: int = LINKS_BY_DEFAULT

    @property
    def by_name(self) -> dict[str, RelationDef]:
        return {one.name: one for one in self.relations}


@dataclass(frozen=True, slots=True)
class Link:
    """From the element of one id to that of another; where the relation is symmetric, between them."""

    id: str
    relation: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Related:
    elements: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrow:
    """A link with the spans it joins."""

    id: str
    relation: str
    source: Span
    target: Span

    @property
    def characters(self) -> int:
        """From the beginning of the one to the end of the other; on two texts, those of both."""
        one, other = self.source.geometry, self.target.geometry
        if self.source.part != self.target.part:
            return one.end - one.start + other.end - other.start
        return max(one.end, other.end) - min(one.start, other.start)


Mark: TypeAlias = Span | Arrow

SETTINGS = (
    *MARKED_SETTINGS,
    Setting("relations", "relations", most=MOST_RELATIONS),
    Setting("cycles", "flag", True),
    Setting("max_links", "whole", LINKS_BY_DEFAULT, 0, MOST_LINKS),
)


def check_spec(raw: object) -> RelationSpec:
    own = ("relations", "cycles", "max_links")
    settings = object_at(raw, "", required=("classes",), optional=(*MARKED_NAMES, *own))
    marked = marked_spec_at(settings)
    return RelationSpec(
        marked.classes,
        marked.min,
        marked.max,
        marked.match_iou,
        marked.overlapping,
        marked.whole_words,
        relations_at(settings.get("relations", []), "relations", marked.classes),
        flag_at(settings.get("cycles", True), "cycles"),
        integer_at(settings.get("max_links", LINKS_BY_DEFAULT), "max_links", least=0, most=MOST_LINKS),
    )


def parse(raw: object, spec: RelationSpec, facts: Facts) -> Related:
    value = object_at(raw, "", required=("elements",), optional=("links",))
    spans = parse_spans({"elements": value["elements"]}, spec, facts)
    return Related(spans, _links_at(value.get("links", []), spec, spans))


def dump(value: Related) -> dict[str, Json]:
    return dump_elements(value.elements, dump_stretch) | {
        "links": [
            {"id": one.id, "relation": one.relation, "from": one.source, "to": one.target}
            for one in value.links
        ]
    }


def arrows(value: Related) -> tuple[Arrow, ...]:
    by_id = {one.id: one for one in value.elements}
    return tuple(Arrow(one.id, one.relation, by_id[one.source], by_id[one.target]) for one in value.links)


def said(link: Link, spec: RelationSpec) -> tuple[str, str, str]:
    """What the link says whatever its id: a symmetric one says the same both ways."""
    ends = (link.source, link.target)
    return link.relation, *(sorted(ends) if spec.by_name[link.relation].symmetric else ends)


def closes_circle(link: Link, before: Iterable[Link]) -> bool:
    """Whether the links of the same relation lead from where this one ends to where it begins."""
    onward: dict[str, list[str]] = {}
    for one in before:
        if one.relation == link.relation:
            onward.setdefault(one.source, []).append(one.target)
    waiting, met = [link.target], {link.target}
    while waiting:
        at = waiting.pop()
        if at == link.source:
            return True
        fresh = [one for one in onward.get(at, ()) if one not in met]
        met.update(fresh)
        waiting += fresh
    return False


def _links_at(raw: object, spec: RelationSpec, spans: Sequence[Span]) -> tuple[Link, ...]:
    entries = list_at(raw, "links", most=MOST_LINKS)
    if len(entries) > spec.max_links:
        raise InvalidValue("links", f"{len(entries)} drawn; this question takes at most {spec.max_links}")
    by_id = {one.id: one for one in spans}
    relations = spec.by_name
    ids, told = set(by_id), set()
    links: list[Link] = []
    for at, entry in enumerate(entries):
        path = joined("links", at)
        link = _link_at(entry, path, relations, by_id)
        if link.id in ids:
            raise InvalidValue(joined(path, "id"), "is used by another element")
        if said(link, spec) in told:
            raise InvalidValue(path, "says what another link says")
        if not spec.cycles and not relations[link.relation].symmetric and closes_circle(link, links):
            raise InvalidValue(path, "closes a circle, which this question does not take")
        ids.add(link.id)
        told.add(said(link, spec))
        links.append(link)
    return tuple(links)


def _link_at(raw: object, path: str, relations: Mapping[str, RelationDef], by_id: Mapping[str, Span]) -> Link:
    fields = object_at(raw, path, required=("id", "relation", "from", "to"))
    link_id = identifier_at(fields["id"], joined(path, "id"))
    name = fields["relation"]
    relation = relations.get(name) if isinstance(name, str) else None
    if relation is None:
        raise InvalidValue(joined(path, "relation"), "is not a relation of this question")
    ends = [identifier_at(fields[side], joined(path, side)) for side in ("from", "to")]
    for side, end in zip(("from", "to"), ends, strict=True):
        if end not in by_id:
            raise InvalidValue(joined(path, side), "is no element of this answer")
    source, target = ends
    if source == target:
        raise InvalidValue(joined(path, "to"), "links an element with itself")
    head, tail = by_id[source].class_code, by_id[target].class_code
    if not relation.allows(head, tail):
        begins = relation.symmetric or not relation.heads or head in relation.heads
        raise InvalidValue(
            joined(path, "to" if begins else "from"), "is of a class that this relation does not take here"
        )
    return Link(link_id, relation.name, source, target)
