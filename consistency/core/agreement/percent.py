"""Percent agreement: the share of agreeing pairs of votes, averaged over items."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from consistency.core.agreement.tabulation import resampling, tabulate
from consistency.core.agreement.weights import Scheme
from consistency.core.arrays import FloatArray, totals
from consistency.core.bootstrap import resampled_sums
from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from consistency.core.profiles import Profiles, profiles
from consistency.core.ratings import Ratings

Z95 = 1.959963984540054


def percent_agreement(
    votes: Ratings | Profiles,
    *,
    weights: Scheme = "identity",
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> Estimate:
    """Mean over items of the share of pairs of votes that agree (Fleiss 1971, doi:10.1037/h0031619, eq. 2).

    ``P = mean_i  sum_c n_ic (n_ic - 1) / (m_i (m_i - 1))`` over the items with ``m_i >= 2`` votes; with ``weights``,
    unequal pairs get their credit. The interval is ``P ± 1.96 s / sqrt(items)``, items being the independent units,
    clipped to [0, 1], or with ``rng`` a bootstrap over items.

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
    share = _shares(pairable, weights)
    value = float(np.average(share, weights=pairable.n_items))
    variance = float(np.average((share - value) ** 2, weights=pairable.n_items))
    se = sqrt(variance / (n_items - 1)) if n_items > 1 else nan
    class_votes = pairable.class_votes()
    reason = too_little_for_interval(
        n_items,
        1 - float(class_votes.max() / class_votes.sum()),
        differing=pairable.differing(),
        agreeing=pairable.agreeing() if weights == "identity" else None,
    )
    estimate = Estimate(
        value,
        nan if reason else max(0.0, value - Z95 * se),
        nan if reason else min(1.0, value + Z95 * se),
        reason,
        se,
        "" if reason else "normal over items",
        n_items,
        int(class_votes.sum()),
        left_out,
    )
    resample = resampling(rng, replicates)
    if resample is None:
        return estimate
    sums = resampled_sums(pairable.n_items, share[:, None], replicates, resample.rng)
    return resample.of(estimate, sums[:, 0] / n_items)


def _shares(patterns: Profiles, weights: Scheme) -> FloatArray:
    """Share of agreeing pairs of each pattern; plain agreement needs no table of patterns by classes."""
    if weights != "identity":
        return tabulate(patterns, weights).agreement
    m = patterns.votes()
    agreeing = totals(patterns.pattern, patterns.count * (patterns.count - 1), len(patterns))
    share: FloatArray = agreeing / (m * (m - 1))
    return share
