"""Does a labeler change over time? The later half of their answers against the earlier half."""

from dataclasses import dataclass

import numpy as np

from consistency.core.arrays import BoolArray, FloatArray, IntArray, counts, totals

MINIMUM_HALF = 20
Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False, slots=True)
class Drift:
    """For each labeler: mean score of the earlier and of the later half, and later minus earlier with its 95% interval.

    ``enough`` says where each half has `MINIMUM_HALF` answers; elsewhere the interval is ``nan``.
    """

    earlier: FloatArray
    later: FloatArray
    change: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    answers: IntArray
    enough: BoolArray


def drift(labeler: IntArray, time: FloatArray, score: FloatArray, n_labelers: int) -> Drift:
    """``score`` of each answer (1 right, 0 wrong, or a share); answers whose score is ``nan`` do not enter.

    The halves are parted at the middle of each labeler's own scored answers in time (the middle one of an odd number
    counts as later). ``se^2 = s1^2 / n1 + s2^2 / n2`` (Welch), normal interval.

    >>> d = drift(np.zeros(80, dtype=np.int64), np.arange(80.0), np.repeat([1.0, 0.0, 1.0], [38, 30, 12]), 1)
    >>> d.earlier.tolist(), d.later.tolist(), bool(d.high[0] < 0)
    ([0.95], [0.3], True)
    """
    if not (labeler.shape == time.shape == score.shape):
        raise ValueError(f"time, score: {len(labeler)} entries expected as in labeler")
    scored = np.isfinite(score)
    labeler, time, score = labeler[scored], time[scored], score[scored]
    order = np.lexsort((time, labeler))
    labeler, score = labeler[order], score[order]
    answers = counts(labeler, n_labelers)
    start = np.cumsum(answers) - answers
    later = np.arange(len(labeler)) - start[labeler] >= answers[labeler] // 2
    half = labeler * 2 + later
    n = counts(half, 2 * n_labelers)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = totals(half, score, 2 * n_labelers) / n
        spread = totals(half, (score - mean[half]) ** 2, 2 * n_labelers) / (n - 1) / n
    n, mean, spread = n.reshape(-1, 2), mean.reshape(-1, 2), spread.reshape(-1, 2)
    enough = np.asarray(n.min(axis=1, initial=len(score) + 1) >= MINIMUM_HALF)
    change: FloatArray = mean[:, 1] - mean[:, 0]
    se = np.sqrt(spread.sum(axis=1))
    reach = np.where(enough, Z95 * se, np.nan)
    return Drift(mean[:, 0], mean[:, 1], change, se, change - reach, change + reach, answers, enough)
