"""What every chance-corrected coefficient starts from, a row a vote pattern, and the step from rows to an interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import nan, sqrt

import numpy as np

from consistency.core.agreement.weights import Scheme, class_scores, weight_matrix
from consistency.core.arrays import FloatArray
from consistency.core.bootstrap import percentile_interval, resampled_sums
from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from consistency.core.profiles import Profiles, profiles
from consistency.core.ratings import Ratings

BLOCK_CELLS = 4_000_000


@dataclass(frozen=True, eq=False, slots=True)
class Tabulation:
    """``counts[p, c]`` votes of class c in pattern p, ``m[p]`` votes in all, carried by ``n_items[p]`` items.

    ``agreement[p]`` is the weighted share of agreeing pairs (0 where m < 2) and ``share[p, c] = counts / m``.
    """

    counts: FloatArray
    m: FloatArray
    n_items: FloatArray
    weights: FloatArray
    agreement: FloatArray

    @property
    def total(self) -> float:
        """Items with one answer or more."""
        return float(self.n_items.sum())

    @property
    def pairable(self) -> float:
        """Items with two answers or more."""
        return float(self.n_items[self.m >= 2].sum())

    @property
    def observed(self) -> float:
        """Mean weighted agreement over the pairable items."""
        return float(self.agreement @ self.n_items) / self.pairable

    @property
    def class_share(self) -> FloatArray:
        """Mean over items of the share of each class."""
        shares: FloatArray = (self.counts / self.m[:, None]).T @ self.n_items / self.total
        return shares


def tabulate(votes: Ratings | Profiles, scheme: Scheme = "identity") -> Tabulation:
    """Counts and weighted agreement of each vote pattern."""
    patterns = profiles(votes) if isinstance(votes, Ratings) else votes
    scores = class_scores(patterns.classes)
    counts = patterns.table().astype(np.float64)
    m = counts.sum(axis=1)
    weights = weight_matrix(scheme, scores)
    pairs = (counts * (counts @ weights - 1)).sum(axis=1)
    return Tabulation(
        counts, m, patterns.n_items.astype(np.float64), weights, pairs / np.maximum(m * (m - 1), 1)
    )


def item_agreement(ratings: Ratings, weights: FloatArray) -> FloatArray:
    """Weighted share of agreeing pairs of each item (0 below two votes), in blocks of items."""
    n_items, q = len(ratings.items), len(weights)
    order = np.argsort(ratings.item, kind="stable")
    item, code = ratings.item[order], ratings.code[order]
    agreement = np.zeros(n_items)
    block = max(1, BLOCK_CELLS // q)
    for begin in range(0, n_items, block):
        size = min(block, n_items - begin)
        some = slice(*np.searchsorted(item, [begin, begin + size]).tolist())
        table = np.bincount((item[some] - begin) * q + code[some], minlength=size * q).reshape(size, q)
        m = table.sum(axis=1)
        pairs = (table * (table @ weights - 1)).sum(axis=1)
        agreement[begin : begin + size] = pairs / np.maximum(m * (m - 1), 1)
    return agreement


def why_undefined(table: Tabulation) -> str:
    """The reason no coefficient exists, or ""."""
    if table.pairable == 0:
        return "no item has two answers"
    if np.count_nonzero(table.n_items @ table.counts) < 2:
        return "only one class was used, so chance agreement is certain"
    return ""


def nothing(table: Tabulation, reason: str) -> Estimate:
    """The estimate that does not exist, with what was looked at."""
    return undefined(
        reason, n_items=int(table.pairable), n_answers=int(table.n_items @ table.m), left_out=left_out(table)
    )


def left_out(table: Tabulation) -> dict[str, int]:
    """Items with one answer add to the chance term only: they cannot agree or disagree."""
    return {"items with one answer": int(table.total - table.pairable)}


@dataclass(frozen=True, eq=False, slots=True)
class Resampling:
    """An interval from resampled items instead of the linearized one."""

    rng: np.random.Generator
    replicates: int

    def of(self, estimate: Estimate, draws: FloatArray) -> Estimate:
        """The estimate with the interval of its replicates, withheld where the other one would be."""
        low, high = (nan, nan) if estimate.reason else percentile_interval(draws)
        return replace(
            estimate,
            low=low,
            high=high,
            se=float(np.nanstd(draws, ddof=1)) if np.isfinite(draws).sum() > 1 else nan,
            interval="" if estimate.reason else f"bootstrap over items, {self.replicates} replicates",
        )


def resampling(rng: np.random.Generator | None, replicates: int) -> Resampling | None:
    """What to resample with; ``None`` where no ``rng`` was given."""
    return None if rng is None else Resampling(rng, replicates)


def corrected(
    table: Tabulation,
    chance: float,
    chance_of_pattern: FloatArray | None,
    chance_of_shares: Callable[[FloatArray], FloatArray],
    resample: Resampling | None,
) -> Estimate:
    """``(observed - chance) / (1 - chance)`` with the linearized standard error of Gwet.

    ``chance_of_pattern[p]`` is what an item of pattern p contributes to the chance term (its mean is ``chance``);
    ``None`` where chance does not depend on the data. With n items and n' pairable ones, item i contributes
    ``x_i = (n/n') (a_i - chance [m_i >= 2]) / (1 - chance) - 2 (1 - k) (c_i - chance) / (1 - chance)`` and
    ``se^2 = sum (x_i - k)^2 / (n (n - 1))`` (Gwet 2014, eq. 5.1 ff.; doi:10.1348/000711006X126600). The interval is
    Student's with n - 1 degrees of freedom, ended at 1. With ``resample``, both come from resampled items;
    ``chance_of_shares`` is chance as a function of class shares, ``(replicates, classes) -> (replicates,)``.
    """
    n, value = table.total, (table.observed - chance) / (1 - chance)
    scale = n / table.pairable / (1 - chance)
    part = scale * (table.agreement - chance * (table.m >= 2))
    if chance_of_pattern is not None:
        part = part - 2 * (1 - value) * (chance_of_pattern - chance) / (1 - chance)
    estimate = with_interval(table, value, float(table.n_items @ (part - value) ** 2), n)
    if resample is None:
        return estimate
    pairable = (table.m >= 2).astype(np.float64)
    rows = np.column_stack([table.agreement, pairable, table.counts / table.m[:, None]])
    sums = resampled_sums(table.n_items.astype(np.int64), rows, resample.replicates, resample.rng)
    return resample.of(estimate, drawn(sums[:, 0] / sums[:, 1], chance_of_shares(sums[:, 2:] / n)))


def drawn(observed: FloatArray, chance: FloatArray) -> FloatArray:
    """The coefficient of each replicate; ``nan`` where chance agreement is certain."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values: FloatArray = np.where(chance < 1 - 1e-12, (observed - chance) / (1 - chance), nan)
    return values


def with_interval(table: Tabulation, value: float, squares: float, n: float) -> Estimate:
    """The estimate with ``se^2 = squares / (n (n - 1))`` and Student's interval, withheld where it says too little."""
    se = sqrt(squares / (n * (n - 1))) if n > 1 else nan
    class_votes = table.n_items @ table.counts
    split = (table.m >= 2) & ((table.counts > 0).sum(axis=1) > 1)
    reason = too_little_for_interval(
        int(n),
        1 - float(class_votes.max() / class_votes.sum()),
        differing=float(table.n_items[split].sum()),
    )
    reach = nan if reason else students_t(n - 1) * se
    return Estimate(
        value,
        nan if reason else value - reach,
        nan if reason else min(1.0, value + reach),
        reason,
        se,
        "" if reason else "Student, linearized over items",
        int(table.pairable),
        int(class_votes.sum()),
        left_out(table),
    )


def students_t(freedom: float) -> float:
    """The .975 quantile of Student's t by the expansion around the normal one (Abramowitz & Stegun 26.7.5).

    Right to 9 digits from 99 degrees of freedom, below which no interval is given.

    >>> round(students_t(99), 9), round(students_t(1e9), 6)
    (1.984216952, 1.959964)
    """
    z = 1.959963984540054
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / freedom**power for power, term in enumerate(terms, start=1))
