"""Of polygons that lie together the most central one stands for all, if most people drew it.

The medoid is an outline that somebody drew; a vote pixel by pixel would give ragged outlines that nobody did, and
medians of points need the same number of points in the same places.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from labeling.label_types.ballots import EVEN, canonical, distribution
from labeling.label_types.base import Ballot, Merged
from labeling.label_types.element_merge import merge_elements
from labeling.label_types.polygon.distance import SPACE, iou
from labeling.label_types.polygon.value import Polygons, PolygonSpec, dump
from labeling.label_types.polygon.votes import votes
from labeling.label_types.rings import Ring


def merge(ballots: Sequence[Ballot[Polygons]], spec: PolygonSpec) -> Merged[Polygons]:
    ordered = canonical(ballots, dump)
    drawn = [Ballot(ballot.agent, ballot.value.elements, ballot.weight) for ballot in ordered]
    elements, support, ties = merge_elements(drawn, SPACE, medoid, spec)
    return Merged(Polygons(elements), support, distribution(ordered, lambda value: votes(value, spec)), ties)


def medoid(rings: Sequence[Ring], weights: Sequence[float]) -> Ring:
    """The ring with the greatest weighted overlap with all; the first of those that stand even."""
    if len(rings) < 3 and len(set(weights)) == 1:
        return rings[0]
    overlap = [
        math.fsum(weight * iou(ring, other) for other, weight in zip(rings, weights, strict=True))
        for ring in rings
    ]
    best = max(overlap)
    return next(ring for ring, found in zip(rings, overlap, strict=True) if found >= best - EVEN)
