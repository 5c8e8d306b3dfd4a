"""Gwet's AC1 and, with weights, AC2: chance from how hard the items are to class (doi:10.1348/000711006X126600)."""

from __future__ import annotations

import numpy as np

from consistency.core.agreement.tabulation import corrected, nothing, resampling, tabulate, why_undefined
from consistency.core.agreement.weights import Scheme
from consistency.core.estimate import Estimate
from consistency.core.profiles import Profiles
from consistency.core.ratings import Ratings


def gwet_ac(
    votes: Ratings | Profiles,
    *,
    weights: Scheme = "identity",
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> Estimate:
    """Chance is ``sum(w) / (q (q - 1)) · sum_c p_c (1 - p_c)``; q counts declared classes, used or not.

    Stays near percent agreement where one class dominates, which is what it is for and what it hides.

    >>> from consistency.core.profiles import profiles_of_tuples
    >>> round(gwet_ac(profiles_of_tuples([((1, 1), 3), ((1, 2), 1), ((2, 2), 2)])).value, 4)
    0.6757
    """
    table = tabulate(votes, weights)
    q = len(table.weights)
    reason = why_undefined(table)
    if reason and (table.pairable == 0 or q < 2):
        return nothing(table, reason)
    share, scale = table.class_share, float(table.weights.sum()) / (q * (q - 1))
    chance = scale * float(share @ (1 - share))
    return corrected(
        table,
        chance,
        scale * (table.counts @ (1 - share)) / table.m,
        lambda shares: scale * (shares * (1 - shares)).sum(axis=1),
        resampling(rng, replicates),
    )
