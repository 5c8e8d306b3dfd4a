"""Votes as a sparse matrix of items by (labeler, class): both steps of every mixture model are products with it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from consistency.core.arrays import FloatArray, IntArray, totals
from consistency.core.ratings import Ratings

MANY_VOTES = 100_000
"""From here SciPy's products pay for its import, which takes half a second."""

BLOCK_CELLS = 32_768
"""Posteriors worked on together: they, their votes and what is computed of them fit a core's own cache."""

PRODUCT_OF = 32
"""Normalizers multiplied before a logarithm is taken: up to 2**31 classes their product stays finite."""


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
    many: bool = False
    """Whether SciPy multiplies."""

    def rows(self, table: FloatArray) -> FloatArray:
        """The matrix times ``table`` (columns, k): for each row the sum of the table's rows it names."""
        if self.many:
            product: FloatArray = self._scipy @ table
            return product
        sums: FloatArray = np.add.reduceat(table[self.column], self.start[:-1], axis=0)
        return sums

    def columns(self, table: FloatArray) -> FloatArray:
        """The transposed matrix times ``table`` (rows, k)."""
        if self.many:
            product: FloatArray = self._transposed @ table
            return product
        sums = [totals(self.column, part[self.row], self.n_columns) for part in table.T]
        return np.stack(sums, axis=1)

    @cached_property
    def row(self) -> IntArray:
        """The row of each one."""
        row: IntArray = np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))
        return row

    def blocks(self, size: int) -> "list[tuple[slice, Sparse]]":
        """The matrix by ``size`` rows, and which ones they are."""
        n_rows = len(self.start) - 1
        edges = [(begin, min(begin + size, n_rows)) for begin in range(0, n_rows, size)]
        return [
            (
                slice(begin, end),
                Sparse(
                    self.start[begin : end + 1] - self.start[begin],
                    self.column[self.start[begin] : self.start[end]],
                    self.n_columns,
                    self.many,
                ),
            )
            for begin, end in edges
        ]

    @cached_property
    def _transposed(self) -> Any:
        return self._scipy.T

    @cached_property
    def _scipy(self) -> Any:
        from scipy.sparse import csr_array

        shape = (len(self.start) - 1, self.n_columns)
        return csr_array((np.ones(len(self.column)), self.column, self.start), shape=shape)


@dataclass(frozen=True, eq=False, slots=True)
class Expected:
    """What an E-step implies: expected ``answers[labeler, class answered, true class]``, items of each class
    (``share``), and the log of the evidence."""

    answers: FloatArray
    share: FloatArray
    evidence: float


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

    @cached_property
    def _blocks(self) -> "list[tuple[slice, Sparse]]":
        return self.by_class.blocks(max(1, BLOCK_CELLS // self.n_classes))

    def expected(self, log_table: FloatArray, log_prior: FloatArray, posterior: FloatArray) -> "Expected":
        """One E-step: fills ``posterior`` (rows, classes) and collects what it implies, block by block, so that nothing
        but the posterior itself is as large as the votes.

        ``log_table`` (labelers * classes, classes) holds what each answer tells of each class.
        """
        answers = np.zeros((self.n_labelers * self.n_classes, self.n_classes))
        share, evidence = np.zeros(self.n_classes), 0.0
        for rows, votes in self._blocks:
            by_class = np.add(votes.rows(log_table).T, log_prior[:, None], order="C")
            top = by_class.max(axis=0)
            by_class -= top
            np.exp(by_class, out=by_class)
            total = by_class.sum(axis=0)
            by_class /= total
            share += by_class.sum(axis=1)
            evidence += float(top.sum()) + _sum_of_logs(total)
            part = posterior[rows]
            part[:] = by_class.T
            answers += votes.columns(part)
        shape = (self.n_labelers, self.n_classes, self.n_classes)
        return Expected(answers.reshape(shape), share, evidence)

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
    many = len(ratings) >= MANY_VOTES
    cell = labeler * n_classes + code
    if n_labelers * n_classes < 2**31:
        cell, labeler = cell.astype(np.int32), labeler.astype(np.int32)
    return Incidence(
        ratings,
        item,
        Sparse(start, cell, n_labelers * n_classes, many),
        Sparse(start, labeler, n_labelers, many),
    )


def _sum_of_logs(values: FloatArray) -> float:
    """Sum of the logarithms of values from 1 up, with few logarithms taken."""
    whole = len(values) // PRODUCT_OF * PRODUCT_OF
    products = values[:whole].reshape(PRODUCT_OF, -1).prod(axis=0)
    return float(np.log(products).sum() + np.log(values[whole:]).sum())


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
