"""Conger's kappa: Cohen's for many labelers, each with habits of its own (Conger 1980, doi:10.1037/0033-2909.88.2.322)."""

from __future__ import annotations

import numpy as np

from consistency.core.agreement.tabulation import (
    Resampling,
    drawn,
    item_agreement,
    nothing,
    resampling,
    tabulate,
    why_undefined,
    with_interval,
)
from consistency.core.agreement.weights import Scheme
from consistency.core.arrays import FloatArray, counts, totals
from consistency.core.estimate import Estimate
from consistency.core.ratings import Ratings


def conger_kappa(
    ratings: Ratings,
    *,
    weights: Scheme = "identity",
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> Estimate:
    """Chance is the mean over pairs of labelers of ``sum_ck w_ck p_gc p_hk``, p_g being labeler g's class shares.

    Standard error: Gwet 2014, ch. 5, with missing answers. A labeler counts once in the chance term however little it
    answered. Memory: labelers times classes.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 2, 2, 3, 3], ["a", "b"] * 3, ["x", "x", "y", "y", "x", "y"])
    >>> round(conger_kappa(r).value, 4)
    0.4
    """
    table = tabulate(ratings, weights)
    if reason := why_undefined(table):
        return nothing(table, reason)
    q = len(ratings.classes)
    cells = counts(ratings.labeler * q + ratings.code, len(ratings.labelers) * q).reshape(-1, q)
    answers = cells.sum(axis=1)
    active = np.flatnonzero(answers)
    raters = len(active)
    if raters < 2:
        return nothing(table, "fewer than two labelers")
    habits = np.zeros(cells.shape)
    habits[active] = cells[active] / answers[active, None]
    w, summed = table.weights, habits.sum(axis=0)
    own = float(np.einsum("gc,ck,gk->", habits, w, habits))
    chance = (float(summed @ w @ summed) - own) / (raters * (raters - 1))
    if 1 - chance < 1e-12:
        return nothing(table, "every labeler used one and the same class, so chance agreement is certain")
    value = (table.observed - chance) / (1 - chance)
    credit = (summed - habits) @ w
    surprise = credit - (habits * credit).sum(axis=1, keepdims=True)
    n, m = table.total, ratings.votes_per_item()
    weight = n / (np.maximum(answers, 1) * raters * (raters - 1))
    moved = totals(ratings.item, (weight[:, None] * surprise)[ratings.labeler, ratings.code], len(m))
    part = n / table.pairable / (1 - chance) * (item_agreement(ratings, w) - chance * (m >= 2))
    part -= 2 * (1 - value) * moved / (1 - chance)
    estimate = with_interval(table, value, float(((part - value)[m > 0] ** 2).sum()), n)
    resample = resampling(rng, replicates)
    return estimate if resample is None else resample.of(estimate, _replicated(ratings, w, resample))


def _replicated(ratings: Ratings, w: FloatArray, resample: Resampling) -> FloatArray:
    """Each replicate weighs the items anew and counts every labeler's habits under the weights.

    Who gave a vote matters here, so vote patterns do not help: time is votes times replicates.
    """
    q, n_labelers, m = len(ratings.classes), len(ratings.labelers), ratings.votes_per_item()
    item, agreement = np.flatnonzero(m), item_agreement(ratings, w)
    cell = ratings.labeler * q + ratings.code
    observed, chance = np.full(resample.replicates, np.nan), np.ones(resample.replicates)
    for at in range(resample.replicates):
        hits = np.zeros(len(m))
        hits[item] = counts(resample.rng.integers(0, len(item), len(item)), len(item))
        pairable = float(hits[m >= 2].sum())
        habits = totals(cell, hits[ratings.item], n_labelers * q).reshape(n_labelers, q)
        answered = habits.sum(axis=1)
        habits = habits[answered > 0] / answered[answered > 0, None]
        raters, summed = len(habits), habits.sum(axis=0)
        if pairable == 0 or raters < 2:
            continue
        own = float(((habits @ w) * habits).sum())
        observed[at] = float(hits @ agreement) / pairable
        chance[at] = (float(summed @ w @ summed) - own) / (raters * (raters - 1))
    return drawn(observed, chance)
