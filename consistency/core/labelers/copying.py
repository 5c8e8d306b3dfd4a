"""Who copies whom: two labelers who give the same wrong answer more often than independent people would."""

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtrc

from consistency.core.arrays import BoolArray, FloatArray, IntArray, NameArray, counts
from consistency.core.ratings import Ratings

MINIMUM_ITEMS = 10
MINIMUM_SAME = 5
SIGNIFICANT = 0.01
PRIOR = 4.0
CLEAR = 2 / 3
LARGEST_RATE = 4.0
LARGEST_CHANCE = 0.9
MOST_LABELERS = 3_000


@dataclass(frozen=True, eq=False, slots=True)
class CopyingPairs:
    """Pairs of labelers with at least `MINIMUM_ITEMS` comparable items, as parallel arrays, the least likely first.

    ``items`` both answered and something to hold them against is known; ``same_wrong`` of them they answered alike and
    otherwise than that; ``expected`` is how many that would be of two independent people who err as often on items as
    hard. ``p`` is the chance of so many or more, ``corrected`` the same for all pairs together (Bonferroni). ``found``
    marks pairs with ``corrected < SIGNIFICANT`` and at least `MINIMUM_SAME`.
    """

    labelers: NameArray
    first: IntArray
    second: IntArray
    items: IntArray
    same_wrong: IntArray
    expected: FloatArray
    p: FloatArray
    corrected: FloatArray
    found: BoolArray


@dataclass(frozen=True, eq=False, slots=True)
class _Item:
    """An item's votes as seen without two of them: by the classes these two gave, what is right and how likely they
    are to be wrong alike. ``reference`` is -1 where nothing is to be held against."""

    labelers: IntArray
    codes: IntArray
    reference: IntArray
    chance: FloatArray


def copying_pairs(ratings: Ratings, known: IntArray) -> CopyingPairs:
    """Compare every two labelers on items they both answered. ``known`` has a class an item, -1 where none is known:
    there the plurality of the others counts, where it is one class and at least two others answered.

    For an item i without the two votes, ``pi_i(c) = (n_i(c) + s q(c | r)) / (n_i + s)`` estimates how likely somebody
    says c: hard items stay hard. A labeler's rate ``rho`` is their errors over those that ``pi`` expects. Under
    independence both give the same wrong class with chance ``e_i = rho_a rho_b sum_{c != r} pi_i(c)^2``, times how much
    pairs that neither is part of exceed this (``>= 1``). ``p`` is the upper tail of a binomial of ``items`` trials with
    the mean of ``e_i``, whose tail is no lighter than that of unequal chances (Hoeffding 1956).

    >>> from consistency.core.ratings import from_arrays
    >>> rng = np.random.default_rng(1)
    >>> answers = np.where(rng.random((5, 60)) < 0.7, 0, rng.integers(1, 5, (5, 60)))
    >>> answers[1] = answers[0]
    >>> item, labeler = np.tile(np.arange(60), 5), np.repeat(np.arange(5), 60)
    >>> made = copying_pairs(from_arrays(item, labeler, answers.ravel()), np.zeros(60, dtype=np.int64))
    >>> [(int(made.first[at]), int(made.second[at])) for at in np.flatnonzero(made.found)]
    [(0, 1)]
    """
    n = len(ratings.labelers)
    if len(known) != len(ratings.items):
        raise ValueError("known: must have one entry an item")
    if n > MOST_LABELERS:
        raise ValueError(f"ratings: more than {MOST_LABELERS} labelers")
    seen = _items(ratings, known)
    rate = _rates(seen, n)
    items, same, expected = (np.zeros((n, n)) for _ in range(3))
    for one in seen:
        at = np.ix_(one.labelers, one.labelers)
        reference = one.reference[one.codes[:, None], one.codes]
        is_judged = reference >= 0
        is_same = is_judged & (one.codes[:, None] == one.codes) & (one.codes != reference)
        likely = np.outer(rate[one.labelers], rate[one.labelers]) * one.chance[one.codes[:, None], one.codes]
        items[at] += is_judged
        same[at] += is_same
        expected[at] += np.where(is_judged, np.minimum(likely, LARGEST_CHANCE), 0.0)
    for table in (items, same, expected):
        np.fill_diagonal(table, 0.0)
    expected = np.minimum(expected * _excess(same, expected), LARGEST_CHANCE * items)
    first, second = np.nonzero(np.triu(items >= MINIMUM_ITEMS, 1))
    return _tested(
        ratings.labelers, first, second, items[first, second], same[first, second], expected[first, second]
    )


