"""Answers are as far apart as their shared spans and shared links fall short of all of them."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from labeling.label_types.base import Matching, Pair
from labeling.label_types.element_distance import match_elements, overlaps, same_class
from labeling.label_types.matching import Matrix, best_pairs
from labeling.label_types.relation.value import Related, RelationSpec
from labeling.label_types.stretches import LineSpace

SPACE: Final = LineSpace()
"""Overlap of stretches is shared characters over characters in either."""


def match(a: Related, b: Related, spec: RelationSpec, *, at: float = 0.0) -> Matching:
    """Spans of one class by their overlap; links of one relation by the lesser overlap of their two ends."""
    spans = match_elements(a.elements, b.elements, SPACE, at=at)
    quality = link_quality(a, b, spec)
    pairs = best_pairs(quality, at=at)
    rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
    found = (Pair(a.links[row].id, b.links[column].id, float(quality[row, column])) for row, column in pairs)
    return Matching(
        (*spans.pairs, *found),
        (*spans.only_a, *(one.id for row, one in enumerate(a.links) if row not in rows)),
        (*spans.only_b, *(one.id for column, one in enumerate(b.links) if column not in columns)),
    )


def distance(a: Related, b: Related, spec: RelationSpec) -> float:
    """1 - (overlaps of matched spans + qualities of matched links) / (matched pairs + unmatched, of spans and links).

    Links are matched by themselves, not over the matched spans: among equally good matchings of spans there is no
    first one, and the distance may not depend on which is taken.
    """
    mine, theirs = len(a.elements) + len(a.links), len(b.elements) + len(b.links)
    if not mine and not theirs:
        return 0.0
    of_spans = np.where(same_class(a.elements, b.elements), overlaps(a.elements, b.elements, SPACE), 0.0)
    shared: list[float] = []
    for quality in (of_spans, link_quality(a, b, spec)):
        shared += [float(quality[row, column]) for row, column in best_pairs(quality)]
    return min(1.0, max(0.0, 1.0 - math.fsum(shared) / (mine + theirs - len(shared))))


def link_quality(a: Related, b: Related, spec: RelationSpec) -> Matrix:
    """(links of a, links of b): the lesser overlap of their ends, which are of one class each; 0 for other relations."""
    if not a.links or not b.links:
        return np.zeros((len(a.links), len(b.links)))
    near = np.where(same_class(a.elements, b.elements), overlaps(a.elements, b.elements, SPACE), 0.0)
    (from_a, to_a), (from_b, to_b) = _ends(a), _ends(b)
    straight = np.minimum(near[np.ix_(from_a, from_b)], near[np.ix_(to_a, to_b)])
    crossed = np.minimum(near[np.ix_(from_a, to_b)], near[np.ix_(to_a, from_b)])
    points_nowhere = np.array([spec.by_name[one.relation].symmetric for one in a.links])
    same = np.array([[one.relation == other.relation for other in b.links] for one in a.links])
    either = np.where(points_nowhere[:, None], np.maximum(straight, crossed), straight)
    return np.asarray(np.where(same, either, 0.0), dtype=np.float64)


def _ends(value: Related) -> tuple[list[int], list[int]]:
    """Where in the list of spans each link begins and ends."""
    at = {one.id: number for number, one in enumerate(value.elements)}
    return [at[one.source] for one in value.links], [at[one.target] for one in value.links]
