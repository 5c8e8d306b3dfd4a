"""Resampling items with replacement, as weights on vote patterns (Efron 1979, doi:10.1214/aos/1176344552)."""

from collections.abc import Iterator

import numpy as np

from consistency.core.arrays import FloatArray, IntArray

FREQUENT = 16
"""Patterns carried by at least this many items are drawn as one multinomial; the rest item by item."""

BLOCK_CELLS = 4_000_000


def replicate_weights(n_items: IntArray, replicates: int, rng: np.random.Generator) -> Iterator[FloatArray]:
    """Blocks of shape ``(some replicates, patterns)``: how many resampled items carry each pattern.

    Exactly the multinomial of ``sum(n_items)`` draws. Drawing a frequent pattern's count is one binomial however
    many items carry it; rare patterns, of which there may be as many as items, are hit by uniform integers.
    """
    total = int(n_items.sum())
    if total == 0:
        raise ValueError("n_items: at least one item expected")
    frequent = np.flatnonzero(n_items >= FREQUENT)
    rare = np.flatnonzero(n_items < FREQUENT)
    rare_items = np.repeat(np.arange(len(rare)), n_items[rare])
    shares = np.append(n_items[frequent], len(rare_items)) / total
    block = max(1, min(replicates, BLOCK_CELLS // max(1, len(n_items))))
    for begin in range(0, replicates, block):
        size = min(block, replicates - begin)
        weights = np.zeros((size, len(n_items)))
        drawn = rng.multinomial(total, shares, size=size)
        weights[:, frequent] = drawn[:, :-1]
        if len(rare_items):
            for row, hits in zip(weights, drawn[:, -1].tolist(), strict=True):
                picked = rng.integers(0, len(rare_items), hits, dtype=np.int32)
                row[rare] = np.bincount(rare_items[picked], minlength=len(rare))
        yield weights


def percentile_interval(draws: FloatArray, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval over the defined draws; ``nan`` when a twentieth of them is undefined."""
    defined = draws[np.isfinite(draws)]
    if len(defined) < 0.95 * len(draws) or len(defined) == 0:
        return float("nan"), float("nan")
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
