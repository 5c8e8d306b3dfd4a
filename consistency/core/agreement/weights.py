"""How much credit two different classes deserve: 1 for the same, down to 0.

Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., ch. 3; Cohen 1968, doi:10.1037/h0026256.
"""

from typing import Literal

import numpy as np

from consistency.core.arrays import FloatArray, NameArray

Scheme = Literal["identity", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"]
SCHEMES: tuple[Scheme, ...] = (
    "identity",
    "linear",
    "quadratic",
    "ordinal",
    "radical",
    "ratio",
    "circular",
    "bipolar",
)


def class_scores(classes: NameArray) -> FloatArray:
    """The classes as numbers where they are numbers, else their places 1, 2, …

    >>> class_scores(np.array(["low", "high"], dtype=object)).tolist()
    [1.0, 2.0]
    """
    try:
        scores: FloatArray = classes.astype(np.float64)
    except (TypeError, ValueError):
        return np.arange(1.0, len(classes) + 1)
    return scores if np.isfinite(scores).all() else np.arange(1.0, len(classes) + 1)


def weight_matrix(scheme: Scheme, scores: FloatArray) -> FloatArray:
    """Credit of each pair of classes, shape ``(classes, classes)``, symmetric with a diagonal of 1.

    With a and b the scores, lo and hi their extremes: linear ``1 - |a-b| / (hi-lo)``; quadratic
    ``1 - (a-b)^2 / (hi-lo)^2``; radical ``1 - sqrt|a-b| / sqrt(hi-lo)``; ratio
    ``1 - ((a-b)/(a+b))^2 / ((hi-lo)/(hi+lo))^2``; ordinal ``1 - M / max M`` with ``M = k (k+1) / 2`` for places k apart;
    circular ``1 - M / max M`` with ``M = sin^2(pi (a-b) / (hi-lo+1))``; bipolar the same with
    ``M = (a-b)^2 / ((a+b-2lo) (2hi-a-b))``.

    >>> weight_matrix("linear", np.array([1.0, 2.0, 3.0]))[0].tolist()
    [1.0, 0.5, 0.0]
    >>> weight_matrix("ordinal", np.array([1.0, 2.0, 3.0]))[0].round(4).tolist()
    [1.0, 0.6667, 0.0]
    """
    n = len(scores)
    if scheme not in SCHEMES:
        raise ValueError(f"scheme: one of {', '.join(SCHEMES)} expected, got {scheme!r}")
    if scheme == "identity" or n < 2:
        return np.eye(n)
    if len(np.unique(scores)) < n:
        raise ValueError("scores: two classes have the same score")
    penalty = _penalty(scheme, scores)
    credit: FloatArray = 1 - penalty / penalty.max()
    return credit


def _penalty(scheme: Scheme, scores: FloatArray) -> FloatArray:
    a, b = scores[:, None], scores[None, :]
    low, high = float(scores.min()), float(scores.max())
    gap: FloatArray = np.abs(a - b)
    if scheme == "linear":
        return gap
    if scheme == "quadratic":
        return gap**2
    if scheme == "radical":
        return np.sqrt(gap)
    if scheme == "ratio":
        with np.errstate(divide="ignore", invalid="ignore"):
            penalty: FloatArray = np.where(gap > 0, (gap / (a + b)) ** 2, 0.0)
        if not np.isfinite(penalty).all():
            raise ValueError("scores: opposite numbers have no ratio")
        return penalty
    if scheme == "ordinal":
        place = np.argsort(np.argsort(scores))
        apart = np.abs(place[:, None] - place[None, :]).astype(np.float64)
        ordinal: FloatArray = apart * (apart + 1) / 2
        return ordinal
    if scheme == "circular":
        circular: FloatArray = np.sin(np.pi * gap / (high - low + 1)) ** 2
        return circular
    bound = (a + b - 2 * low) * (2 * high - a - b)
    with np.errstate(divide="ignore", invalid="ignore"):
        bipolar: FloatArray = np.where(gap > 0, gap**2 / bound, 0.0)
    return bipolar
