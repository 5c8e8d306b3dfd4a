"""The vote with a weight a labeler, given or found by agreement with the plain vote (Wawa)."""

import numpy as np

from consistency.core.aggregation.incidence import incidence
from consistency.core.aggregation.majority import majority
from consistency.core.aggregation.result import Aggregated, Facts, expected_accuracy
from consistency.core.arrays import FloatArray, counts, totals
from consistency.core.ratings import Ratings


def weighted_vote(ratings: Ratings, weight: FloatArray, *, method: str = "weighted") -> Aggregated:
    """Shares of the weight behind each class, ``weight`` having one entry a labeler.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1], ["a", "b", "c"], ["x", "x", "y"])
    >>> weighted_vote(r, np.array([0.1, 0.2, 0.9])).posterior.round(2).tolist()
    [[0.25, 0.75]]
    """
    if weight.shape != (len(ratings.labelers),):
        raise ValueError(
            f"weight: {len(ratings.labelers)} entries expected, one a labeler, got {weight.shape}"
        )
    if not (np.isfinite(weight) & (weight >= 0)).all():
        raise ValueError(f"weight: labeler {int(np.flatnonzero(~(weight >= 0))[0])} has no weight from 0 up")
    votes = incidence(ratings)
    cell = votes.by_class.row * votes.n_classes + votes.by_class.column % votes.n_classes
    size = len(votes.item) * votes.n_classes
    support = totals(cell, weight[votes.by_labeler.column], size).reshape(-1, votes.n_classes)
    total = support.sum(axis=1, keepdims=True)
    posterior = np.where(total > 0, support / np.where(total > 0, total, 1), votes.vote_shares())
    accuracy = expected_accuracy(ratings, votes.item, posterior)
    return Aggregated(method, ratings, votes.item, posterior, accuracy, Facts())


def wawa(ratings: Ratings) -> Aggregated:
    """Worker agreement with aggregate: each labeler weighs what share of its answers the plain vote shares.

    One step, as Appen publishes it; a tie of the plain vote counts 1/k for each of its k classes.
    """
    skill = agreement_with_vote(ratings)
    return weighted_vote(ratings, np.nan_to_num(skill), method="wawa")


def agreement_with_vote(ratings: Ratings) -> FloatArray:
    """Share of each labeler's answers that the plain vote (their own included) chose; ``nan`` without an answer.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1, 2, 2, 3, 3, 3], list("abcabacb"), list("xxyxyxxy"))
    >>> agreement_with_vote(r).round(2).tolist()
    [0.83, 0.5, 0.5]
    """
    plain = majority(ratings)
    votes = incidence(ratings).vote_shares()
    best = votes >= votes.max(axis=1, keepdims=True) - 1e-9
    credit = best / best.sum(axis=1, keepdims=True)
    row = np.zeros(len(ratings.items), dtype=np.int64)
    row[plain.item] = np.arange(len(plain.item))
    n = len(ratings.labelers)
    with np.errstate(invalid="ignore"):
        share: FloatArray = totals(ratings.labeler, credit[row[ratings.item], ratings.code], n) / counts(
            ratings.labeler, n
        )
    return share
