"""Boxes that lie together become one with the weighted median of each edge, if most people drew it.

Where one of them is turned, it is the median of middle, sides and angle instead.
"""

from __future__ import annotations

from collections.abc import Sequence

from labeling.label_types.ballots import canonical, distribution, weighted_median
from labeling.label_types.base import Ballot, Merged
from labeling.label_types.box.distance import SPACE
from labeling.label_types.box.turned import TurnedRect, median_turned
from labeling.label_types.box.value import Boxes, BoxSpec, dump
from labeling.label_types.box.votes import votes
from labeling.label_types.element_merge import merge_elements
from labeling.label_types.geometry import Rect


def merge(ballots: Sequence[Ballot[Boxes]], spec: BoxSpec) -> Merged[Boxes]:
    ordered = canonical(ballots, dump)
    drawn = [Ballot(ballot.agent, ballot.value.elements, ballot.weight) for ballot in ordered]
    elements, support, ties = merge_elements(drawn, SPACE, median_rect, spec)
    return Merged(Boxes(elements), support, distribution(ordered, lambda value: votes(value, spec)), ties)


def median_rect(rects: Sequence[Rect], weights: Sequence[float]) -> Rect:
    """Each edge by itself; left stays left of right, since it is so in every rectangle."""
    if any(isinstance(rect, TurnedRect) for rect in rects):
        return median_turned(rects, weights)
    return Rect(
        weighted_median([rect.x0 for rect in rects], weights),
        weighted_median([rect.y0 for rect in rects], weights),
        weighted_median([rect.x1 for rect in rects], weights),
        weighted_median([rect.y1 for rect in rects], weights),
    )
