"""Spans that lie together become one with the weighted median of each end, if most people marked it."""

from __future__ import annotations

from collections.abc import Sequence

from labeling.label_types.ballots import canonical, distribution
from labeling.label_types.base import Ballot, Merged
from labeling.label_types.element_merge import merge_elements
from labeling.label_types.marked_text import MarkedSpec
from labeling.label_types.span.distance import SPACE
from labeling.label_types.span.value import Spans, dump
from labeling.label_types.span.votes import votes
from labeling.label_types.stretches import cut_apart, median_stretch


def merge(ballots: Sequence[Ballot[Spans]], spec: MarkedSpec) -> Merged[Spans]:
    ordered = canonical(ballots, dump)
    drawn = [Ballot(ballot.agent, ballot.value.elements, ballot.weight) for ballot in ordered]
    elements, support, ties = merge_elements(drawn, SPACE, median_stretch, spec)
    if not spec.overlapping:
        elements = cut_apart(elements)
    kept = {element.id for element in elements}
    return Merged(
        Spans(elements),
        {name: share for name, share in support.items() if name in kept},
        distribution(ordered, lambda value: votes(value, spec)),
        ties,
    )
