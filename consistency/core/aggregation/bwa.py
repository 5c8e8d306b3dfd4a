"""Bayesian weighted average (Li, Rubinstein & Cohn 2019, WWW, doi:10.1145/3308558.3313459).

Class by class, an answer "it is k" (1) or not (0) is a noisy reading of the item's degree z_ik, with a precision
v_jk of labeler j drawn from a Gamma prior; z has a Gaussian prior around its mean. The mode is found by alternating
``v_jk = (a + N_j) / (b_k + sum_i (y_ijk - z_ik)^2)`` and ``z_ik = (l mu_k + sum_j v_jk y_ijk) / (l + sum_j v_jk)``.
"""

import numpy as np

from consistency.core.aggregation.incidence import incidence
from consistency.core.aggregation.result import Aggregated, Facts, expected_accuracy
from consistency.core.aggregation.watch import Watch, unwatched
from consistency.core.arrays import FloatArray, counts, totals
from consistency.core.ratings import Ratings


def bwa(
    ratings: Ratings,
    *,
    shape: float = 15.0,
    strength: float = 1.0,
    max_iterations: int = 500,
    tolerance: float = 1e-3,
    watch: Watch = unwatched,
) -> Aggregated:
    """Degrees of each class, scaled to sum to 1; ``shape`` is a, ``strength`` is l.

    ``b_k`` makes the prior's mean precision that of the vote shares: ``a`` times their mean variance, times
    ``4 (1 - 1/K)``. Stops when no degree moves by more than ``tolerance`` of itself.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1, 2, 2, 2], ["a", "b", "c"] * 2, [0, 0, 1, 1, 1, 1])
    >>> bwa(r).label.tolist()
    [0, 1]
    """
    votes = incidence(ratings)
    n_classes, n_labelers = votes.n_classes, votes.n_labelers
    answers = counts(ratings.labeler, n_labelers)[:, None]
    per_item = np.diff(votes.by_labeler.start).astype(np.float64)
    degree = votes.vote_shares()
    spread = per_item @ (degree * (1 - degree)) / len(ratings)
    floor = np.maximum(shape * spread * 4 * (1 - 1 / n_classes), 1e-12)
    row = np.zeros(len(ratings.items), dtype=np.int64)
    row[votes.item] = np.arange(len(votes.item))
    said = row[ratings.item] * n_classes + ratings.code
    who = ratings.labeler * n_classes + ratings.code
    for iteration in range(1, max(1, max_iterations) + 1):
        watch(iteration)
        before = degree
        squares: FloatArray = votes.by_labeler.columns(degree**2)
        squares += totals(who, 1 - 2 * degree.ravel()[said], n_labelers * n_classes).reshape(squares.shape)
        precision = (shape + answers) / (floor + squares)
        support = totals(said, precision.ravel()[who], degree.size).reshape(degree.shape)
        degree = (strength * degree.mean(axis=0) + support) / (strength + votes.by_labeler.rows(precision))
        converged = bool((np.abs(degree - before) <= 1e-8 + tolerance * degree).all())
        if converged or iteration == max_iterations:
            break
    posterior = degree / degree.sum(axis=1, keepdims=True)
    accuracy = expected_accuracy(ratings, votes.item, posterior)
    return Aggregated("bwa", ratings, votes.item, posterior, accuracy, Facts(iteration, converged))
