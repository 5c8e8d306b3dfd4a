"""One drawn value out of many: what lies together is one element if most people drew it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from labeling.label_types.ballots import EVEN, leaders, shares
from labeling.label_types.base import Ballot, Tie
from labeling.label_types.element_distance import Space, overlaps, same_class
from labeling.label_types.elements import DrawnSpec, Element
from labeling.label_types.matching import Matrix, best_pairs
from labeling.label_types.reading import Scalar

G = TypeVar("G")

Member = tuple[Element[G], float, int]
"""An element, the weight of its ballot, and the ballot's number."""
Middle = Callable[[Sequence[G], Sequence[float]], G]
Pieces = Callable[[Sequence[G], Sequence[float]], tuple[dict[str, float], list[Tie]]]
"""The share of the weight behind each named piece of a geometry, and the pieces that stood even."""


@dataclass(frozen=True, slots=True)
class MergedElements(Generic[G]):
    """`homes`: by ballot, the merged element that each of its own became part of; those outvoted have none."""

    elements: tuple[Element[G], ...]
    support: dict[str, float]
    ties: tuple[Tie, ...]
    homes: tuple[Mapping[str, str], ...]


def merge_elements(
    ballots: Sequence[Ballot[tuple[Element[G], ...]]],
    space: Space[G],
    middle: Middle[G],
    spec: DrawnSpec,
    pieces: Pieces[G] | None = None,
) -> tuple[tuple[Element[G], ...], dict[str, float], tuple[Tie, ...]]:
    """Elements, support and ties of `merge_traced`."""
    merged = merge_traced(ballots, space, middle, spec, pieces)
    return merged.elements, merged.support, merged.ties


def merge_traced(
    ballots: Sequence[Ballot[tuple[Element[G], ...]]],
    space: Space[G],
    middle: Middle[G],
    spec: DrawnSpec,
    pieces: Pieces[G] | None = None,
) -> MergedElements[G]:
    """Elements that more than half of the weight drew, the share of the weight behind each, and even votes.

    Ballots come in canonical order. Each ballot's elements join the clusters they overlap by at least `match_iou`,
    one to one and optimally as a whole; others start clusters. The class is the weightiest one, the geometry the
    `middle` of the cluster. An element drawn by exactly half is left out and named among the ties.
    """
    total = math.fsum(ballot.weight for ballot in ballots)
    clusters: list[list[Member[G]]] = []
    for number, ballot in enumerate(ballots):
        _join(clusters, ballot, number, space, middle, spec)
    kept: list[Element[G]] = []
    support: dict[str, float] = {}
    ties: list[Tie] = []
    used: set[str] = set()
    homes: list[dict[str, str]] = [{} for _ in ballots]
    for members in clusters:
        element_id = fresh_id([element.id for element, *_ in members], used)
        share = math.fsum(weight for _, weight, _ in members) / total
        if abs(share - 0.5) <= EVEN:
            ties.append(Tie(element_id, (0, 1)))
        if share <= 0.5 + EVEN:
            continue
        for element, _, number in members:
            homes[number][element.id] = element_id
        first = _leading_classes(members, spec)
        if len(first) > 1:
            ties.append(Tie(element_id, first))
        support[element_id] = share
        drawn, weights = [one.geometry for one, *_ in members], [weight for _, weight, _ in members]
        geometry = middle(drawn, weights)
        if pieces is not None:
            shares_of, even = pieces(drawn, weights)
            support |= {f"{element_id}/{name}": behind for name, behind in shares_of.items()}
            ties += [Tie(f"{element_id}/{tie.about}", tie.codes) for tie in even]
        kept.append(Element(element_id, first[0], members[0][0].part, geometry, _usual_attributes(members)))
    return MergedElements(tuple(kept), support, tuple(ties), tuple(homes))


def _join(
    clusters: list[list[Member[G]]],
    ballot: Ballot[tuple[Element[G], ...]],
    number: int,
    space: Space[G],
    middle: Middle[G],
    spec: DrawnSpec,
) -> None:
    standing = [_stand_in(members, middle, spec) for members in clusters]
    drawn = ballot.value
    pairs = best_pairs(overlaps(standing, drawn, space), bonus=_likeness(standing, drawn), at=spec.match_iou)
    home = {column: row for row, column in pairs}
    for column, element in enumerate(drawn):
        if column in home:
            clusters[home[column]].append((element, ballot.weight, number))
        else:
            clusters.append([(element, ballot.weight, number)])


def _stand_in(members: Sequence[Member[G]], middle: Middle[G], spec: DrawnSpec) -> Element[G]:
    first = members[0][0]
    geometry = middle([one.geometry for one, *_ in members], [weight for _, weight, _ in members])
    return Element(first.id, _leading_classes(members, spec)[0], first.part, geometry, first.attributes)


def _leading_classes(members: Sequence[Member[G]], spec: DrawnSpec) -> tuple[int, ...]:
    return leaders(shares((one.class_code, weight) for one, weight, _ in members), spec.class_order)


def _likeness(a: Sequence[Element[G]], b: Sequence[Element[G]]) -> Matrix:
    """Decides among equal overlaps: the class first, then the attributes."""
    if not a or not b:
        return np.zeros((len(a), len(b)))
    attributes = np.array([[1e-6 * (one.attributes == other.attributes) for other in b] for one in a])
    return np.asarray(np.where(same_class(a, b), 1e-3, 0.0) + attributes, dtype=np.float64)


def fresh_id(wanted: Sequence[str], used: set[str]) -> str:
    """The first of the members' own ids that is free, so that a merged element can be traced to a drawn one."""
    found = next((one for one in wanted if one not in used), None)
    number = 2
    while found is None:
        candidate = f"{wanted[0][:58]}-{number}"
        found = candidate if candidate not in used else None
        number += 1
    used.add(found)
    return found


def _usual_attributes(members: Sequence[Member[G]]) -> dict[str, Scalar]:
    """For every attribute the value with most weight, absence being one; the first seen where they stand even."""
    usual: dict[str, Scalar] = {}
    names = dict.fromkeys(name for element, *_ in members for name in element.attributes)
    for name in names:
        weights: dict[tuple[type, Scalar] | None, float] = {}
        for element, weight, _ in members:
            held = element.attributes
            key = (type(held[name]), held[name]) if name in held else None
            weights[key] = weights.get(key, 0.0) + weight
        winner = max(weights, key=lambda key: weights[key])
        if winner is not None:
            usual[name] = winner[1]
    return usual
