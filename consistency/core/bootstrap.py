"""Resampling items with replacement, as weights on vote patterns (Efron 1979, doi:10.1214/aos/1176344552)."""

import numpy as np

from consistency.core.arrays import FloatArray, IntArray

FREQUENT = 32
"""Patterns carried by at least this many items are drawn as one multinomial; the rest item by item."""

BLOCK_CELLS = 4_000_000
EXACT_FLOAT32 = 2**24


def resampled_sums(
    n_items: IntArray, table: FloatArray, replicates: int, rng: np.random.Generator
) -> FloatArray:
    """Sums of ``table`` (patterns, figures) over resampled items, shape ``(replicates, figures)``.

    Each replicate draws ``sum(n_items)`` items, pattern p with probability ``n_items[p] / sum``. A frequent pattern's
    count is one binomial however many items carry it; rare patterns, of which there may be as many as items, are hit
    by uniform integers.
    """
    total = int(n_items.sum())
    if total == 0:
        raise ValueError("n_items: at least one item expected")
    frequent = n_items >= FREQUENT
    rare_rows = np.repeat(np.flatnonzero(~frequent), n_items[~frequent])
    shares = np.append(n_items[frequent], len(rare_rows)) / total
    drawn = rng.multinomial(total, shares / shares.sum(), size=replicates)
    sums: FloatArray = drawn[:, :-1].astype(np.float64) @ table[frequent]
    if len(rare_rows):
        sums += _item_by_item(drawn[:, -1], table[rare_rows], rng)
    return sums


def _item_by_item(hits: IntArray, rows: FloatArray, rng: np.random.Generator) -> FloatArray:
    """Sums of ``hits[r]`` rows picked uniformly. Columns of small integers are summed in single precision, exactly."""
    size = len(rows)
    whole = (rows == np.rint(rows)).all(axis=0) & (
        np.abs(rows).max(axis=0) * hits.max(initial=0) < EXACT_FLOAT32
    )
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
