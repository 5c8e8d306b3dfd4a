"""Cohen's kappa for two labelers, plain and weighted (doi:10.1177/001316446002000104, doi:10.1037/h0026256)."""

from __future__ import annotations

from math import nan, sqrt

import numpy as np

from consistency.core.agreement.tabulation import Resampling, drawn, resampling
from consistency.core.agreement.two import answered_by_both
from consistency.core.agreement.weights import Scheme, class_scores, weight_matrix
from consistency.core.arrays import FloatArray
from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from consistency.core.ratings import Ratings

Z95 = 1.959963984540054


def cohen_kappa(
    ratings: Ratings,
    *,
    weights: Scheme = "identity",
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> Estimate:
    """Chance is what the two labelers' own habits would share; only items both answered count.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 2, 2, 3, 3], ["a", "b"] * 3, ["x", "x", "y", "y", "x", "y"])
    >>> round(cohen_kappa(r).value, 4)
    0.4
    """
    pairs, table = answered_by_both(ratings)
    return kappa_of_table(
        table,
        weight_matrix(weights, class_scores(ratings.classes)),
        left_out={"items with one answer": ratings.n_items - pairs.n_items},
        resample=resampling(rng, replicates),
    )


def kappa_of_table(
    table: FloatArray,
    weights: FloatArray,
    *,
    left_out: dict[str, int] | None = None,
    resample: Resampling | None = None,
) -> Estimate:
    """Kappa of a contingency table, with the large-sample standard error of Fleiss, Cohen & Everitt.

    With shares p, margins r and s, ``po = sum w p``, ``pe = sum w r s``, and mean credits ``wr_i = sum_j w_ij s_j``,
    ``ws_j = sum_i w_ij r_i``:
    ``se^2 = (sum_ij p_ij (w_ij (1 - pe) - (wr_i + ws_j) (1 - po))^2 - (po pe - 2 pe + po)^2) / (n (1 - pe)^4)``
    (1969, doi:10.1037/h0028106; eq. 13, where unit weights give the unweighted kappa's).

    >>> import numpy as np
    >>> t = np.array([[106, 10, 4], [22, 28, 10], [2, 12, 6]], dtype=float)
    >>> e = kappa_of_table(t, np.eye(3))
    >>> round(e.value, 3), round(e.se**2, 6)
    (0.429, 0.002885)
    """
    n = float(table.sum())
    answers = int(2 * n)
    if n == 0:
        return undefined("no item was answered by both", left_out=left_out)
    p = table / n
    r, s = p.sum(axis=1), p.sum(axis=0)
    observed, chance = float((weights * p).sum()), float(r @ weights @ s)
    if 1 - chance < 1e-12:
        return undefined(
            "both used one and the same class, so chance agreement is certain",
            n_items=int(n),
            n_answers=answers,
            left_out=left_out,
        )
    value = (observed - chance) / (1 - chance)
    inner = weights * (1 - chance) - ((weights @ s)[:, None] + (r @ weights)[None, :]) * (1 - observed)
    variance = float((p * inner**2).sum()) - (observed * chance - 2 * chance + observed) ** 2
    se = sqrt(max(0.0, variance) / n) / (1 - chance) ** 2
    differing = n - float(np.trace(table))
    reason = too_little_for_interval(int(n), 1 - float((r + s).max()) / 2, differing=differing)
    estimate = Estimate(
        value,
        nan if reason else max(-1.0, value - Z95 * se),
        nan if reason else min(1.0, value + Z95 * se),
        reason,
        se,
        "" if reason else "normal, large sample",
        int(n),
        answers,
        left_out or {},
    )
    if resample is None:
        return estimate
    draws = resample.rng.multinomial(int(n), p.ravel(), size=resample.replicates).reshape(-1, *p.shape) / n
    chances = np.einsum("ri,ij,rj->r", draws.sum(axis=2), weights, draws.sum(axis=1))
    return resample.of(estimate, drawn((draws * weights).sum(axis=(1, 2)), chances))
