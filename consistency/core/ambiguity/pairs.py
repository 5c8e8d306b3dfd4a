"""Which two classes are taken for each other beyond chance, and what merging them would do: all pairs at once."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from consistency.core.arrays import BoolArray, FloatArray, IntArray, NameArray, totals
from consistency.core.profiles import Profiles, profiles
from consistency.core.ratings import Ratings


@dataclass(frozen=True, eq=False, slots=True)
class ConfusedPairs:
    """Pairs of classes that met on an item, most harmful first; ``first < second`` index ``classes``.

    ``together``: coincidences of the two (Krippendorff's, an item of m votes counting m). ``lift``: how much more often
    they meet than two classes of their frequencies at the overall level of disagreement. ``impact``: their share of
    all disagreement. ``rate``: of the companions of a vote for the rarer class, the share that said the other.
    ``alpha_change``: nominal alpha with the two merged minus alpha of the same votes, with ``low`` and ``high`` at
    ``1 - 0.05 / pairs`` confidence. A merge of classes that meet by chance changes alpha by 0 on average, so the gain
    over a random merge is the change itself; AC1 has no such property: its expected change under a random merge is
    ``ac1_at_random``. ``ambiguous`` where ``low > 0``.
    """

    classes: NameArray
    alpha: float
    ac1: float
    first: IntArray
    second: IntArray
    together: FloatArray
    lift: FloatArray
    impact: FloatArray
    rate: FloatArray
    alpha_change: FloatArray
    low: FloatArray
    high: FloatArray
    ac1_change: FloatArray
    ac1_at_random: FloatArray
    ambiguous: BoolArray

    def clusters(self) -> list[list[object]]:
        """Classes chained by ambiguous pairs, each group in class order."""
        group = list(range(len(self.classes)))
        for a, b in zip(
            self.first[self.ambiguous].tolist(), self.second[self.ambiguous].tolist(), strict=True
        ):
            low, high = sorted((group[a], group[b]))
            group = [low if g == high else g for g in group]
        names = self.classes.tolist()
        found = [[names[c] for c, g in enumerate(group) if g == head] for head in sorted(set(group))]
        return [cluster for cluster in found if len(cluster) > 1]


def confused_pairs(votes: Ratings | Profiles) -> ConfusedPairs:
    """Every pair of classes that met, ranked by the gain in alpha when merged.

    With D the disagreement, ``E = (N^2 - sum n^2) / (N - 1)``, ``o`` the pair's coincidences:
    ``change = D / E - (D - 2 o) / (E - 2 n_c n_k / (N - 1))``. Its variance is the sum over items of the squared
    linearization, so that the interval is paired: both alphas come from the same items. With two classes in use a
    merge leaves one, and the change is ``nan``.

    >>> from consistency.core.profiles import profiles_of_tuples
    >>> rows = [((1, 1), 40), ((2, 2), 40), ((3, 3), 40), ((1, 2), 30), ((2, 3), 3), ((1, 3), 3)]
    >>> p = confused_pairs(profiles_of_tuples(rows))
    >>> p.first[0].item(), p.second[0].item(), p.ambiguous.tolist(), p.clusters()
    (0, 1, [True, False, False], [[1, 2]])
    """
    patterns = (profiles(votes) if isinstance(votes, Ratings) else votes).pairable()
    q, n = len(patterns.classes), patterns.class_votes().astype(np.float64)
    total, items = float(n.sum()), int(patterns.n_items.sum())
    m = patterns.votes().astype(np.float64)
    same = totals(patterns.pattern, patterns.count**2, len(patterns))
    disagreement = (m**2 - same) / (m - 1)
    weight = patterns.n_items.astype(np.float64)
    d, s = float(weight @ disagreement), float((n**2).sum())
    if items == 0 or d == 0:
        return _none(patterns)
    cells = _pair_cells(patterns, m)
    key, together = cells.sums(np.ones(len(cells.pattern)), 1)
    c, k = key // q, key % q
    e = (total**2 - s) / (total - 1)
    meeting = 2 * n[c] * n[k] / (total - 1)
    d_merged, e_merged = d - 2 * together, e - meeting
    mergeable = e_merged > 1e-9 * e
    e_safe = np.where(mergeable, e_merged, 1.0)
    change = np.where(mergeable, d / e - d_merged / e_safe, np.nan)
    # linearization: item i contributes  a D_i + u H_i + w (x n_ic + y n_ik + z m_i) + g o_i
    h = 1 + s / total**2 - 2 * n / total
    per_pattern = np.stack(
        [disagreement, totals(patterns.pattern, patterns.count * h[patterns.code], len(m)), m]
    )
    counts = _Moments(patterns, per_pattern, weight, cells)
    w = d_merged / e_safe**2
    scalars = np.stack([1 / e - 1 / e_safe, w - d / e**2, w * 2 * n[c] * n[k] / total**2])
    x, y, g = -2 * w * n[k] / total, -2 * w * n[c] / total, 2 / e_safe
    variance = counts.variance(scalars, x, y, g, c, k)
    reach = -float(ndtri(0.025 / max(1, len(key)))) * np.sqrt(
        np.maximum(variance, 0.0) * items / max(1, items - 1)
    )
    low, high = change - reach, change + reach
    ac1, ac1_change, at_random = _ac1(patterns, m, weight, cells, c, k)
    order = np.lexsort((-together, -np.nan_to_num(change, nan=-np.inf)))
    rarer = np.minimum(n[c], n[k])
    return ConfusedPairs(
        patterns.classes,
        1 - d / e,
        ac1,
        c[order],
        k[order],
        together[order],
        ((2 * together / meeting) / (d / e))[order],
        (2 * together / d)[order],
        (together / rarer)[order],
        change[order],
        low[order],
        high[order],
        ac1_change[order],
        at_random[order],
        np.asarray(low > 0)[order],
    )


def _none(patterns: Profiles) -> ConfusedPairs:
    whole, real = np.zeros(0, dtype=np.int64), np.zeros(0)
    used = np.count_nonzero(patterns.class_votes())
    value = 1.0 if used > 1 else float("nan")
    flag = np.zeros(0, dtype=np.bool_)
    return ConfusedPairs(
        patterns.classes,
        value,
        value,
        whole,
        whole,
        real,
        real,
        real,
        real,
        real,
        real,
        real,
        real,
        real,
        flag,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Cells:
    """Each pair of different classes of each pattern: their coincidence and their counts."""

    pattern: IntArray
    key: IntArray
    o: FloatArray
    first_count: FloatArray
    second_count: FloatArray
    weight: FloatArray
    keys: IntArray
    index: IntArray

    def sums(self, factor: FloatArray, power: int) -> tuple[IntArray, FloatArray]:
        """The pairs that occur, and the sum over items of ``o^power`` times ``factor``."""
        return self.keys, totals(self.index, self.weight * self.o**power * factor, len(self.keys))


def _pair_cells(patterns: Profiles, m: FloatArray) -> _Cells:
    q = len(patterns.classes)
    order = np.lexsort((patterns.code, patterns.pattern))
    pattern, code, count = patterns.pattern[order], patterns.code[order], patterns.count[order]
    size = np.bincount(pattern, minlength=len(patterns))
    start = np.cumsum(size) - size
    left, right = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for length in np.unique(size[size >= 2]).tolist():
        a, b = np.triu_indices(length, k=1)
        rows = start[size == length][:, None]
        left.append((rows + a).ravel())
        right.append((rows + b).ravel())
    one, two = np.concatenate(left), np.concatenate(right)
    first, second = count[one].astype(np.float64), count[two].astype(np.float64)
    of = pattern[one]
    key = code[one] * q + code[two]
    keys, index = np.unique(key, return_inverse=True)
    weight = patterns.n_items[of].astype(np.float64)
    return _Cells(of, key, first * second / (m[of] - 1), first, second, weight, keys, index)


@dataclass(frozen=True, eq=False, slots=True)
class _Moments:
    """Second moments over items of what the linearization of a pair's change is made of."""

    patterns: Profiles
    scalars: FloatArray
    weight: FloatArray
    cells: _Cells

    def variance(
        self, factor: FloatArray, x: FloatArray, y: FloatArray, g: FloatArray, c: IntArray, k: IntArray
    ) -> FloatArray:
        """Sum over items of ``(factor · scalars + x n_c + y n_k + g o)^2``, for each pair."""
        patterns, cells = self.patterns, self.cells
        q, at = len(patterns.classes), patterns.pattern
        between = (self.scalars * self.weight) @ self.scalars.T
        with_count = np.stack(
            [totals(patterns.code, patterns.count * (row * self.weight)[at], q) for row in self.scalars]
        )
        square = totals(patterns.code, patterns.count**2 * self.weight[at], q)
        cross = totals(cells.index, cells.weight * cells.first_count * cells.second_count, len(cells.keys))
        with_o = np.stack([cells.sums(row[cells.pattern], 1)[1] for row in self.scalars])
        o_square = cells.sums(np.ones(len(cells.o)), 2)[1]
        o_first, o_second = cells.sums(cells.first_count, 1)[1], cells.sums(cells.second_count, 1)[1]
        result = np.einsum("ap,ab,bp->p", factor, between, factor)
        result += 2 * (factor * (x * with_count[:, c] + y * with_count[:, k] + g * with_o)).sum(axis=0)
        result += x**2 * square[c] + y**2 * square[k] + 2 * x * y * cross
        result += g**2 * o_square + 2 * g * (x * o_first + y * o_second)
        variance: FloatArray = result
        return variance


def _ac1(
    patterns: Profiles, m: FloatArray, weight: FloatArray, cells: _Cells, c: IntArray, k: IntArray
) -> tuple[float, FloatArray, FloatArray]:
    """AC1, its change with each pair merged, and that change if the pair met by chance only."""
    q, items = len(patterns.classes), float(weight.sum())
    share = totals(patterns.code, patterns.count * (weight / m)[patterns.pattern], q) / items
    same = totals(patterns.pattern, patterns.count**2, len(patterns))
    agreement = float(weight @ ((same - m) / (m * (m - 1)))) / items
    now = _ac1_of(agreement, float(share @ (1 - share)), q)
    extra = cells.sums(2 / m[cells.pattern], 1)[1] / items
    meeting = 2 * share[c] * share[k]
    by_chance = (1 - agreement) * meeting / float(1 - (share**2).sum())
    spread = float(share @ (1 - share)) - meeting
    merged = _ac1_of(agreement + extra, spread, q - 1)
    at_random = _ac1_of(agreement + by_chance, spread, q - 1)
    return float(now), merged - now, at_random - now


def _ac1_of(agreement: FloatArray | float, spread: FloatArray | float, q: int) -> FloatArray:
    chance = np.asarray(spread) / (q - 1) if q > 1 else np.full(np.shape(spread), np.nan)
    value: FloatArray = (agreement - chance) / (1 - chance)
    return value
