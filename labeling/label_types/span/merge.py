"""Spans that lie together become one with the weighted median of each end, if most people marked it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labeling.label_types.ballots import canonical, distribution, weighted_median
from labeling.label_types.base import Ballot, Merged
from labeling.label_types.element_merge import merge_elements
from labeling.label_types.span.distance import SPACE
from labeling.label_types.span.value import Span, Spans, SpanSpec, Stretch, dump, in_reading_order
from labeling.label_types.span.votes import votes


def merge(ballots: Sequence[Ballot[Spans]], spec: SpanSpec) -> Merged[Spans]:
    ordered = canonical(ballots, dump)
    drawn = [Ballot(ballot.agent, ballot.value.elements, ballot.weight) for ballot in ordered]
    elements, support, ties = merge_elements(drawn, SPACE, median_stretch, spec)
    if not spec.overlapping:
        elements = _cut_apart(elements)
    kept = {element.id for element in elements}
    return Merged(
        Spans(elements),
        {name: share for name, share in support.items() if name in kept},
        distribution(ordered, lambda value: votes(value, spec)),
        ties,
    )


def median_stretch(stretches: Sequence[Stretch], weights: Sequence[float]) -> Stretch:
    """Each end by itself, rounded down; the start stays before the end, since it is so in every stretch."""
    return Stretch(
        int(weighted_median([float(stretch.start) for stretch in stretches], weights)),
        int(weighted_median([float(stretch.end) for stretch in stretches], weights)),
    )


def _cut_apart(elements: tuple[Span, ...]) -> tuple[Span, ...]:
    """Medians of spans that did not overlap can: a later one then starts where the one before it ends."""
    cut: dict[int, Span] = {}
    part, end = "", 0
    for at in in_reading_order(elements):
        element = elements[at]
        if element.part != part:
            part, end = element.part, 0
        start = max(element.geometry.start, end)
        if start < element.geometry.end:
            cut[at] = replace(element, geometry=Stretch(start, element.geometry.end))
            end = element.geometry.end
    return tuple(cut[at] for at in sorted(cut))
