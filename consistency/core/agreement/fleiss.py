"""Fleiss' kappa for any number of labelers, missing answers allowed (Fleiss 1971, doi:10.1037/h0031619)."""

from __future__ import annotations

import numpy as np

from consistency.core.agreement.tabulation import corrected, nothing, resampling, tabulate, why_undefined
from consistency.core.agreement.weights import Scheme
from consistency.core.estimate import Estimate
from consistency.core.profiles import Profiles
from consistency.core.ratings import Ratings


def fleiss_kappa(
    votes: Ratings | Profiles,
    *,
    weights: Scheme = "identity",
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> Estimate:
    """Chance is what two labelers with the same habits would share: ``sum_ck w_ck p_c p_k``.

    ``p_c`` is the mean over items of the share of class c. Standard error: Gwet 2008,
    doi:10.1348/000711006X126600, which unlike Fleiss's own does not assume that there is no agreement.

    >>> from consistency.core.profiles import profiles_of_tuples
    >>> round(fleiss_kappa(profiles_of_tuples([((1, 1), 3), ((1, 2), 1), ((2, 2), 2)])).value, 4)
    0.6571
    """
    table = tabulate(votes, weights)
    if reason := why_undefined(table):
        return nothing(table, reason)
    share = table.class_share
    expected = table.weights @ share
    w = table.weights
    return corrected(
        table,
        float(share @ expected),
        table.counts @ expected / table.m,
        lambda shares: ((shares @ w) * shares).sum(axis=1),
        resampling(rng, replicates),
    )
