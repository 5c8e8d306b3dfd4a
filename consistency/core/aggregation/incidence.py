"""Votes as a sparse matrix of items by (labeler, class): both steps of every mixture model are products with it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from consistency.core.arrays import FloatArray, IntArray
from consistency.core.ratings import Ratings


@dataclass(frozen=True, eq=False, slots=True)
class Incidence:
    """``item`` gives the item of each row; row r of ``by_class`` has a 1 at ``labeler * classes + class`` for each of
    its votes, and ``by_labeler`` at ``labeler``. A repeated vote stands there twice."""

    ratings: Ratings
    item: IntArray
    by_class: Any
    by_labeler: Any

    @property
    def n_classes(self) -> int:
        return len(self.ratings.classes)

    @property
    def n_labelers(self) -> int:
        return len(self.ratings.labelers)

    def vote_shares(self) -> FloatArray:
        """Share of each item's votes each class got, shape ``(rows, classes)``."""
        one_hot = np.tile(np.eye(self.n_classes), (self.n_labelers, 1))
        counts = self.product(one_hot)
        shares: FloatArray = counts / counts.sum(axis=1, keepdims=True)
        return shares

    def product(self, table: FloatArray) -> FloatArray:
        """Sum over each item's votes of the rows of ``table`` (labelers * classes, k), shape ``(rows, k)``."""
        result: FloatArray = self.by_class @ table
        return result

    def collected(self, posterior: FloatArray) -> FloatArray:
        """Expected answers: ``[labeler, class answered, true class]`` under each item's ``posterior``."""
        sums: FloatArray = self.by_class.T @ posterior
        return sums.reshape(self.n_labelers, self.n_classes, posterior.shape[1])


def incidence(ratings: Ratings) -> Incidence:
    """The sparse form of ``ratings``; raises without a vote."""
    if len(ratings) == 0:
        raise ValueError("ratings: at least one vote expected")
    votes = ratings.votes_per_item()
    item = np.flatnonzero(votes)
    grouped = bool((ratings.item[1:] >= ratings.item[:-1]).all())
    order = slice(None) if grouped else np.argsort(ratings.item, kind="stable")
    start = np.concatenate([[0], np.cumsum(votes[item])])
    n_classes, n_labelers, ones = len(ratings.classes), len(ratings.labelers), np.ones(len(ratings))
    labeler, code = ratings.labeler[order], ratings.code[order]
    by_class = csr_array(
        (ones, (labeler * n_classes + code), start), shape=(len(item), n_labelers * n_classes)
    )
    return Incidence(
        ratings, item, by_class, csr_array((ones, labeler, start), shape=(len(item), n_labelers))
    )


def normalized(log_joint: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Posterior of each row and its log normalizer, in log space.

    >>> p, z = normalized(np.log([[0.2, 0.6]]))
    >>> p.round(2).tolist(), np.exp(z).round(2).tolist()
    ([[0.25, 0.75]], [0.8])
    """
    by_class = np.ascontiguousarray(
        log_joint.T
    )  # long rows: a short last axis costs numpy three times as much
    top = by_class.max(axis=0)
    by_class -= top
    np.exp(by_class, out=by_class)
    total = by_class.sum(axis=0)
    by_class /= total
    return np.ascontiguousarray(by_class.T), np.log(total) + top
