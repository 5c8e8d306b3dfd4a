"""Of two parts the one most people prefer; several are ranked by their mean place (Borda)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations

from labeling.label_types.ballots import EVEN, canonical, distribution, leaders, weighted_median
from labeling.label_types.base import WHOLE, Ballot, Merged, Tie
from labeling.label_types.pairwise.value import EQUAL, PairwiseSpec, Ranking, dump
from labeling.label_types.pairwise.votes import votes


def merge(ballots: Sequence[Ballot[Ranking]], spec: PairwiseSpec) -> Merged[Ranking]:
    """Even votes go to the class that the question lists first, and are named; equals come last.

    The order on the page is kept where it was the same for all.
    """
    ordered = canonical(ballots, dump)
    shown = {ballot.value.shown for ballot in ordered}
    shares = distribution(ordered, lambda value: votes(value, spec))
    same = next(iter(shown)) if len(shown) == 1 else ()
    if spec.is_pair:
        return _plurality(ordered, spec, shares, same)
    value, ties = _borda(ordered, spec, same)
    return Merged(value, {WHOLE: _share_agreeing(ordered, value)}, shares, ties)


def _plurality(
    ordered: Sequence[Ballot[Ranking]],
    spec: PairwiseSpec,
    shares: dict[str, dict[int, float]],
    shown: tuple[int, ...],
) -> Merged[Ranking]:
    """The strength is the weighted median of those who prefer the same part, rounded down."""
    first, second = spec.class_order
    tied = leaders(shares[WHOLE], (first, second, EQUAL))
    winner = tied[0]
    support = {WHOLE: shares[WHOLE][winner]}
    ties = (Tie(WHOLE, tied),) if len(tied) > 1 else ()
    if winner == EQUAL:
        return Merged(Ranking((tuple(sorted((first, second))),), None, shown), support, shares, ties)
    groups = ((winner,), (second if winner == first else first,))
    alike = [ballot for ballot in ordered if ballot.value.groups == groups]
    said = [float(ballot.value.strength or 1) for ballot in alike]
    middle = int(weighted_median(said, [ballot.weight for ballot in alike]))
    return Merged(Ranking(groups, middle if spec.strength > 1 else None, shown), support, shares, ties)


def _borda(
    ordered: Sequence[Ballot[Ranking]], spec: PairwiseSpec, shown: tuple[int, ...]
) -> tuple[Ranking, tuple[Tie, ...]]:
    """By mean place, equals sharing the mean of theirs (Borda 1784); equal means are equals, or a tie that the order
    of the classes settles where the question takes none. Means that are equal though people were not are named."""
    ranked = [code for code in spec.class_order if any(code in ballot.value.place for ballot in ordered)]
    mean = {code: _mean_place(ordered, code) for code in ranked}
    groups: list[list[int]] = []
    for code in sorted(ranked, key=lambda one: (mean[one], spec.class_order.index(one))):
        if groups and mean[code] - mean[groups[-1][0]] <= EVEN:
            groups[-1].append(code)
        else:
            groups.append([code])
    ties = tuple(
        Tie(WHOLE, tuple(group))
        for group in groups
        if len(group) > 1
        and any(len({ballot.value.place.get(code) for code in group}) > 1 for ballot in ordered)
    )
    if not spec.ties:
        groups = [[code] for group in groups for code in group]
    return Ranking(tuple(tuple(sorted(group)) for group in groups), None, shown), ties


def _mean_place(ordered: Sequence[Ballot[Ranking]], code: int) -> float:
    places: list[float] = []
    weights: list[float] = []
    for ballot in ordered:
        before = 0
        for group in ballot.value.groups:
            if code in group:
                places.append(ballot.weight * (before + (len(group) - 1) / 2))
                weights.append(ballot.weight)
            before += len(group)
    return math.fsum(places) / math.fsum(weights)


def _share_agreeing(ordered: Sequence[Ballot[Ranking]], merged: Ranking) -> float:
    """The mean, over all pairs, of the share of the weight that orders the pair as the merged ranking does."""
    place = merged.place
    total = math.fsum(ballot.weight for ballot in ordered)
    agreeing: list[float] = []
    for one, other in combinations(sorted(place), 2):
        for ballot in ordered:
            own = ballot.value.place
            if one in own and other in own and _order(own, one, other) == _order(place, one, other):
                agreeing.append(ballot.weight)
    pairs = len(place) * (len(place) - 1) // 2
    return math.fsum(agreeing) / (total * pairs)


def _order(place: dict[int, int], one: int, other: int) -> int:
    return (place[one] > place[other]) - (place[one] < place[other])
