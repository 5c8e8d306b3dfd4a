"""Each labeler against items whose answer is known."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from consistency.core.arrays import FloatArray, IntArray, NameArray, counts
from consistency.core.labelers.proportion import wilson
from consistency.core.ratings import Ratings

MINIMUM_ANSWERS = 10


@dataclass(frozen=True, eq=False, slots=True)
class GoldScores:
    """``accuracy`` with Wilson's 95% interval; ``confusion[g, truth, answer]`` counts. ``enough`` says where at least
    `MINIMUM_ANSWERS` gold items were answered: below that the figure is evidence of nothing."""

    labelers: NameArray
    answers: IntArray
    right: IntArray
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    confusion: IntArray
    enough: np.ndarray[tuple[int], np.dtype[np.bool_]]


def gold_scores(
    ratings: Ratings, gold: Mapping[int, int] | Mapping[int, str] | Mapping[str, str]
) -> GoldScores:
    """Score the votes on items in ``gold`` (item name -> class name); other votes do not enter.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 2, 2, 3], list("ababa"), ["x", "y", "y", "y", "x"])
    >>> s = gold_scores(r, {1: "x", 2: "y"})
    >>> s.accuracy.tolist(), s.answers.tolist()
    ([1.0, 0.5], [2, 2])
    """
    position: dict[object, int] = {name: code for code, name in enumerate(ratings.classes.tolist())}
    known: dict[object, object] = dict(gold.items())
    unknown = sorted({str(name) for name in known.values() if name not in position})
    if unknown:
        raise ValueError(f"gold: {unknown[0]!r} is not among the classes")
    truth = np.array([position.get(known.get(name), -1) for name in ratings.items.tolist()], dtype=np.int64)
    scored = truth[ratings.item] >= 0
    labeler, code, right = ratings.labeler[scored], ratings.code[scored], truth[ratings.item[scored]]
    n, q = len(ratings.labelers), len(ratings.classes)
    answers, hits = counts(labeler, n), counts(labeler[code == right], n)
    confusion = counts((labeler * q + right) * q + code, n * q * q).reshape(n, q, q)
    accuracy, low, high = wilson(hits, answers)
    enough = np.asarray(answers >= MINIMUM_ANSWERS)
    return GoldScores(ratings.labelers, answers, hits, accuracy, low, high, confusion, enough)
