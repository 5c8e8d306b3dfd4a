"""Each labeler against the plain vote of the others, which their own answer is not part of."""

from dataclasses import dataclass

import numpy as np

from consistency.core.arrays import BoolArray, FloatArray, IntArray, NameArray, counts, totals
from consistency.core.labelers.gold import MINIMUM_ANSWERS
from consistency.core.labelers.proportion import wilson
from consistency.core.ratings import Ratings

BLOCK_CELLS = 2_000_000
MOST_CONFUSION_CELLS = 20_000_000


@dataclass(frozen=True, eq=False, slots=True)
class ConsensusScores:
    """``accuracy`` is how often a labeler is in line with the vote of the others (a tie of k labels scores 1/k), with
    Wilson's 95% interval; ``answers`` counts the answers on items somebody else answered too.

    ``confusion[g, reference, answer]`` shares each answer among the labels that lead the others' vote; ``None`` where
    labelers and labels are too many to lay it out. ``credit`` has an entry a vote, ``nan`` where nobody else answered.
    """

    labelers: NameArray
    answers: IntArray
    accuracy: FloatArray
    low: FloatArray
    high: FloatArray
    confusion: FloatArray | None
    credit: FloatArray
    enough: BoolArray


def consensus_scores(ratings: Ratings) -> ConsensusScores:
    """Score every vote against the plain vote of its item's other answers. A labeler's own repeated answers must be
    settled first, or they would be "others".

    >>> from consistency.core.ratings import from_arrays
    >>> s = consensus_scores(from_arrays([1, 1, 1, 2, 2, 2], list("abcabc"), [0, 0, 0, 0, 0, 1]))
    >>> s.accuracy.tolist(), s.credit.tolist()
    ([0.75, 0.75, 0.5], [1.0, 1.0, 1.0, 0.5, 0.5, 0.0])
    """
    n_labelers, q = len(ratings.labelers), len(ratings.classes)
    order = np.argsort(ratings.item, kind="stable")
    item, labeler, code = ratings.item[order], ratings.labeler[order], ratings.code[order]
    laid_out = n_labelers * q * q <= MOST_CONFUSION_CELLS
    confusion = np.zeros(n_labelers * q * q if laid_out else 0)
    credit = np.full(len(order), np.nan)
    items_a_block = max(1, BLOCK_CELLS // q)
    for begin in range(0, len(ratings.items), items_a_block):
        some = slice(*np.searchsorted(item, [begin, begin + items_a_block]).tolist())
        local = item[some] - begin
        table = counts(local * q + code[some], (int(local.max(initial=-1)) + 1) * q).reshape(-1, q)
        rest = table[local]
        rest[np.arange(len(local)), code[some]] -= 1
        best = rest == rest.max(axis=1, keepdims=True)
        share = best / best.sum(axis=1, keepdims=True)
        share[rest.sum(axis=1) == 0] = np.nan
        credit[some] = share[np.arange(len(local)), code[some]]
        if laid_out:
            first = labeler[some] * q * q + code[some]
            for reference in range(q):
                part = np.nan_to_num(share[:, reference])
                confusion += totals(first + reference * q, part, len(confusion))
    met = np.isfinite(credit)
    answers = counts(labeler[met], n_labelers)
    accuracy, low, high = wilson(totals(labeler[met], credit[met], n_labelers), answers)
    unsorted = np.empty_like(credit)
    unsorted[order] = credit
    return ConsensusScores(
        ratings.labelers,
        answers,
        accuracy,
        low,
        high,
        confusion.reshape(n_labelers, q, q) if laid_out else None,
        unsorted,
        np.asarray(answers >= MINIMUM_ANSWERS),
    )
