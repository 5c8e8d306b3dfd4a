"""Resampling items with replacement, as weights on vote patterns (Efron 1979, doi:10.1214/aos/1176344552)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from consistency.core.arrays import BoolArray, FloatArray, IntArray

Words = NDArray[np.uint16]

FREQUENT = 32
"""Patterns carried by at least this many items are drawn as one multinomial; the rest item by item."""

MANY_RARE = 10_000
LEVELS = 2**16
BLOCK_CELLS = 2_000_000
EXACT_FLOAT32 = 2**24


def resampled_sums(
    n_items: IntArray, table: FloatArray, replicates: int, rng: np.random.Generator
) -> FloatArray:
    """Sums of ``table`` (patterns, figures) over resampled items, shape ``(replicates, figures)``.

    Each replicate draws ``sum(n_items)`` items, pattern p with probability ``n_items[p] / sum``. A frequent pattern's
    count is one binomial however many items carry it. Rare patterns, of which there may be as many as items, are hit
    by uniform integers; from `MANY_RARE` items on by independent Poisson counts, scaled to the number of hits
    (Hanley & MacGibbon 2006, doi:10.1016/j.cmpb.2006.04.006), which differ from the former by less than a thousandth.
    """
    total = int(n_items.sum())
    if total == 0:
        raise ValueError("n_items: at least one item expected")
    frequent = n_items >= FREQUENT
    n_rare = int(n_items[~frequent].sum())
    shares = np.append(n_items[frequent], n_rare) / total
    drawn = rng.multinomial(total, shares / shares.sum(), size=replicates)
    sums: FloatArray = drawn[:, :-1].astype(np.float64) @ table[frequent]
    if n_rare >= MANY_RARE:
        sums += _pattern_by_pattern(drawn[:, -1], n_items[~frequent], table[~frequent], rng)
    elif n_rare:
        rows = np.repeat(np.flatnonzero(~frequent), n_items[~frequent])
        sums += _item_by_item(drawn[:, -1], table[rows], rng)
    return sums


def _pattern_by_pattern(
    hits: IntArray, n_items: IntArray, rows: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Sums of rows under Poisson counts of mean ``n_items``, scaled to ``hits[r]`` hits in all.

    A count is how many steps of its cumulative distribution a number of 16 bits reaches.
    """
    order = np.argsort(n_items, kind="stable")
    n_items, rows = n_items[order], rows[order]
    means, begin = np.unique(n_items, return_index=True)
    groups = list(zip(begin.tolist(), [*begin[1:].tolist(), len(n_items)], strict=True))
    steps = [_poisson_steps(float(mean)) for mean in means]
    single = _sums_exactly_in_single(rows, int(hits.max(initial=0)))
    small = np.concatenate([rows[:, single].T, np.ones((1, len(rows)))], dtype=np.float32)
    large = np.ascontiguousarray(rows[:, ~single].T)
    sums, total = np.empty((len(hits), rows.shape[1])), np.empty(len(hits))
    block = min(len(hits), max(1, BLOCK_CELLS // len(rows)))
    shape = (len(rows), block)  # patterns of one mean lie together in memory
    counts, reached = np.empty(shape, dtype=np.uint8), np.empty(shape, dtype=np.bool_)
    for first in range(0, len(hits), block):
        draws = _words(rng, shape)
        counts[:] = 0
        for thresholds, (left, right) in zip(steps, groups, strict=True):
            part, count, passed = draws[left:right], counts[left:right], reached[left:right]
            for threshold in thresholds:
                np.greater_equal(part, threshold, out=passed)
                np.add(count, passed.view(np.uint8), out=count)
        here = slice(first, first + block)
        replicates = len(hits[here])
        products = (small @ counts.astype(np.float32))[:, :replicates]
        sums[here, single], total[here] = products[:-1].T, products[-1]
        if large.shape[0]:
            sums[here, ~single] = (large @ counts.astype(np.float64))[:, :replicates].T
    scaled: FloatArray = sums * (hits / total)[:, None]
    return scaled


def _words(rng: np.random.Generator, shape: tuple[int, int]) -> Words:
    """Random numbers of 16 bits, four from each the generator makes."""
    size = shape[0] * shape[1]
    raw = np.asarray(rng.bit_generator.random_raw(size // 4 + 1), dtype=np.uint64)
    words: Words = raw.view(np.uint16)[:size].reshape(shape)
    return words


def _poisson_steps(mean: float) -> Words:
    """Where a number of 16 bits passes from one count to the next, so that each has its Poisson share of them."""
    counts = np.arange(int(mean + 12 * mean**0.5 + 12))
    log_share = counts * np.log(mean) - mean - np.append(0.0, np.cumsum(np.log(counts[1:])))
    steps = np.rint(np.cumsum(np.exp(log_share)) * LEVELS)
    words: Words = steps[steps < LEVELS].astype(np.uint16)
    return words


def _sums_exactly_in_single(rows: FloatArray, hits: int) -> BoolArray:
    """Columns of integers small enough that single precision sums ``hits`` of them without rounding."""
    exact: BoolArray = (rows == np.rint(rows)).all(axis=0) & (np.abs(rows).max(axis=0) * hits < EXACT_FLOAT32)
    return exact


def _item_by_item(hits: IntArray, rows: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Sums of ``hits[r]`` rows picked uniformly. Columns of small integers are summed in single precision, exactly."""
    size = len(rows)
    whole = _sums_exactly_in_single(rows, int(hits.max(initial=0)))
    single, double = rows[:, whole].astype(np.float32), np.ascontiguousarray(rows[:, ~whole])
    sums = np.empty((len(hits), rows.shape[1]))
    block = max(1, BLOCK_CELLS // size)
    weights = np.empty((min(block, len(hits)), size), dtype=np.float32)
    for begin in range(0, len(hits), block):
        some = hits[begin : begin + block]
        for row, count in zip(weights, some.tolist(), strict=False):
            row[:] = np.bincount(rng.integers(0, size, count), minlength=size)
        used = weights[: len(some)]
        sums[begin : begin + block, whole] = used @ single
        sums[begin : begin + block, ~whole] = used.astype(np.float64) @ double if double.shape[1] else 0
    return sums


def percentile_interval(draws: FloatArray, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval over the defined draws; ``nan`` when a twentieth of them is undefined."""
    defined = draws[np.isfinite(draws)]
    if len(defined) < 0.95 * len(draws) or len(defined) == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
