"""The plain vote: the most frequent class of each item, ties shown and never broken by chance."""

from dataclasses import dataclass

import numpy as np

from consistency.core.arrays import BoolArray, FloatArray, IntArray, NameArray, totals
from consistency.core.ratings import Ratings

BLOCK_CELLS = 4_000_000
TIE = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class MajorityResult:
    """One row for each item with a vote. ``label`` indexes ``classes`` and is -1 where classes tie.

    The support of an item is ragged: classes ``support_class[start[r]:start[r + 1]]`` with shares
    ``support_share[...]``, in class order. ``tied_with`` gives every class at the maximum.
    """

    items: NameArray
    classes: NameArray
    item: IntArray
    label: IntArray
    confidence: FloatArray
    votes: IntArray
    tied: BoolArray
    start: IntArray
    support_class: IntArray
    support_share: FloatArray

    def distribution(self, row: int) -> dict[object, float]:
        """Share of the (weighted) votes of each class that got any."""
        cells = slice(int(self.start[row]), int(self.start[row + 1]))
        names = self.classes[self.support_class[cells]].tolist()
        return dict(zip(names, self.support_share[cells].tolist(), strict=True))

    def tied_with(self, row: int) -> list[object]:
        """Every class at the maximum; one where the vote is clear."""
        cells = slice(int(self.start[row]), int(self.start[row + 1]))
        share = self.support_share[cells]
        names: list[object] = self.classes[self.support_class[cells][share >= share.max() - TIE]].tolist()
        return names


def majority(ratings: Ratings) -> MajorityResult:
    """The class with the most votes (most weight, where votes carry one) of each item.

    >>> from consistency.core.ratings import from_arrays
    >>> m = majority(from_arrays([1, 1, 1, 2, 2], ["a", "b", "c", "a", "b"], ["x", "x", "y", "x", "y"]))
    >>> m.label.tolist(), m.tied.tolist(), m.tied_with(1)
    ([0, -1], [False, True], ['x', 'y'])
    """
    n_classes = len(ratings.classes)
    votes = ratings.votes_per_item()
    cell, support = _support(ratings)
    item, code = cell // n_classes, cell % n_classes
    answered = np.flatnonzero(votes)
    start = np.searchsorted(item, answered) if len(cell) else np.zeros(0, dtype=np.int64)
    total = np.add.reduceat(support, start) if len(start) else np.zeros(0)
    size = np.diff(np.append(start, len(cell)))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = support / np.repeat(total, size)
    best = np.maximum.reduceat(share, start) if len(start) else np.zeros(0)
    at_best = share >= np.repeat(best, size) - TIE
    tied = (
        np.add.reduceat(at_best.astype(np.int64), start) if len(start) else np.zeros(0, dtype=np.int64)
    ) != 1
    label = np.full(len(answered), -1, dtype=np.int64)
    winners = np.flatnonzero(at_best & ~np.repeat(tied, size))
    label[~tied] = code[winners]
    return MajorityResult(
        ratings.items,
        ratings.classes,
        answered,
        label,
        best,
        votes[answered],
        tied,
        np.append(start, len(cell)),
        code,
        share,
    )


def _support(ratings: Ratings) -> tuple[IntArray, FloatArray]:
    """Occupied cells ``item * classes + class`` in order, and the weight of each."""
    n_classes, n_items = len(ratings.classes), len(ratings.items)
    cell = ratings.item * n_classes + ratings.code
    if n_items * n_classes <= max(8 * len(ratings), BLOCK_CELLS):
        counts = np.bincount(cell, minlength=n_items * n_classes)
        occupied = np.flatnonzero(counts)
        if ratings.weight is None:
            return occupied, counts[occupied].astype(np.float64)
        return occupied, totals(cell, ratings.weight, n_items * n_classes)[occupied]
    cells, index = np.unique(cell, return_inverse=True)
    weights = np.ones(len(ratings)) if ratings.weight is None else ratings.weight
    return cells, totals(index, weights, len(cells))
