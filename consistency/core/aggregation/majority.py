"""The plain vote: the most frequent class of each item, ties shown and never broken by chance."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from consistency.core.arrays import BoolArray, FloatArray, IntArray, NameArray, totals
from consistency.core.ratings import Ratings

BLOCK_CELLS = 4_000_000
TIE = 1e-9


@dataclass(frozen=True, eq=False)
class MajorityResult:
    """One row for each item with a vote. ``label`` indexes ``classes`` and is -1 where classes tie.

    ``confidence`` is the winner's share of the (weighted) votes; ``votes`` counts them.
    """

    ratings: Ratings
    item: IntArray
    label: IntArray
    confidence: FloatArray
    votes: IntArray
    tied: BoolArray

    @property
    def items(self) -> NameArray:
        return self.ratings.items

    @property
    def classes(self) -> NameArray:
        return self.ratings.classes

    @cached_property
    def _support(self) -> tuple[IntArray, FloatArray]:
        return occupied_cells(self.ratings)

    def _of(self, row: int) -> tuple[NameArray, FloatArray]:
        cell, support = self._support
        first = int(self.item[row]) * len(self.classes)
        cells = slice(*np.searchsorted(cell, [first, first + len(self.classes)]).tolist())
        return self.classes[cell[cells] - first], support[cells]

    def distribution(self, row: int) -> dict[object, float]:
        """Share of the (weighted) votes of each class that got any."""
        names, support = self._of(row)
        with np.errstate(invalid="ignore"):
            return dict(zip(names.tolist(), (support / support.sum()).tolist(), strict=True))

    def tied_with(self, row: int) -> list[object]:
        """Every class at the maximum; one where the vote is clear."""
        names, support = self._of(row)
        winners: list[object] = names[support >= support.max() * (1 - TIE)].tolist()
        return winners


def majority(ratings: Ratings) -> MajorityResult:
    """The class with the most votes (most weight, where votes carry one) of each item.

    >>> from consistency.core.ratings import from_arrays
    >>> m = majority(from_arrays([1, 1, 1, 2, 2], ["a", "b", "c", "a", "b"], ["x", "x", "y", "x", "y"]))
    >>> m.label.tolist(), m.tied.tolist(), m.tied_with(1)
    ([0, -1], [False, True], ['x', 'y'])
    """
    votes = ratings.votes_per_item()
    item = np.flatnonzero(votes)
    few_cells = len(ratings.items) * len(ratings.classes) <= max(8 * len(ratings), BLOCK_CELLS)
    label, best, winners = _class_by_class(ratings) if few_cells else _cell_by_cell(ratings)
    if few_cells and len(item) < len(votes):
        label, best, winners = label[item], best[item], winners[item]
    total = votes[item] if ratings.weight is None else totals(ratings.item, ratings.weight, len(votes))[item]
    label[winners != 1] = -1
    with np.errstate(invalid="ignore"):
        return MajorityResult(ratings, item, label, best / total, votes[item], winners != 1)


def _class_by_class(ratings: Ratings) -> tuple[IntArray, FloatArray, IntArray]:
    """One pass a class over contiguous counts: quicker than any reduction over a short axis."""
    n_items, n_classes = len(ratings.items), len(ratings.classes)
    cell = ratings.code * n_items
    cell += ratings.item
    size = n_items * n_classes
    if ratings.weight is None:
        support = np.bincount(cell, minlength=size).astype(np.float64)
    else:
        support = totals(cell, ratings.weight, size)
    support = support.reshape(n_classes, n_items)
    label = np.zeros(n_items, dtype=np.int64)
    winners = np.zeros(n_items, dtype=np.int64)
    best = support.max(axis=0, initial=0.0)
    threshold = best * (1 - TIE)
    for code, column in enumerate(support):
        at_best = column >= threshold
        winners += at_best
        label += code * at_best
    return label, best, winners


def _cell_by_cell(ratings: Ratings) -> tuple[IntArray, FloatArray, IntArray]:
    """The same from occupied cells only, where items times classes is too much to lay out."""
    cell, support = occupied_cells(ratings)
    n_classes = len(ratings.classes)
    item, code = cell // n_classes, cell % n_classes
    start = np.flatnonzero(np.append(True, item[1:] != item[:-1]))
    best: FloatArray = np.maximum.reduceat(support, start)
    at_best = support >= np.repeat(best, np.diff(np.append(start, len(item)))) * (1 - TIE)
    winners: IntArray = np.add.reduceat(at_best.astype(np.int64), start)
    label: IntArray = np.add.reduceat(np.where(at_best, code, 0), start)
    return label, best, winners


def occupied_cells(ratings: Ratings) -> tuple[IntArray, FloatArray]:
    """Cells ``item * classes + class`` that hold a vote, in order, and the weight of each."""
    cell, index = np.unique(ratings.item * len(ratings.classes) + ratings.code, return_inverse=True)
    weights = np.ones(len(ratings)) if ratings.weight is None else ratings.weight
    return cell, totals(index, weights, len(cell))
