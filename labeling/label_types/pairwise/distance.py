"""Two rankings are as far apart as the pairs they put in another order."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

from labeling.label_types.base import Difference, DifferenceKind
from labeling.label_types.pairwise.value import EQUAL, PairwiseSpec, Ranking


def distance(a: Ranking, b: Ranking, spec: PairwiseSpec) -> float:
    """Kendall's distance over all pairs: 1 for a pair in the opposite order, 1/2 for one that only one side calls
    equal. Fagin et al. 2006, "Comparing and aggregating rankings with ties", doi:10.1137/05063088X, with p = 1/2.

    Where two parts are compared by strength, the steps between the two preferences over those from end to end.
    """
    apart = [amount for _, _, amount in _pairs(a, b, spec)]
    return math.fsum(apart) / len(apart) if apart else 0.0


def differences(a: Ranking, b: Ranking, spec: PairwiseSpec) -> list[Difference]:
    """Each pair that the two order otherwise (class), or prefer by another strength (boundary)."""
    pairs = list(_pairs(a, b, spec))
    found: list[Difference] = []
    for one, other, amount in pairs:
        if amount > 0:
            better_a, better_b = _better(a, one, other), _better(b, one, other)
            kind: DifferenceKind = "class" if better_a != better_b else "boundary"
            found.append(Difference(kind, (), (), better_a, better_b, amount / len(pairs)))
    return found


def _pairs(a: Ranking, b: Ranking, spec: PairwiseSpec) -> Iterator[tuple[int, int, float]]:
    """Every pair of classes that both rank, with how far apart they put it."""
    both = [code for code in spec.class_order if code in a.place and code in b.place]
    for one, other in combinations(both, 2):
        apart = abs(_lean(a, one, other, spec) - _lean(b, one, other, spec))
        yield one, other, apart / (2 * spec.strength)


def _lean(value: Ranking, one: int, other: int, spec: PairwiseSpec) -> int:
    """Above 0 where `one` is better, by its strength; 0 for equals."""
    place = value.place
    strength = value.strength or spec.strength
    return strength * ((place[one] < place[other]) - (place[one] > place[other]))


def _better(value: Ranking, one: int, other: int) -> int:
    place = value.place
    return one if place[one] < place[other] else other if place[other] < place[one] else EQUAL
