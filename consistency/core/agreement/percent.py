"""Percent agreement: the share of agreeing pairs of votes, averaged over items."""

from math import sqrt

import numpy as np

from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from consistency.core.profiles import Profiles, profiles
from consistency.core.ratings import Ratings

Z95 = 1.959963984540054


def percent_agreement(votes: Ratings | Profiles) -> Estimate:
    """Mean over items of the share of pairs of votes that agree (Fleiss 1971, doi:10.1037/h0031619, eq. 2).

    ``P = mean_i  sum_c n_ic (n_ic - 1) / (m_i (m_i - 1))`` over the items with ``m_i >= 2`` votes. The interval is
    ``P ± 1.96 s / sqrt(items)``, items being the independent units, clipped to [0, 1].

    >>> from consistency.core.profiles import profiles_of_tuples
    >>> percent_agreement(profiles_of_tuples([((1, 1), 3), ((1, 2), 1), ((1,), 5)])).value
    0.75
    """
    patterns = profiles(votes) if isinstance(votes, Ratings) else votes
    pairable = patterns.pairable()
    left_out = {"items with one answer": int(patterns.n_items.sum() - pairable.n_items.sum())}
    n_items = int(pairable.n_items.sum())
    if n_items == 0:
        return undefined("no item has two answers", left_out=left_out)
    m = pairable.votes()
    agreeing = np.bincount(pairable.pattern, pairable.count * (pairable.count - 1), minlength=len(pairable))
    share = agreeing / (m * (m - 1))
    value = float(np.average(share, weights=pairable.n_items))
    variance = float(np.average((share - value) ** 2, weights=pairable.n_items))
    se = sqrt(variance / (n_items - 1)) if n_items > 1 else float("nan")
    class_votes = pairable.class_votes()
    reason = too_little_for_interval(n_items, 1 - float(class_votes.max() / class_votes.sum()))
    estimate = Estimate(value, se=se, n_items=n_items, n_answers=int(class_votes.sum()), left_out=left_out)
    if reason:
        return Estimate(
            value, reason=reason, se=se, n_items=n_items, n_answers=estimate.n_answers, left_out=left_out
        )
    return Estimate(
        value,
        max(0.0, value - Z95 * se),
        min(1.0, value + Z95 * se),
        se=se,
        interval="normal over items",
        n_items=n_items,
        n_answers=estimate.n_answers,
        left_out=left_out,
    )
