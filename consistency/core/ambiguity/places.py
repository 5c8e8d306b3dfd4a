"""Where disagreement lies: categories of an attribute, or ranges of a number, that are disputed more than others."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from consistency.core.arrays import BoolArray, FloatArray, IntArray, counts, totals
from consistency.core.ratings import Ratings
from consistency.core.special import chi_square_tail, expit

SIGNIFICANT = 0.01
FEWEST_ITEMS = 5
FEWEST_CELL = 5
RIDGE = 1e-3


@dataclass(frozen=True, eq=False, slots=True)
class Places:
    """Entries a place. ``items`` with two answers of the pair and more, ``disputed`` the share of their pairs of answers
    that disagree, ``high[g, v]`` how often labeler g says the second class there (``nan`` below 5 answers).

    ``explained``: the share of disagreement above what the calmer places have, or, where labelers treat places
    differently, the share of disagreeing pairs that both labelers' own habits there predict. ``p`` is twice the smaller of
    two p-values: are places disputed differently (Kruskal & Wallis 1952 over items, doi:10.1080/01621459.1952.10483441);
    do labelers treat them differently (likelihood ratio).
    """

    names: tuple[str, ...]
    items: IntArray
    disputed: FloatArray
    high: FloatArray
    explained: float
    p: float
    reason: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Pair:
    """The votes for two classes on items that drew two of them and more; ``dispute`` has an entry an item."""

    item: IntArray
    labeler: IntArray
    second: BoolArray
    items: IntArray
    index: IntArray
    dispute: FloatArray


def votes_of_pair(ratings: Ratings, first: int, second: int) -> Pair:
    kept = np.isin(ratings.code, [first, second])
    votes = counts(ratings.item[kept], len(ratings.items))
    kept &= (votes >= 2)[ratings.item]
    item, said = ratings.item[kept], ratings.code[kept] == second
    items, index = np.unique(item, return_inverse=True)
    m, high = counts(index, len(items)), counts(index[said], len(items))
    dispute = 2.0 * high * (m - high) / np.maximum(1, m * (m - 1))
    return Pair(item, ratings.labeler[kept], said, items, index, dispute)


def places(pair: Pair, code: IntArray, names: tuple[str, ...], n_labelers: int) -> Places:
    """``code`` gives the place of each item of the ratings, -1 where unknown."""
    at = code[pair.items]
    n = len(names)
    items = counts(at[at >= 0], n)
    m = counts(pair.index, len(pair.items))
    pairs = m * (m - 1) / 2.0
    known = at >= 0
    weight, disputed = (totals(at[known], row[known], n) for row in (pairs, pairs * pair.dispute))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = disputed / weight
    usable = items >= FEWEST_ITEMS
    vote_at = at[pair.index]
    cell = np.where(vote_at >= 0, pair.labeler * n + vote_at, -1)
    said, high = (counts(cell[mask], n_labelers * n) for mask in (cell >= 0, (cell >= 0) & pair.second))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(said >= FEWEST_CELL, high / said, np.nan).reshape(n_labelers, n)
    if usable.sum() < 2:
        reason = f"fewer than two values with {FEWEST_ITEMS} items of the two classes"
        return Places(names, items, rate, share, 0.0, 1.0, reason)
    inside = known & usable[at]
    p_place = kruskal_wallis(at[inside], pair.dispute[inside])
    p_habit = _habits_differ(pair, vote_at, usable)
    explained = 0.0
    if p_place < SIGNIFICANT:
        explained = _above_the_calm(rate[usable], weight[usable])
    if p_habit < SIGNIFICANT:
        explained = max(explained, _by_habit(pair, vote_at, share))
    return Places(names, items, rate, share, explained, min(1.0, 2 * min(p_place, p_habit)))


def ranges(values: FloatArray, items: IntArray, parts: int = 5) -> tuple[IntArray, tuple[str, ...]]:
    """A number cut into ranges of about as many of ``items`` each: the range of every item, and what to call them.

    >>> ranges(np.array([1.0, 2, 3, 4, np.nan]), np.arange(5), parts=2)
    (array([ 0,  0,  1,  1, -1]), ('1 to 2.5', '2.5 to 4'))
    """
    known = values[items][np.isfinite(values[items])]
    if len(known) == 0:
        return np.full(len(values), -1, dtype=np.int64), ()
    edges = np.unique(np.quantile(known, np.linspace(0, 1, parts + 1)))
    code = np.where(np.isfinite(values), np.searchsorted(edges[1:-1], values, side="right"), -1)
    names = tuple(f"{low:.4g} to {high:.4g}" for low, high in pairwise(edges))
    return code.astype(np.int64), names or (f"{edges[0]:.4g}",)


def kruskal_wallis(group: IntArray, values: FloatArray) -> float:
    """p-value of all groups having the same ranks, corrected for ties; 1 where there is nothing to compare.

    >>> round(kruskal_wallis(np.array([0, 0, 0, 1, 1, 1]), np.array([1.0, 2, 3, 4, 5, 6])), 3)
    0.05
    """
    used, index = np.unique(group, return_inverse=True)
    _, inverse, size = np.unique(values, return_inverse=True, return_counts=True)
    n, k = len(values), len(used)
    if k < 2 or len(size) < 2:
        return 1.0
    rank = (np.cumsum(size) - (size - 1) / 2.0)[inverse]
    many = counts(index, k)
    statistic = 12 / (n * (n + 1)) * float((totals(index, rank, k) ** 2 / many).sum()) - 3 * (n + 1)
    statistic /= 1 - float((size.astype(np.float64) ** 3 - size).sum()) / (float(n) ** 3 - n)
    return float(chi_square_tail(k - 1, max(0.0, statistic)))


def without(values: FloatArray, dispute: FloatArray) -> FloatArray:
    """Dispute of the items minus that of their neighbors on ``values``: what the attribute leaves unexplained."""
    order = np.argsort(values, kind="stable")
    sorted_dispute = dispute[order]
    n = len(order)
    reach = max(5, n // 50)
    total = np.concatenate([[0.0], np.cumsum(sorted_dispute)])
    low = np.maximum(0, np.arange(n) - reach)
    high = np.minimum(n, np.arange(n) + reach + 1)
    near = (total[high] - total[low] - sorted_dispute) / np.maximum(1, high - low - 1)
    left = np.empty(n)
    left[order] = sorted_dispute - near
    return left


def _above_the_calm(rate: FloatArray, weight: FloatArray) -> float:
    """Share of the disagreement that would be gone if every place had the rate of those below the overall rate."""
    overall = float(rate @ weight) / float(weight.sum())
    calm = rate <= overall
    if overall == 0 or not calm.any():
        return 0.0
    base = float(rate[calm] @ weight[calm]) / float(weight[calm].sum())
    return max(0.0, 1 - base / overall)


def _by_habit(pair: Pair, vote_at: IntArray, share: FloatArray) -> float:
    """Share of the disagreeing pairs in which both did what they mostly do there."""
    habit = np.where(vote_at >= 0, share[pair.labeler, vote_at], np.nan)
    n = len(pair.items)
    with np.errstate(invalid="ignore"):
        usual_high, usual_low = habit > 0.5, habit < 0.5
    above, below = counts(pair.index[pair.second], n), counts(pair.index[~pair.second], n)
    right_above = counts(pair.index[pair.second & usual_high], n)
    right_below = counts(pair.index[~pair.second & usual_low], n)
    whole = float((above * below).sum())
    return float((right_above * right_below).sum()) / whole if whole else 0.0


def _habits_differ(pair: Pair, vote_at: IntArray, usable: BoolArray) -> float:
    """p-value of a rate of its own for every labeler and place, against labelers and places adding up on the logit."""
    kept = (vote_at >= 0) & usable[np.maximum(vote_at, 0)]
    labelers, g = np.unique(pair.labeler[kept], return_inverse=True)
    placed, v = np.unique(vote_at[kept], return_inverse=True)
    rows, columns = len(labelers), len(placed)
    cell, chose = g * columns + v, pair.second[kept].astype(np.float64)
    said = totals(cell, np.ones(len(cell)), rows * columns).reshape(rows, columns)
    high = totals(cell, chose, rows * columns).reshape(rows, columns)
    enough = (said >= FEWEST_CELL).all(axis=1)
    said, high = said[enough], high[enough]
    rows = len(said)
    if rows < 2 or columns < 2:
        return 1.0
    expected = _adding_up(said, high)
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(high > 0, high * np.log(high / (said * expected)), 0.0)
        low = said - high
        apart += np.where(low > 0, low * np.log(low / (said * (1 - expected))), 0.0)
    return float(chi_square_tail((rows - 1) * (columns - 1), max(0.0, 2 * float(apart.sum()))))


def _adding_up(said: FloatArray, high: FloatArray) -> FloatArray:
    """Rates of a logistic with a term a row and one a column (a slight ridge keeps it finite)."""
    rows, columns = said.shape
    design = np.zeros((rows * columns, rows + columns))
    design[np.arange(rows * columns), np.repeat(np.arange(rows), columns)] = 1
    design[np.arange(rows * columns), rows + np.tile(np.arange(columns), rows)] = 1
    beta, n, y = np.zeros(rows + columns), said.ravel(), high.ravel()
    for _ in range(100):
        p = expit(design @ beta)
        information = (design * (n * p * (1 - p))[:, None]).T @ design + RIDGE * np.eye(rows + columns)
        step = np.linalg.solve(information, design.T @ (y - n * p) - RIDGE * beta)
        step *= min(1.0, 3.0 / max(float(np.abs(step).max()), 1e-300))
        beta = beta + step
        if float(np.abs(step).max()) < 1e-8:
            break
    fitted: FloatArray = np.clip(expit(design @ beta), 1e-12, 1 - 1e-12).reshape(rows, columns)
    return fitted
