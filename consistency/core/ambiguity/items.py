"""Which items are ambiguous: by how the votes spread, and by whether good labelers disagree."""

from dataclasses import dataclass

import numpy as np

from consistency.core.aggregation.majority import occupied_cells
from consistency.core.arrays import FloatArray, IntArray, NameArray, totals
from consistency.core.ratings import Ratings


@dataclass(frozen=True, eq=False, slots=True)
class AmbiguousItems:
    """Items with two answers or more, most ambiguous first. ``entropy`` in bits; ``disputed`` is the chance that two
    answers drawn from the item differ, labelers weighing as given."""

    items: NameArray
    item: IntArray
    entropy: FloatArray
    disputed: FloatArray
    votes: IntArray


def ambiguous_items(ratings: Ratings, *, labeler_weight: FloatArray | None = None) -> AmbiguousItems:
    """Entropy of each item's votes, and the weighted share of disagreeing pairs of its answers.

    ``disputed_i = (W^2 - sum_c W_c^2) / (W^2 - sum_j w_j^2)`` with w the labelers' weights (their accuracy, say) and W
    their sums: disagreement among good labelers counts, a spammer's does not.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 2, 2, 3], list("ababa"), [0, 0, 0, 1, 1])
    >>> a = ambiguous_items(r)
    >>> a.items[a.item].tolist(), a.entropy.tolist(), a.disputed.tolist()
    ([2, 1], [1.0, 0.0], [1.0, 0.0])
    """
    n_items, q = len(ratings.items), len(ratings.classes)
    weight = np.ones(len(ratings.labelers)) if labeler_weight is None else labeler_weight
    if weight.shape != (len(ratings.labelers),) or not (weight >= 0).all():
        raise ValueError(f"labeler_weight: {len(ratings.labelers)} numbers from 0 up expected")
    votes = ratings.votes_per_item()
    cell, support = occupied_cells(ratings)
    share = support / votes[cell // q]
    entropy = totals(cell // q, -share * np.log2(share), n_items)
    own = weight[ratings.labeler]
    by_cell = totals(np.searchsorted(cell, ratings.item * q + ratings.code), own, len(cell))
    square = totals(ratings.item, own, n_items) ** 2
    same, self_pairs = totals(cell // q, by_cell**2, n_items), totals(ratings.item, own**2, n_items)
    with np.errstate(divide="ignore", invalid="ignore"):
        disputed = np.where(square - self_pairs > 1e-12, (square - same) / (square - self_pairs), 0.0)
    kept = np.flatnonzero(votes >= 2)
    order = kept[np.lexsort((kept, -entropy[kept], -disputed[kept]))]
    return AmbiguousItems(ratings.items, order, np.abs(entropy[order]), disputed[order], votes[order])


def items_of_pair(ratings: Ratings, first: int, second: int) -> IntArray:
    """Items on which both classes (indices) got votes, the most evenly split first.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1, 2, 2, 3, 3], list("abcabab"), [0, 0, 1, 0, 1, 0, 0])
    >>> r.items[items_of_pair(r, 0, 1)].tolist()
    [2, 1]
    """
    n = len(ratings.items)
    one = np.bincount(ratings.item[ratings.code == first], minlength=n)
    two = np.bincount(ratings.item[ratings.code == second], minlength=n)
    both = np.flatnonzero((one > 0) & (two > 0))
    balance = np.minimum(one, two)[both] / ratings.votes_per_item()[both]
    ranked: IntArray = both[np.lexsort((both, -balance))]
    return ranked
