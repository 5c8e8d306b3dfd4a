"""Self-agreement: does a labeler answer the same item the same way twice?"""

from dataclasses import dataclass

import numpy as np

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.arrays import FloatArray, IntArray, NameArray, counts, factorize
from consistency.core.estimate import Estimate
from consistency.core.labelers.proportion import wilson
from consistency.core.ratings import Ratings, from_arrays


@dataclass(frozen=True, eq=False, slots=True)
class SelfAgreement:
    """``same`` of ``repeated`` items got one class both times, a labeler; ``alpha`` over all labelers' repeats."""

    labelers: NameArray
    repeated: IntArray
    same: IntArray
    agreement: FloatArray
    low: FloatArray
    high: FloatArray
    alpha: Estimate


def self_agreement(ratings: Ratings, *, rng: np.random.Generator | None = None) -> SelfAgreement:
    """From ratings read with ``repeats="all"``: an item a labeler answered more than once counts once, as agreeing where
    all its answers are the same. The alpha treats each (item, labeler) as a unit whose answers are its votes.

    >>> r = from_arrays([1, 1, 2, 2, 3], ["a"] * 5, [0, 0, 0, 1, 1], repeats="all")
    >>> s = self_agreement(r)
    >>> s.repeated.tolist(), s.same.tolist()
    ([2], [1])
    """
    n = len(ratings.labelers)
    unit, pairs = factorize(ratings.item * n + ratings.labeler)
    answers = counts(unit, len(pairs))
    lowest = np.full(len(pairs), np.iinfo(np.int64).max)
    highest = np.full(len(pairs), -1, dtype=np.int64)
    np.minimum.at(lowest, unit, ratings.code)
    np.maximum.at(highest, unit, ratings.code)
    repeated = answers >= 2
    who = (pairs % n).astype(np.int64)
    total = counts(who[repeated], n)
    same = counts(who[repeated & (lowest == highest)], n)
    kept = repeated[unit]
    order = np.argsort(unit[kept], kind="stable")
    units = unit[kept][order]
    first = np.flatnonzero(np.append(True, units[1:] != units[:-1])) if len(units) else units
    turn = np.arange(len(units)) - np.repeat(first, np.diff(np.append(first, len(units))))
    codes = ratings.classes[ratings.code[kept][order]]
    alpha = nominal_alpha(from_arrays(units, turn, codes, repeats="all"), rng=rng)
    agreement, low, high = wilson(same, total)
    return SelfAgreement(ratings.labelers, total, same, agreement, low, high, alpha)
