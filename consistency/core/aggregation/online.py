"""One vote more: its effect on an item's posterior at fixed labeler parameters, and whether asking for it pays."""

from dataclasses import dataclass

import numpy as np

from consistency.core.arrays import BoolArray, FloatArray


def updated(posterior: FloatArray, confusion: FloatArray, code: int) -> FloatArray:
    """The posterior of one item, shape ``(classes,)``, after a labeler of ``confusion[true, answered]`` said ``code``.

    Bayes' rule: ``p_k · pi[k, code] / sum``. A second vote divides out no first one, so order does not matter.

    >>> updated(np.array([0.5, 0.5]), np.array([[0.9, 0.1], [0.2, 0.8]]), 0).round(3).tolist()
    [0.818, 0.182]
    """
    joint = posterior * confusion[:, code]
    total = joint.sum()
    if not total > 0:
        raise ValueError(f"code: {code} is impossible under this posterior and confusion")
    result: FloatArray = joint / total
    return result


@dataclass(frozen=True, eq=False, slots=True)
class AskResult:
    """For each item: the expected confidence after one more answer, the gain over now, and whether it pays."""

    expected: FloatArray
    gain: FloatArray
    ask: BoolArray


def ask_one_more(
    posterior: FloatArray,
    confusion: FloatArray,
    *,
    cost: float,
    votes: np.ndarray[tuple[int], np.dtype[np.int64]],
    cap: int,
) -> AskResult:
    """Is one more answer, by a labeler of the given (average) confusion matrix, worth its cost?

    ``expected_i = sum_c max_k p_ik pi[k, c]`` is the probability that the best class is right after the answer, and
    ``gain_i = expected_i - max_k p_ik >= 0``, in expected right items. Asks where the gain exceeds ``cost`` (what an
    answer costs in units of a right item) and fewer than ``cap`` answers are there.

    >>> p = np.array([[0.5, 0.5], [0.99, 0.01]])
    >>> r = ask_one_more(p, np.array([[0.9, 0.1], [0.1, 0.9]]), cost=0.05, votes=np.array([2, 2]), cap=5)
    >>> r.gain.round(3).tolist(), r.ask.tolist()
    ([0.4, 0.0], [True, False])
    """
    if cost < 0:
        raise ValueError(f"cost: 0 or more expected, got {cost}")
    if confusion.shape != (posterior.shape[1], posterior.shape[1]):
        raise ValueError(f"confusion: {posterior.shape[1]} classes expected, got {confusion.shape}")
    expected = np.zeros(len(posterior))
    for answered in confusion.T:
        expected += (posterior * answered).max(axis=1)
    gain = np.maximum(expected - posterior.max(axis=1), 0.0)
    return AskResult(expected, gain, (gain > cost) & (votes < cap))