def _tested(
    labelers: NameArray,
    first: IntArray,
    second: IntArray,
    items: FloatArray,
    same: FloatArray,
    expected: FloatArray,
) -> CopyingPairs:
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = np.where(same > 0, bdtrc(same - 1, items.astype(np.int64), expected / items), 1.0)
    p = np.asarray(tail, dtype=np.float64)
    corrected = np.minimum(p * len(p), 1.0)
    order = np.lexsort((second, first, p))
    found = (corrected < SIGNIFICANT) & (same >= MINIMUM_SAME)
    return CopyingPairs(
        labelers,
        first[order],
        second[order],
        items[order].astype(np.int64),
        same[order].astype(np.int64),
        expected[order],
        p[order],
        corrected[order],
        np.asarray(found[order]),
    )


def _items(ratings: Ratings, known: IntArray) -> list[_Item]:
    """Each item that can say something about a pair; somebody's second vote about one is left out."""
    order = np.lexsort((np.arange(len(ratings)), ratings.labeler, ratings.item))
    item, labeler, code = ratings.item[order], ratings.labeler[order], ratings.code[order]
    is_first = np.ones(len(item), dtype=np.bool_)
    is_first[1:] = (item[1:] != item[:-1]) | (labeler[1:] != labeler[:-1])
    item, labeler, code = item[is_first], labeler[is_first], code[is_first]
    classes = len(ratings.classes)
    begins = np.searchsorted(item, np.arange(len(ratings.items) + 1))
    confused = _confusion(item, code, known, begins, classes)
    found = []
    for at, (begin, end) in enumerate(zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True)):
        truth = int(known[at])
        if end - begin < (2 if truth >= 0 else 4):
            continue
        given = code[begin:end]
        reference, chance = _without_two(counts(given, classes), np.unique(given), truth, confused)
        found.append(_Item(labeler[begin:end], given, reference, chance))
    return found


def _confusion(item: IntArray, code: IntArray, known: IntArray, begins: IntArray, classes: int) -> FloatArray:
    """``q(c | r)`` over everybody: what is said where r is known, or leads the item's vote."""
    table = np.full((classes, classes), 0.5)
    for at, (begin, end) in enumerate(zip(begins[:-1].tolist(), begins[1:].tolist(), strict=True)):
        votes = counts(code[begin:end], classes)
        leads = np.flatnonzero((votes > 0) & (votes == votes.max(initial=0)))
        if known[at] >= 0:
            table[known[at]] += votes
        elif len(leads) == 1 and end - begin > 1:
            table[leads[0]] += votes
    shares: FloatArray = table / table.sum(axis=1, keepdims=True)
    return shares


def _without_two(
    votes: IntArray, given: IntArray, truth: int, confused: FloatArray
) -> tuple[IntArray, FloatArray]:
    classes = len(votes)
    reference = np.full((classes, classes), -1, dtype=np.int64)
    chance = np.zeros((classes, classes))
    for x in given.tolist():
        for y in given.tolist():
            rest = votes.copy()
            rest[x] -= 1
            rest[y] -= 1
            if rest.min() < 0:
                continue  # only one of them gave it: no pair
            is_clear = rest.sum() >= 2 and rest.max() >= CLEAR * rest.sum()
            right = truth if truth >= 0 else int(rest.argmax()) if is_clear else -1
            if right < 0:
                continue
            likely = (rest + PRIOR * confused[right]) / (rest.sum() + PRIOR)
            likely[right] = 0.0
            reference[x, y], chance[x, y] = right, float((likely**2).sum())
    return reference, chance


def _rates(seen: list[_Item], n: int) -> FloatArray:
    """How often each labeler errs, over how often everybody does on the same items."""
    wrong, judged = np.zeros(n), np.zeros(n)
    share = np.zeros(n)
    for one in seen:
        reference = one.reference[one.codes, one.codes]
        lone = reference < 0  # nobody else gave their class: what holds for them with any other
        if lone.any():
            others = one.reference[one.codes].max(axis=1)
            reference = np.where(lone, others, reference)
        is_judged = reference >= 0
        is_wrong = is_judged & (one.codes != reference)
        wrong[one.labelers] += is_wrong
        judged[one.labelers] += is_judged
        share[one.labelers] += np.where(is_judged, is_wrong.sum() / max(int(is_judged.sum()), 1), 0.0)
    rate: FloatArray = np.clip((wrong + 1) / (share + 1), 1.0, LARGEST_RATE)
    return rate


def _excess(same: FloatArray, expected: FloatArray) -> FloatArray:
    """How much pairs that neither of the two is part of exceed what is expected, at least 1."""
    observed, wanted = (
        table.sum() / 2 - table.sum(axis=1)[:, None] - table.sum(axis=1)[None, :] + table
        for table in (same, expected)
    )
    excess: FloatArray = np.maximum((observed + 1) / (np.maximum(wanted, 0) + 1), 1.0)
    return excess
