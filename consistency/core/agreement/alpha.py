"""Krippendorff's alpha from vote profiles: 1 - observed / expected disagreement.

Hayes & Krippendorff 2007, doi:10.1080/19312450709336664; Krippendorff 2011, "Computing Krippendorff's
Alpha-Reliability".
"""

from collections.abc import Sequence
from math import nan

import numpy as np

from consistency.core.arrays import FloatArray
from consistency.core.bootstrap import percentile_interval, resampled_sums
from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from consistency.core.profiles import Profiles, profiles, profiles_of_tuples
from consistency.core.ratings import Ratings


def nominal_alpha(
    votes: Ratings | Profiles, *, rng: np.random.Generator | None = None, replicates: int = 1000
) -> Estimate:
    """Alpha where two classes are the same or different.

    With ``n_ic`` votes of class c and ``m_i >= 2`` votes on item i, ``N = sum_i m_i`` and ``n_c = sum_i n_ic``:
    ``alpha = 1 - (N - 1) sum_i (m_i^2 - sum_c n_ic^2) / (m_i - 1) / (N^2 - sum_c n_c^2)``.
    Without ``rng`` no interval is computed.

    >>> rows = [((1, 1), 3), ((1, 2), 1), ((2, 2), 2)]
    >>> round(nominal_alpha(profiles_of_tuples(rows)).value, 4)
    0.6857
    """
    patterns = profiles(votes) if isinstance(votes, Ratings) else votes
    pairable = patterns.pairable()
    left_out = {"items with one answer": int(patterns.n_items.sum() - pairable.n_items.sum())}
    n_items, class_votes = int(pairable.n_items.sum()), pairable.class_votes()
    n_answers = int(class_votes.sum())
    if n_items == 0:
        return undefined("no item has two answers", left_out=left_out)
    if np.count_nonzero(class_votes) == 1:
        return undefined(
            "only one class was used, so chance agreement is certain",
            n_items=n_items,
            n_answers=n_answers,
            left_out=left_out,
        )
    disagreement = _disagreement(pairable)
    value = float(
        _alpha(np.array([disagreement @ pairable.n_items]), class_votes[None, :].astype(np.float64))[0]
    )
    reason = too_little_for_interval(n_items, 1 - float(class_votes.max()) / n_answers)
    low, high = nan, nan
    if rng is None or replicates <= 0:
        reason = reason or "interval not asked for"
    elif not reason:
        low, high = percentile_interval(_replicates(pairable, disagreement, rng, replicates))
    return Estimate(
        value,
        low,
        high,
        reason,
        interval="" if reason else f"bootstrap over items, {replicates} replicates",
        n_items=n_items,
        n_answers=n_answers,
        left_out=left_out,
    )


def alpha_from_profiles(
    profiles: Sequence[tuple[tuple[int, ...], int]], *, rng: np.random.Generator, replicates: int = 1000
) -> Estimate:
    """Nominal alpha from ``((class, …), items)`` rows, with its bootstrap interval.

    >>> rows = [((1, 1, 1), 80), ((1, 1, 2), 20), ((2, 2, 2), 40)]
    >>> e = alpha_from_profiles(rows, rng=np.random.default_rng(1))
    >>> round(e.value, 3), e.low < e.value < e.high, e.n_items
    (0.786, True, 140)
    """
    return nominal_alpha(profiles_of_tuples(profiles), rng=rng, replicates=replicates)


def _disagreement(patterns: Profiles) -> FloatArray:
    """Disagreeing ordered pairs of an item of each pattern, over m - 1."""
    m = patterns.votes()
    same = np.bincount(patterns.pattern, patterns.count**2, minlength=len(patterns))
    disagreement: FloatArray = (m * m - same) / (m - 1)
    return disagreement


def _alpha(observed: FloatArray, class_votes: FloatArray) -> FloatArray:
    """Alpha of each row; ``nan`` where one class took all votes."""
    total = class_votes.sum(axis=1)
    expected = (total**2 - (class_votes**2).sum(axis=1)) / (total - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha: FloatArray = np.where(expected > 0, 1 - observed / expected, nan)
    return alpha


def _replicates(
    patterns: Profiles, disagreement: FloatArray, rng: np.random.Generator, replicates: int
) -> FloatArray:
    table = np.empty((len(patterns), len(patterns.classes) + 1))
    table[:, 0] = disagreement
    table[:, 1:] = patterns.table()
    sums = resampled_sums(patterns.n_items, table, replicates, rng)
    return _alpha(sums[:, 0], sums[:, 1:])
