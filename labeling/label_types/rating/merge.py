"""The weighted median level, which no single outlier moves."""

from __future__ import annotations

from collections.abc import Sequence

from labeling.label_types.ballots import canonical, distribution, weighted_median
from labeling.label_types.base import WHOLE, Ballot, Merged, Tie
from labeling.label_types.rating.value import Rating, RatingSpec, dump
from labeling.label_types.rating.votes import votes


def merge(ballots: Sequence[Ballot[Rating]], spec: RatingSpec) -> Merged[Rating]:
    """Halves that meet between two levels are a tie: the lower is taken, or what lies between on an interval scale."""
    ordered = canonical(ballots, dump)
    order = spec.class_order
    positions = [order.index(ballot.value.level) for ballot in ordered]
    weights = [ballot.weight for ballot in ordered]
    low = _lower_median(positions, weights)
    high = len(order) - 1 - _lower_median([len(order) - 1 - position for position in positions], weights)
    shares = distribution(ordered, votes)
    level = order[(low + high) // 2 if spec.scale == "interval" else low]
    return Merged(
        value=Rating(level),
        support={WHOLE: shares[WHOLE].get(level, 0.0)},
        distribution=shares,
        ties=(Tie(WHOLE, (order[low], order[high])),) if low != high else (),
    )


def _lower_median(positions: Sequence[int], weights: Sequence[float]) -> int:
    """The last position that does not lie above the median."""
    middle = weighted_median([float(position) for position in positions], weights)
    return max(position for position in positions if position <= middle)
