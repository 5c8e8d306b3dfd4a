"""How long an answer takes each labeler: medians, since a coffee break is no answer's work."""

from dataclasses import dataclass

import numpy as np

from consistency.core.arrays import BoolArray, FloatArray, IntArray, counts
from consistency.core.labelers.gold import MINIMUM_ANSWERS

Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False, slots=True)
class Speed:
    """Median seconds an answer, a labeler, with a 95% interval from order statistics, which assumes no distribution."""

    median: FloatArray
    low: FloatArray
    high: FloatArray
    answers: IntArray
    enough: BoolArray


def speed(labeler: IntArray, seconds: FloatArray, n_labelers: int) -> Speed:
    """From one duration an answer; ``nan`` ones do not enter.

    With n answers in order, the interval runs from the one at rank ``n/2 - 1.96 sqrt(n)/2`` to the one at
    ``1 + n/2 + 1.96 sqrt(n)/2`` (David & Nagaraja 2003, Order Statistics, 7.1), and is withheld below 10 answers.

    >>> s = speed(np.zeros(11, dtype=np.int64), np.arange(1.0, 12.0), 1)
    >>> s.median.tolist(), s.low.tolist(), s.high.tolist()
    ([6.0], [2.0], [10.0])
    """
    if labeler.shape != seconds.shape:
        raise ValueError(f"seconds: {len(labeler)} entries expected as in labeler")
    known = np.isfinite(seconds)
    if (seconds[known] < 0).any():
        raise ValueError(f"seconds: row {int(np.flatnonzero(seconds < 0)[0])} is negative")
    labeler, seconds = labeler[known], seconds[known]
    ordered = seconds[np.lexsort((seconds, labeler))]
    n = counts(labeler, n_labelers)
    start = np.cumsum(n) - n
    enough = np.asarray(n >= MINIMUM_ANSWERS)
    median, low, high = (np.full(n_labelers, np.nan) for _ in range(3))
    has = np.flatnonzero(n)
    median[has] = (ordered[start[has] + (n[has] - 1) // 2] + ordered[start[has] + n[has] // 2]) / 2
    some = np.flatnonzero(enough)
    reach = Z95 * np.sqrt(n[some]) / 2
    first = np.maximum(np.floor(n[some] / 2 - reach), 1).astype(np.int64)
    last = np.minimum(np.ceil(1 + n[some] / 2 + reach), n[some]).astype(np.int64)
    low[some], high[some] = ordered[start[some] + first - 1], ordered[start[some] + last - 1]
    return Speed(median, low, high, n, enough)
