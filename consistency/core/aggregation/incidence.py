"""Votes as a sparse matrix of items by (labeler, class): both steps of every mixture model are products with it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from consistency.core.arrays import FloatArray, IntArray, totals
from consistency.core.ratings import Ratings

MANY_VOTES = 100_000
"""From here SciPy's products pay for its import, which takes half a second."""


@dataclass(frozen=True, eq=False)
class Sparse:
    """A matrix of ones, row by row: row r has them in the columns ``column[start[r]:start[r + 1]]``, repeats adding up.

    >>> votes = Sparse(np.array([0, 2, 3]), np.array([0, 2, 2]), 3)
    >>> votes.rows(np.array([[1.0], [10.0], [100.0]])).tolist(), votes.columns(np.array([[1.0], [2.0]])).tolist()
    ([[101.0], [100.0]], [[1.0], [0.0], [3.0]])
    """

    start: IntArray
    column: IntArray
    n_columns: int

    def rows(self, table: FloatArray) -> FloatArray:
        """The matrix times ``table`` (columns, k): for each row the sum of the table's rows it names."""
        if len(self.column) >= MANY_VOTES:
            product: FloatArray = self._scipy @ table
            return product
        sums: FloatArray = np.add.reduceat(table[self.column], self.start[:-1], axis=0)
        return sums

    def columns(self, table: FloatArray) -> FloatArray:
        """The transposed matrix times ``table`` (rows, k)."""
        if len(self.column) >= MANY_VOTES:
            product: FloatArray = self._scipy.T @ table
            return product
        sums = [totals(self.column, part[self.row], self.n_columns) for part in table.T]
        return np.stack(sums, axis=1)

    @cached_property
    def row(self) -> IntArray:
        """The row of each one."""
        row: IntArray = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        return row

    @cached_property
    def _scipy(self) -> Any:
        from scipy.sparse import csr_array

        shape = (len(self.start) - 1, self.n_columns)
        return csr_array((np.ones(len(self.column)), self.column, self.start), shape=shape)


@dataclass(frozen=True, eq=False)
class Incidence:
    """``item`` gives the item of each row; row r of ``by_class`` has a 1 at ``labeler * classes + class`` for each of
    its votes, and ``by_labeler`` at ``labeler``. A repeated vote stands there twice."""

    ratings: Ratings
    item: IntArray
    by_class: Sparse
    by_labeler: Sparse

    @property
    def n_classes(self) -> int:
        return len(self.ratings.classes)

    @property
    def n_labelers(self) -> int:
        return len(self.ratings.labelers)

    def vote_shares(self) -> FloatArray:
        """Share of each item's votes each class got, shape ``(rows, classes)``."""
        cell = self.by_class.row * self.n_classes + self.by_class.column % self.n_classes
        size = len(self.item) * self.n_classes
        counts = np.bincount(cell, minlength=size).reshape(-1, self.n_classes)
        shares: FloatArray = counts / counts.sum(axis=1, keepdims=True)
        return shares

    def product(self, table: FloatArray) -> FloatArray:
        """Sum over each item's votes of the rows of ``table`` (labelers * classes, k), shape ``(rows, k)``."""
        return self.by_class.rows(table)

    def collected(self, posterior: FloatArray) -> FloatArray:
        """Expected answers: ``[labeler, class answered, true class]`` under each item's ``posterior``."""
        sums = self.by_class.columns(posterior)
        return sums.reshape(self.n_labelers, self.n_classes, posterior.shape[1])


def incidence(ratings: Ratings) -> Incidence:
    """The sparse form of ``ratings``; raises without a vote."""
    if len(ratings) == 0:
        raise ValueError("ratings: at least one vote expected")
    votes = ratings.votes_per_item()
    item = np.flatnonzero(votes)
    grouped = bool((ratings.item[1:] >= ratings.item[:-1]).all())
    order = slice(None) if grouped else np.argsort(ratings.item, kind="stable")
    start: IntArray = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(votes[item])])
    n_classes, n_labelers = len(ratings.classes), len(ratings.labelers)
    labeler, code = ratings.labeler[order], ratings.code[order]
    return Incidence(
        ratings,
        item,
        Sparse(start, labeler * n_classes + code, n_labelers * n_classes),
        Sparse(start, labeler, n_labelers),
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
