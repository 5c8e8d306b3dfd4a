"""Figures that are alike become one with the weighted median of each point, if most people drew it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from labeling.label_types.ballots import EVEN, canonical, distribution, weighted_median
from labeling.label_types.base import Ballot, Merged, Tie
from labeling.label_types.element_merge import merge_elements
from labeling.label_types.keypoint.likeness import FigureSpace
from labeling.label_types.keypoint.value import Figure, Figures, Keypoint, KeypointSpec, dump
from labeling.label_types.keypoint.votes import votes


def merge(ballots: Sequence[Ballot[Figures]], spec: KeypointSpec) -> Merged[Figures]:
    """Besides each figure's support, `"<figure>/<point>"` is the share of its drawers' weight that set the point."""
    ordered = canonical(ballots, dump)
    drawn = [Ballot(ballot.agent, ballot.value.elements, ballot.weight) for ballot in ordered]

    def middle(figures: Sequence[Figure], weights: Sequence[float]) -> Figure:
        return median_figure(figures, weights, spec.points)

    def pieces(figures: Sequence[Figure], weights: Sequence[float]) -> tuple[dict[str, float], list[Tie]]:
        return point_support(figures, weights, spec.points)

    elements, support, ties = merge_elements(drawn, FigureSpace(spec), middle, spec, pieces)
    return Merged(Figures(elements), support, distribution(ordered, lambda value: votes(value, spec)), ties)


def median_figure(figures: Sequence[Figure], weights: Sequence[float], names: Sequence[str]) -> Figure:
    """The points that more than half of the weight set, each at the median of x and of y, visible if most saw it.

    Where no point has more than half, those set by most stay: a figure has at least one.
    """
    if len(figures) == 1:
        return figures[0]
    share_of = _shares(figures, weights, names)
    enough = min(0.5 + EVEN, max(share_of.values()) - EVEN)
    return Figure(
        tuple((name, _median(figures, weights, name)) for name in names if share_of.get(name, 0.0) > enough)
    )


def point_support(
    figures: Sequence[Figure], weights: Sequence[float], names: Sequence[str]
) -> tuple[dict[str, float], list[Tie]]:
    """The share of the weight behind each point, and the points that stood even: set or not, seen or hidden."""
    share_of = _shares(figures, weights, names)
    ties: list[Tie] = []
    for name, share in share_of.items():
        if abs(share - 0.5) <= EVEN:
            ties.append(Tie(name, (0, 1)))
        elif share > 0.5 and abs(_seen(figures, weights, name) - 0.5) <= EVEN:
            ties.append(Tie(name, (1, 2)))
    return share_of, ties


def _shares(figures: Sequence[Figure], weights: Sequence[float], names: Sequence[str]) -> dict[str, float]:
    total = math.fsum(weights)
    behind: dict[str, list[float]] = {}
    for figure, weight in zip(figures, weights, strict=True):
        for name, _ in figure.points:
            behind.setdefault(name, []).append(weight)
    return {name: math.fsum(behind[name]) / total for name in names if name in behind}


def _placed(
    figures: Sequence[Figure], weights: Sequence[float], name: str
) -> tuple[list[Keypoint], list[float]]:
    pairs = zip(figures, weights, strict=True)
    found = [(one, weight) for figure, weight in pairs for at, one in figure.points if at == name]
    return [one for one, _ in found], [weight for _, weight in found]


def _seen(figures: Sequence[Figure], weights: Sequence[float], name: str) -> float:
    points, behind = _placed(figures, weights, name)
    seen = math.fsum(weight for one, weight in zip(points, behind, strict=True) if one.visible)
    return seen / math.fsum(behind)


def _median(figures: Sequence[Figure], weights: Sequence[float], name: str) -> Keypoint:
    points, behind = _placed(figures, weights, name)
    return Keypoint(
        weighted_median([one.x for one in points], behind),
        weighted_median([one.y for one in points], behind),
        _seen(figures, weights, name) >= 0.5 - EVEN,
    )
