"""Brennan and Prediger's kappa: chance is uniform over the classes (doi:10.1177/001316448104100307)."""

from __future__ import annotations

import numpy as np

from consistency.core.agreement.tabulation import corrected, nothing, resampling, tabulate, why_undefined
from consistency.core.agreement.weights import Scheme
from consistency.core.estimate import Estimate
from consistency.core.profiles import Profiles
from consistency.core.ratings import Ratings


def brennan_prediger(
    votes: Ratings | Profiles,
    *,
    weights: Scheme = "identity",
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> Estimate:
    """Chance is the mean credit of a pair of classes, ``sum_ck w_ck / q^2``; q counts declared classes, used or not.

    >>> from consistency.core.profiles import profiles_of_tuples
    >>> round(brennan_prediger(profiles_of_tuples([((1, 1), 3), ((1, 2), 1), ((2, 2), 2)])).value, 4)
    0.6667
    """
    table = tabulate(votes, weights)
    reason = why_undefined(table)
    if reason and (table.pairable == 0 or len(table.weights) < 2):
        return nothing(table, reason)
    chance = float(table.weights.mean())
    return corrected(
        table, chance, None, lambda shares: np.full(len(shares), chance), resampling(rng, replicates)
    )
