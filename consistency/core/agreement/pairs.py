"""Agreement of every pair of labelers, of a labeler with the others, and which classes are taken for which."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from consistency.core.arrays import FloatArray, IntArray, NameArray
from consistency.core.profiles import Profiles, profiles
from consistency.core.ratings import Ratings

BLOCK_PAIRS = 4_000_000


@dataclass(frozen=True, eq=False, slots=True)
class PairMatrix:
    """Pairs of labelers who share an item, as parallel arrays; ``first < second`` index ``labelers``.

    ``alpha`` is nominal alpha over the shared items, ``nan`` where both used one and the same class throughout.
    """

    labelers: NameArray
    first: IntArray
    second: IntArray
    items: IntArray
    agreement: FloatArray
    alpha: FloatArray

    def of(self, first: int, second: int) -> tuple[int, float, float]:
        """Shared items, agreement and alpha of two labelers (indices); zeros of evidence give ``nan``."""
        low, high = min(first, second), max(first, second)
        at = np.flatnonzero((self.first == low) & (self.second == high))
        if len(at) == 0:
            return 0, float("nan"), float("nan")
        return int(self.items[at[0]]), float(self.agreement[at[0]]), float(self.alpha[at[0]])


@dataclass(frozen=True, eq=False, slots=True)
class AgainstOthers:
    """For each labeler: the mean share of the others who gave an item the labeler's class.

    ``chance`` is what two independent answers with the labeler's and the others' habits would share;
    ``corrected = (agreement - chance) / (1 - chance)``. ``items`` counts the labeler's answers on items that somebody
    else answered too. ``se`` treats those items as independent.
    """

    labelers: NameArray
    items: IntArray
    agreement: FloatArray
    se: FloatArray
    chance: FloatArray
    corrected: FloatArray


def pair_matrix(ratings: Ratings) -> PairMatrix:
    """Agreement and nominal alpha of each pair of labelers, over the items both answered.

    Two votes an item make ``alpha = 1 - (2n - 1) · 2d / (4n^2 - sum_c n_c^2)`` with n shared items, d of them
    disagreeing, and n_c votes a class by the two together. Memory grows with the pairs that meet and the classes.

    >>> from consistency.core.ratings import from_arrays
    >>> m = pair_matrix(from_arrays([1, 1, 2, 2, 3, 3], ["a", "b"] * 3, [1, 1, 2, 2, 1, 2]))
    >>> m.items.tolist(), m.agreement.round(3).tolist(), m.alpha.round(3).tolist()
    ([3], [0.667], [0.444])
    """
    n_labelers, n_classes = len(ratings.labelers), len(ratings.classes)
    dense = n_labelers * n_labelers * (n_classes + 2) <= 4 * BLOCK_PAIRS
    parts = [_tally(first, second, ratings, dense) for first, second in pairs_in_items(ratings)]
    if dense:
        size = n_labelers * n_labelers
        totals = np.zeros((size, n_classes + 2), dtype=np.int64)
        for _, table in parts:
            totals += table
        keys = np.flatnonzero(totals[:, 0])
        totals = totals[keys]
    elif parts:
        keys, inverse = np.unique(np.concatenate([key for key, _ in parts]), return_inverse=True)
        totals = np.zeros((len(keys), n_classes + 2), dtype=np.int64)
        np.add.at(totals, inverse, np.concatenate([table for _, table in parts]))
    else:
        keys, totals = np.zeros(0, dtype=np.int64), np.zeros((0, n_classes + 2), dtype=np.int64)
    items, agreeing, class_votes = totals[:, 0], totals[:, 1], totals[:, 2:].astype(np.float64)
    votes = 2.0 * items
    expected = votes**2 - (class_votes**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = np.where(expected > 0, 1 - (votes - 1) * 2.0 * (items - agreeing) / expected, np.nan)
        agreement = agreeing / items
    return PairMatrix(ratings.labelers, keys // n_labelers, keys % n_labelers, items, agreement, alpha)


@dataclass(frozen=True, eq=False, slots=True)
class PairTables:
    """For each pair of labelers who share an item: how often ``first`` said c while ``second`` said k."""

    first: IntArray
    second: IntArray
    tables: IntArray


def pair_tables(ratings: Ratings) -> PairTables:
    """Contingency tables, shape ``(pairs, classes, classes)``: what every coefficient of two labelers starts from.

    Memory grows with pairs times classes squared; `pair_matrix` is for many of both.

    >>> from consistency.core.ratings import from_arrays
    >>> pair_tables(from_arrays([1, 1, 2, 2], ["b", "a"] * 2, [0, 1, 1, 1])).tables.tolist()
    [[[0, 0], [1, 1]]]
    """
    n_labelers, q = len(ratings.labelers), len(ratings.classes)
    keys, sums = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    for one, other in pairs_in_items(ratings):
        swap = ratings.labeler[one] > ratings.labeler[other]
        first, second = np.where(swap, other, one), np.where(swap, one, other)
        pair = ratings.labeler[first] * n_labelers + ratings.labeler[second]
        cell = (pair * q + ratings.code[first]) * q + ratings.code[second]
        distinct, index = np.unique(np.concatenate([keys, cell]), return_inverse=True)
        sums = np.bincount(index, np.concatenate([sums, np.ones(len(cell))])).astype(np.int64)
        keys = distinct
    pairs, place = np.unique(keys // (q * q), return_inverse=True)
    tables = np.zeros((len(pairs), q * q), dtype=np.int64)
    tables[place, keys % (q * q)] = sums
    return PairTables(pairs // n_labelers, pairs % n_labelers, tables.reshape(-1, q, q))


def _tally(first: IntArray, second: IntArray, ratings: Ratings, dense: bool) -> tuple[IntArray, IntArray]:
    """Shared items, agreements and votes a class of each pair of labelers among these pairs of votes."""
    n_labelers, n_classes = len(ratings.labelers), len(ratings.classes)
    a, b = ratings.labeler[first], ratings.labeler[second]
    key = np.minimum(a, b) * n_labelers + np.maximum(a, b)
    if dense:
        keys, index, size = np.arange(n_labelers * n_labelers), key, n_labelers * n_labelers
    else:
        keys, index = np.unique(key, return_inverse=True)
        size = len(keys)
    one, two = ratings.code[first], ratings.code[second]
    table = np.empty((size, n_classes + 2), dtype=np.int64)
    table[:, 0] = np.bincount(index, minlength=size)
    table[:, 1] = np.bincount(index[one == two], minlength=size)
    votes = np.bincount(index * n_classes + one, minlength=size * n_classes)
    votes += np.bincount(index * n_classes + two, minlength=size * n_classes)
    table[:, 2:] = votes.reshape(size, n_classes)
    return keys, table


def pairs_in_items(ratings: Ratings) -> Iterator[tuple[IntArray, IntArray]]:
    """Blocks of vote indices: every unordered pair of votes by two different labelers on one item."""
    votes = ratings.votes_per_item()
    order = np.arange(len(ratings)) if _grouped(ratings.item) else np.argsort(ratings.item, kind="stable")
    start = np.cumsum(votes) - votes
    for length in np.unique(votes[votes >= 2]).tolist():
        begin = start[votes == length]
        left, right = np.triu_indices(length, k=1)
        per_block = max(1, BLOCK_PAIRS // len(left))
        for at in range(0, len(begin), per_block):
            rows = begin[at : at + per_block, None]
            for columns in range(0, len(left), BLOCK_PAIRS):
                some = slice(columns, columns + BLOCK_PAIRS)
                first, second = order[rows + left[some]].ravel(), order[rows + right[some]].ravel()
                different = ratings.labeler[first] != ratings.labeler[second]
                yield (first, second) if different.all() else (first[different], second[different])


def _grouped(item: IntArray) -> bool:
    return bool((item[1:] >= item[:-1]).all())


def labeler_against_others(ratings: Ratings) -> AgainstOthers:
    """How far each labeler agrees with the other answers on the same items, raw and corrected for chance.

    >>> from consistency.core.ratings import from_arrays
    >>> a = labeler_against_others(from_arrays([1, 1, 1, 2, 2], ["a", "b", "c", "a", "b"], [1, 1, 2, 2, 2]))
    >>> a.agreement.tolist(), a.items.tolist()
    ([0.75, 0.75, 0.0], [2, 2, 1])
    """
    n_classes, n_labelers = len(ratings.classes), len(ratings.labelers)
    votes = ratings.votes_per_item()
    cell = ratings.item * n_classes + ratings.code
    counts = np.bincount(cell, minlength=len(votes) * n_classes)
    others = votes[ratings.item] - 1
    counted = others > 0
    share = (counts[cell[counted]] - 1) / others[counted]
    labeler, code = ratings.labeler[counted], ratings.code[counted]
    items = np.bincount(labeler, minlength=n_labelers)
    with np.errstate(divide="ignore", invalid="ignore"):
        agreement = np.bincount(labeler, share, minlength=n_labelers) / items
        spread = np.bincount(labeler, (share - agreement[labeler]) ** 2, minlength=n_labelers)
        se = np.sqrt(spread / (items - 1) / items)
        se[items < 2] = np.nan
        own = np.bincount(labeler * n_classes + code, minlength=n_labelers * n_classes).reshape(
            n_labelers, n_classes
        )
        total = np.bincount(code, minlength=n_classes)
        rest = total[None, :] - own
        own_share = own / own.sum(axis=1, keepdims=True)
        rest_share = rest / rest.sum(axis=1, keepdims=True)
        chance = (own_share * rest_share).sum(axis=1)
        corrected = np.where(chance < 1, (agreement - chance) / (1 - chance), np.nan)
    return AgainstOthers(ratings.labelers, items, agreement, se, chance, corrected)


def confusion(votes: Ratings | Profiles) -> FloatArray:
    """Coincidences of classes, shape ``(classes, classes)``: each item's ordered pairs of votes, weighted so that an
    item of m votes counts m (Krippendorff's coincidence matrix). Symmetric; the sum is the number of pairable votes.

    >>> from consistency.core.profiles import profiles_of_tuples
    >>> confusion(profiles_of_tuples([((1, 1), 3), ((1, 2), 2)])).tolist()
    [[6.0, 2.0], [2.0, 0.0]]
    """
    patterns = (profiles(votes) if isinstance(votes, Ratings) else votes).pairable()
    n_classes = len(patterns.classes)
    matrix = np.zeros((n_classes, n_classes))
    per_item = patterns.n_items / np.maximum(patterns.votes() - 1, 1)
    rows = max(1, BLOCK_PAIRS // max(1, n_classes))
    for begin in range(0, len(patterns), rows):
        size = min(rows, len(patterns) - begin)
        cells = slice(*np.searchsorted(patterns.pattern, [begin, begin + size]).tolist())
        table = np.zeros((size, n_classes))
        table[patterns.pattern[cells] - begin, patterns.code[cells]] = patterns.count[cells]
        matrix += table.T @ (table * per_item[begin : begin + size, None])
    own = np.bincount(patterns.code, patterns.count * per_item[patterns.pattern], minlength=n_classes)
    matrix[np.diag_indices(n_classes)] -= own
    return matrix
