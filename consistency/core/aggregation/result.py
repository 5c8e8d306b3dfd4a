"""What every aggregator returns: a posterior an item, a quality a labeler, and how the fit went."""

from dataclasses import dataclass
from functools import cached_property
from math import nan

import numpy as np

from consistency.core.aggregation.majority import MajorityResult, majority
from consistency.core.arrays import BoolArray, FloatArray, IntArray, NameArray, counts, totals
from consistency.core.ratings import Ratings

TIE = 1e-9


@dataclass(frozen=True, slots=True)
class Facts:
    """How the fit ended. ``objective`` names what rose: the log likelihood, the log posterior or a lower bound."""

    iterations: int = 0
    converged: bool = True
    log_likelihood: float = nan
    objective: str = ""
    starts: int = 1


@dataclass(frozen=True, eq=False)
class Aggregated:
    """``posterior[r]`` over the classes belongs to item ``item[r]``; ``label[r]`` is -1 where the best ones tie.

    ``accuracy[g]`` is labeler g's expected share of right answers; ``confusion[g, k, c]`` the probability of answering
    c where k is right (models that have one); ``difficulty[r]`` grows with the item's and ``prevalence[k]`` is the
    share of items of class k (models that have them).
    """

    method: str
    ratings: Ratings
    item: IntArray
    posterior: FloatArray
    accuracy: FloatArray
    facts: Facts
    confusion: FloatArray | None = None
    difficulty: FloatArray | None = None
    prevalence: FloatArray | None = None

    @property
    def items(self) -> NameArray:
        return self.ratings.items

    @property
    def classes(self) -> NameArray:
        return self.ratings.classes

    @cached_property
    def vote(self) -> MajorityResult:
        """The plain vote on the same items."""
        return majority(self.ratings)

    @cached_property
    def confidence(self) -> FloatArray:
        best: FloatArray = self.posterior.max(axis=1)
        return best

    @cached_property
    def tied(self) -> BoolArray:
        ties: BoolArray = (self.posterior >= self.confidence[:, None] - TIE).sum(axis=1) > 1
        return ties

    @cached_property
    def label(self) -> IntArray:
        return np.where(self.tied, -1, self.posterior.argmax(axis=1))

    @property
    def differs_from_vote(self) -> BoolArray:
        """Items whose answer is not the plain vote's (a tie differs from an answer)."""
        return np.asarray(self.label != self.vote.label)


def expected_accuracy(ratings: Ratings, item: IntArray, posterior: FloatArray) -> FloatArray:
    """Mean posterior of the answers each labeler gave; ``nan`` for one who gave none."""
    row = np.zeros(len(ratings.items), dtype=np.int64)
    row[item] = np.arange(len(item))
    n = len(ratings.labelers)
    right = totals(ratings.labeler, posterior[row[ratings.item], ratings.code], n)
    with np.errstate(invalid="ignore"):
        accuracy: FloatArray = right / counts(ratings.labeler, n)
    return accuracy
