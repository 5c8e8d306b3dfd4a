"""Optimal one-to-one matching of the elements of two values."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Matrix: TypeAlias = NDArray[np.float64]

PREFER_MORE_PAIRS = 1e-9
"""Added to each pair, so that of two matchings equally good the one with more pairs is taken."""


def best_pairs(
    quality: Matrix, *, allowed: NDArray[np.bool_] | None = None, bonus: Matrix | None = None, at: float = 0.0
) -> list[tuple[int, int]]:
    """Rows and columns paired so that the sum of their quality is greatest, by row.

    quality: (rows, columns), 0 where nothing is shared; pairs of 0 or below `at` or not `allowed` are never made.
    `bonus` decides among equals and should be far smaller than a difference that counts.
    Kuhn 1955, doi:10.1002/nav.3800020109, as in `scipy.optimize.linear_sum_assignment`.

    >>> best_pairs(np.array([[0.9, 0.8], [0.7, 0.0]]))
    [(0, 1), (1, 0)]
    """
    if quality.size == 0:
        return []
    from scipy.optimize import linear_sum_assignment  # waits: loading it takes longer than most commands

    usable = (quality > 0) & (quality >= at)
    if allowed is not None:
        usable &= allowed
    score = quality + PREFER_MORE_PAIRS if bonus is None else quality + PREFER_MORE_PAIRS + bonus
    rows, columns = linear_sum_assignment(np.where(usable, score, 0.0), maximize=True)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True) if usable[row, column]]
