"""Why two answers with links differ: first their spans, then each link that has no equal on the other side."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np

from labeling.label_types.base import Difference, DifferenceKind
from labeling.label_types.element_distance import drawn_differences, overlaps, same_class
from labeling.label_types.marked_text import Span
from labeling.label_types.matching import best_pairs
from labeling.label_types.relation.distance import SPACE
from labeling.label_types.relation.value import Arrow, Related, RelationSpec, arrows


@dataclass(frozen=True, slots=True)
class _Seen:
    """A link between spans as the second side names them; an end that it has no span for is None."""

    id: str
    relation: str
    source: str | None
    target: str | None
    symmetric: bool

    @property
    def between(self) -> frozenset[str] | None:
        """Both ends, whichever is which."""
        ends = frozenset(one for one in (self.source, self.target) if one is not None)
        return ends if len(ends) == 2 else None


Keys: TypeAlias = Callable[[_Seen], Sequence[Hashable]]
"""Two links are alike in some way if they have one of these in common."""


def differences(a: Related, b: Related, spec: RelationSpec) -> list[Difference]:
    """Each span and each link once.

    Links are compared over spans that overlap by `match_iou`, whatever their class: what is wrong with a span is said
    of it, and not again of its links.
    """
    found = drawn_differences(a.elements, b.elements, SPACE, spec)
    left_a, left_b = _without_equals(arrows(a), arrows(b), spec)
    partner = _partners(a, b, spec)
    mine = [_seen(one, spec, partner) for one in left_a]
    theirs = [_seen(one, spec, {span.id: span.id for span in b.elements}) for one in left_b]
    for kind, keys in STEPS:
        pairs, mine, theirs = _paired(mine, theirs, keys)
        if kind is not None:
            found += [Difference(kind, (one.id,), (other.id,)) for one, other in pairs]
    found += [Difference("link", a=(one.id,)) for one in mine]
    return [*found, *(Difference("link", b=(one.id,)) for one in theirs)]


def _without_equals(
    a: Sequence[Arrow], b: Sequence[Arrow], spec: RelationSpec
) -> tuple[list[Arrow], list[Arrow]]:
    """The links that the other side does not have between the very same stretches."""
    waiting: dict[Hashable, list[Arrow]] = {}
    for one in b:
        waiting.setdefault(_lies(one, spec), []).append(one)
    left: list[Arrow] = []
    for one in a:
        same = waiting.get(_lies(one, spec))
        if same:
            same.pop()
        else:
            left.append(one)
    unmet = {one.id for same in waiting.values() for one in same}
    return left, [one for one in b if one.id in unmet]


def _lies(arrow: Arrow, spec: RelationSpec) -> Hashable:
    def place(span: Span) -> Hashable:
        return span.part, span.class_code, span.geometry

    ends = place(arrow.source), place(arrow.target)
    return arrow.relation, frozenset(ends) if spec.by_name[arrow.relation].symmetric else ends


def _partners(a: Related, b: Related, spec: RelationSpec) -> Mapping[str, str]:
    alike = np.where(same_class(a.elements, b.elements), 1e-3, 0.0)
    pairs = best_pairs(overlaps(a.elements, b.elements, SPACE), bonus=alike, at=spec.match_iou)
    return {a.elements[row].id: b.elements[column].id for row, column in pairs}


def _seen(arrow: Arrow, spec: RelationSpec, partner: Mapping[str, str]) -> _Seen:
    source, target = partner.get(arrow.source.id), partner.get(arrow.target.id)
    return _Seen(arrow.id, arrow.relation, source, target, spec.by_name[arrow.relation].symmetric)


def _paired(
    mine: Sequence[_Seen], theirs: Sequence[_Seen], keys: Keys
) -> tuple[list[tuple[_Seen, _Seen]], list[_Seen], list[_Seen]]:
    """Links that are alike, each used once, and what is left of either side."""
    waiting: dict[Hashable, list[_Seen]] = {}
    for one in reversed(theirs):
        for key in keys(one):
            waiting.setdefault(key, []).append(one)
    pairs: list[tuple[_Seen, _Seen]] = []
    used: set[str] = set()
    left: list[_Seen] = []
    for one in mine:
        free = [other for key in keys(one) for other in waiting.get(key, ()) if other.id not in used]
        if free:
            used.add(free[-1].id)
            pairs.append((one, free[-1]))
        else:
            left.append(one)
    return pairs, left, [one for one in theirs if one.id not in used]


def _as_said(one: _Seen) -> Sequence[Hashable]:
    if one.between is None:
        return ()
    return ((one.relation, one.between if one.symmetric else (one.source, one.target)),)


def _either_way(one: _Seen) -> Sequence[Hashable]:
    return () if one.between is None else ((one.relation, one.between),)


def _between(one: _Seen) -> Sequence[Hashable]:
    return () if one.between is None else (one.between,)


def _one_end(one: _Seen) -> Sequence[Hashable]:
    ends = (("from", one.source), ("to", one.target))
    return [(one.relation, "" if one.symmetric else side, end) for side, end in ends if end is not None]


STEPS: Final[tuple[tuple[DifferenceKind | None, Keys], ...]] = (
    (None, _as_said),
    ("direction", _either_way),
    ("relation", _between),
    ("end", _one_end),
)
"""What links have in common, the most first: what they differ in then. All: the difference is in their spans."""
