"""Counting ballots: canonical order, shares, pluralities and weighted medians."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from labeling.label_types.base import Ballot, Vote
from metadata.kernel.json_guard import Json

V = TypeVar("V")

EVEN = 1e-9
"""Two shares closer than this stand even: weights are sums of floats."""


def canonical(ballots: Sequence[Ballot[V]], dump: Callable[[V], Mapping[str, Json]]) -> list[Ballot[V]]:
    """The ballots by agent, then by content, so that the order they arrived in cannot matter."""
    if not ballots:
        raise ValueError("ballots: at least one is needed")
    for ballot in ballots:
        if not (math.isfinite(ballot.weight) and ballot.weight > 0):
            raise ValueError("ballots: every weight must be finite and above 0")
    return sorted(
        ballots,
        key=lambda ballot: (ballot.agent, json.dumps(dump(ballot.value), sort_keys=True), ballot.weight),
    )


def shares(weighted: Iterable[tuple[int, float]]) -> dict[int, float]:
    """The share of the whole weight on each code, by code.

    >>> shares([(2, 1.0), (1, 3.0)])
    {1: 0.75, 2: 0.25}
    """
    by_code: dict[int, list[float]] = {}
    for code, weight in weighted:
        by_code.setdefault(code, []).append(weight)
    total = math.fsum(weight for weights in by_code.values() for weight in weights)
    return {code: math.fsum(by_code[code]) / total for code in sorted(by_code)}


def leaders(share_of: Mapping[int, float], order: Sequence[int]) -> tuple[int, ...]:
    """The codes with the greatest share, in the given order; more than one is a tie.

    >>> leaders({1: 0.4, 2: 0.4, 3: 0.2}, order=[2, 1, 3])
    (2, 1)
    """
    greatest = max(share_of.values())
    rank = {code: position for position, code in enumerate(order)}
    tied = [code for code, share in share_of.items() if share >= greatest - EVEN]
    return tuple(sorted(tied, key=lambda code: (rank.get(code, len(rank)), code)))


def distribution(
    ballots: Sequence[Ballot[V]], votes: Callable[[V], Iterable[Vote]]
) -> dict[str, dict[int, float]]:
    """Facet to code to share of the weight."""
    by_facet: dict[str, list[tuple[int, float]]] = {}
    for ballot in ballots:
        for vote in votes(ballot.value):
            by_facet.setdefault(vote.facet, []).append((vote.code, ballot.weight))
    return {facet: shares(weighted) for facet, weighted in by_facet.items()}


def weighted_median(values: Sequence[float], weights: Sequence[float]) -> float:
    """The value with half the weight on either side; the middle of two where the halves meet between them.

    >>> weighted_median([3, 1, 2], [1, 1, 1])
    2
    >>> weighted_median([1, 2], [1, 1])
    1.5
    """
    ranked = sorted(zip(values, weights, strict=True))
    half = math.fsum(weights) / 2
    before = 0.0
    for position, (value, weight) in enumerate(ranked):
        before += weight
        if abs(before - half) <= EVEN * half and position + 1 < len(ranked):
            return (value + ranked[position + 1][0]) / 2
        if before > half:
            return value
    return ranked[-1][0]
