"""Spans by vote, as spans are; then links between what they became, if most people drew them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from labeling.label_types.ballots import EVEN, canonical, distribution
from labeling.label_types.base import Ballot, Merged, Tie
from labeling.label_types.element_merge import fresh_id, merge_traced
from labeling.label_types.marked_text import Span
from labeling.label_types.relation.distance import SPACE
from labeling.label_types.relation.value import Link, Related, RelationSpec, closes_circle, dump, said
from labeling.label_types.relation.votes import votes
from labeling.label_types.stretches import cut_apart, median_stretch


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A link between two merged spans, and the share of the weight that drew it. Even: with `rivals` as weighty."""

    link: Link
    share: float
    rivals: tuple[str, ...] = ()


def merge(ballots: Sequence[Ballot[Related]], spec: RelationSpec) -> Merged[Related]:
    ordered = canonical(ballots, dump)
    drawn = [Ballot(one.agent, one.value.elements, one.weight) for one in ordered]
    merged = merge_traced(drawn, SPACE, median_stretch, spec)
    elements = merged.elements if spec.overlapping else cut_apart(merged.elements)
    spans = {one.id: one for one in elements}
    homes = [{own: home for own, home in one.items() if home in spans} for one in merged.homes]
    candidates, even = _candidates(ordered, homes, set(spans), spec)
    kept, refused = _fitting(candidates, spans, spec)
    ties = [
        *(Tie(one.link.id, _codes(one, spec)) for one in kept if one.rivals),
        *(Tie(one.link.id, (0, 1)) for one in (*even, *refused)),
    ]
    support = {name: share for name, share in merged.support.items() if name in spans}
    return Merged(
        Related(elements, tuple(one.link for one in kept)),
        support | {one.link.id: one.share for one in kept},
        distribution(ordered, lambda value: votes(value, spec)),
        (*merged.ties, *ties),
    )


def _candidates(
    ballots: Sequence[Ballot[Related]], homes: Sequence[Mapping[str, str]], used: set[str], spec: RelationSpec
) -> tuple[list[_Candidate], list[_Candidate]]:
    """What the vote between each two spans comes to, in the order first drawn; and what exactly half drew.

    A link stands if more than half of the weight drew it. Where more than half joined two spans, but no one link has
    so much, the weightiest stands.
    """
    total = math.fsum(ballot.weight for ballot in ballots)
    drawn: dict[tuple[str, str, str], list[tuple[Link, float]]] = {}
    joined: dict[frozenset[str], dict[int, float]] = {}
    for number, link in _moved(ballots, homes):
        drawn.setdefault(said(link, spec), []).append((link, ballots[number].weight))
        joined.setdefault(frozenset((link.source, link.target)), {})[number] = ballots[number].weight
    by_pair: dict[frozenset[str], list[_Candidate]] = {}
    for same in drawn.values():
        first = same[0][0]
        named = replace(first, id=fresh_id([link.id for link, _ in same], used))
        share = math.fsum(weight for _, weight in same) / total
        by_pair.setdefault(frozenset((first.source, first.target)), []).append(_Candidate(named, share))
    chosen: list[_Candidate] = []
    even: list[_Candidate] = []
    for pair, candidates in by_pair.items():
        most = [one for one in candidates if one.share > 0.5 + EVEN]
        behind = math.fsum(joined[pair].values()) / total
        if most or behind <= 0.5 + EVEN:
            chosen += most
            even += [one for one in candidates if abs(one.share - 0.5) <= EVEN]
        else:
            chosen.append(_weightiest(candidates, spec))
    at = {key: number for number, key in enumerate(drawn)}
    return sorted(chosen, key=lambda one: at[said(one.link, spec)]), even


def _moved(
    ballots: Sequence[Ballot[Related]], homes: Sequence[Mapping[str, str]]
) -> Iterator[tuple[int, Link]]:
    """Every link with the number of its ballot, between what its ends became; without a link of an outvoted span."""
    for number, home in enumerate(homes):
        for link in ballots[number].value.links:
            if link.source in home and link.target in home:
                yield number, replace(link, source=home[link.source], target=home[link.target])


def _weightiest(candidates: Sequence[_Candidate], spec: RelationSpec) -> _Candidate:
    """Of even ones the relation that the question names first, the direction first drawn."""
    order = {one.name: at for at, one in enumerate(spec.relations)}
    greatest = max(one.share for one in candidates)
    leading = [one for one in candidates if one.share >= greatest - EVEN]
    first = min(leading, key=lambda one: order[one.link.relation])
    return replace(first, rivals=tuple(one.link.relation for one in leading if one is not first))


def _codes(one: _Candidate, spec: RelationSpec) -> tuple[int, ...]:
    """The places, from 1 on, that the question names the even relations at; 0 and 1 for even directions."""
    places = {relation.name: at for at, relation in enumerate(spec.relations, start=1)}
    codes = sorted({places[name] for name in (one.link.relation, *one.rivals)})
    return tuple(codes) if len(codes) > 1 else (0, 1)


def _fitting(
    candidates: Sequence[_Candidate], spans: Mapping[str, Span], spec: RelationSpec
) -> tuple[list[_Candidate], list[_Candidate]]:
    """Those that may stand together, the weightiest first, and those that may not: between classes that were outvoted,
    closing a circle where none may be, more than the question takes."""
    kept: list[_Candidate] = []
    for one in sorted(candidates, key=lambda one: -one.share):
        relation = spec.by_name[one.link.relation]
        head, tail = spans[one.link.source].class_code, spans[one.link.target].class_code
        before = [other.link for other in kept]
        circles = not spec.cycles and not relation.symmetric and closes_circle(one.link, before)
        if relation.allows(head, tail) and not circles and len(kept) < spec.max_links:
            kept.append(one)
    ids = {one.link.id for one in kept}
    return [one for one in candidates if one.link.id in ids], [
        one for one in candidates if one.link.id not in ids
    ]
