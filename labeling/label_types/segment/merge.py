"""Segments that lie together become one with the weighted median of each end, if most people marked it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeling.label_types.alignment import Reading, rover
from labeling.label_types.ballots import canonical, distribution
from labeling.label_types.base import Ballot, Merged
from labeling.label_types.element_distance import overlaps
from labeling.label_types.element_merge import merge_elements
from labeling.label_types.matching import best_pairs
from labeling.label_types.segment.distance import SPACE, bare
from labeling.label_types.segment.value import Segment, Segments, SegmentSpec, dump, said_in, saying
from labeling.label_types.segment.votes import votes
from labeling.label_types.stretches import cut_apart, median_stretch


def merge(ballots: Sequence[Ballot[Segments]], spec: SegmentSpec) -> Merged[Segments]:
    """The text of a segment is, word for word, what most of those who marked it heard (ROVER)."""
    ordered = canonical(ballots, dump)
    drawn = [Ballot(ballot.agent, ballot.value.elements, ballot.weight) for ballot in ordered]
    elements, support, ties = merge_elements(drawn, SPACE, median_stretch, spec)
    if spec.text:
        elements = _with_words(elements, drawn, spec)
    if not spec.overlapping:
        elements = cut_apart(elements)
    kept = {element.id for element in elements}
    return Merged(
        Segments(elements),
        {name: share for name, share in support.items() if name in kept},
        distribution(ordered, lambda value: votes(value, spec)),
        ties,
    )


def _with_words(
    merged: tuple[Segment, ...], drawn: Sequence[Ballot[tuple[Segment, ...]]], spec: SegmentSpec
) -> tuple[Segment, ...]:
    readings: list[list[Reading]] = [[] for _ in merged]
    for ballot in drawn:
        own = ballot.value
        same = np.array([[1e-6 * (said_in(one) == said_in(other)) for other in own] for one in merged])
        near = overlaps(merged, own, SPACE)
        for row, column in best_pairs(near, bonus=same.reshape(near.shape), at=spec.match_iou):
            words = said_in(own[column]).split()
            readings[row].append(Reading([bare(word) or word for word in words], words, ballot.weight))
    return tuple(
        saying(element, " ".join(slot.token for slot in rover(said) if slot.token)) if said else element
        for element, said in zip(merged, readings, strict=True)
    )
