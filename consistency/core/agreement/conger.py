"""Conger's kappa: Cohen's for many labelers, each with habits of its own (Conger 1980, doi:10.1037/0033-2909.88.2.322)."""

import numpy as np

from consistency.core.agreement.tabulation import (
    item_agreement,
    nothing,
    tabulate,
    why_undefined,
    with_interval,
)
from consistency.core.agreement.weights import Scheme
from consistency.core.arrays import counts, totals
from consistency.core.estimate import Estimate
from consistency.core.ratings import Ratings


def conger_kappa(ratings: Ratings, *, weights: Scheme = "identity") -> Estimate:
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
    return with_interval(table, value, float(((part - value)[m > 0] ** 2).sum()), n)
