"""Class bias: does a labeler give a label more often than the others do on the very same items?"""

from dataclasses import dataclass

import numpy as np

from consistency.core.arrays import BoolArray, FloatArray, IntArray, NameArray, counts, totals
from consistency.core.labelers.gold import MINIMUM_ANSWERS
from consistency.core.ratings import Ratings

Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False, slots=True)
class ClassBias:
    """``own[g, c]`` is labeler g's share of answers c on shared items, ``others[g, c]`` the mean share of the others
    who said c there, ``difference = own - others`` with its 95% interval over those items."""

    labelers: NameArray
    items: IntArray
    own: FloatArray
    others: FloatArray
    difference: FloatArray
    low: FloatArray
    high: FloatArray
    enough: BoolArray


def class_bias(ratings: Ratings) -> ClassBias:
    """Paired by item, so that easy or rare items, which a labeler happened to get, do not look like a habit.

    With ``d_i = [own answer is c] - share of the others who said c``: ``difference`` is the mean of d over the n items
    a labeler shares with others, and ``se^2 = sum (d_i - mean)^2 / (n (n - 1))``.

    >>> from consistency.core.ratings import from_arrays
    >>> b = class_bias(from_arrays([1, 1, 1, 2, 2, 2], list("abcabc"), [0, 0, 1, 0, 1, 1]))
    >>> b.difference.round(3).tolist()
    [[0.75, -0.75], [0.0, 0.0], [-0.75, 0.75]]
    """
    n_labelers, q = len(ratings.labelers), len(ratings.classes)
    votes = ratings.votes_per_item()
    met = votes[ratings.item] > 1
    item, labeler, code = ratings.item[met], ratings.labeler[met], ratings.code[met]
    rest = votes[item] - 1
    items = counts(labeler, n_labelers)
    own, others, squares = (np.zeros((n_labelers, q)) for _ in range(3))
    for label in range(q):
        said = (ratings.code == label).astype(np.float64)
        mine = (code == label).astype(np.float64)
        share = (totals(ratings.item, said, len(votes))[item] - mine) / rest
        own[:, label] = totals(labeler, mine, n_labelers)
        others[:, label] = totals(labeler, share, n_labelers)
        squares[:, label] = totals(labeler, (mine - share) ** 2, n_labelers)
    n = items[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        difference = (own - others) / n
        se = np.sqrt(np.maximum(squares / n - difference**2, 0) / (n - 1))
        own, others = own / n, others / n
    enough = np.asarray(items >= MINIMUM_ANSWERS)
    reach = np.where(enough[:, None], Z95 * se, np.nan)
    return ClassBias(
        ratings.labelers, items, own, others, difference, difference - reach, difference + reach, enough
    )
