"""Agreement on drawn answers (boxes, spans, …): found the same things, and drew them alike.

The caller matches the elements of each two answers through the label type and passes the numbers; nothing here knows
what a box is. Items where nobody drew anything are kept apart: they agree trivially and would flatter every figure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.arrays import FloatArray, IntArray
from consistency.core.bootstrap import percentile_interval, resampled_sums
from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from consistency.core.ratings import Ratings


@dataclass(frozen=True, slots=True)
class DrawnAgreement:
    """``f1`` at one IoU threshold and mean IoU of what matched, over pairs of labelers; empty items apart."""

    f1: Estimate
    matched_iou: Estimate
    pairs: int
    both_empty: int
    one_empty: int


def drawn_agreement(
    item: IntArray,
    tp: IntArray,
    fp: IntArray,
    fn: IntArray,
    *,
    matched_item: IntArray,
    iou: FloatArray,
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> DrawnAgreement:
    """F1 ``= 2 TP / (2 TP + FP + FN)`` and mean matched IoU, pooled over pairs of labelers and items.

    ``item``, ``tp``, ``fp``, ``fn`` have one entry per (item, pair of labelers): elements matched at or above the IoU
    threshold, and left over on either side. ``matched_item`` and ``iou`` have one entry per matched pair of elements.
    F1 is symmetric, so it does not matter which labeler is called the reference. Intervals resample items.

    >>> one = np.array([1, 1, 2])
    >>> d = drawn_agreement(one, np.array([2, 1, 0]), np.array([0, 1, 0]), np.array([0, 0, 0]),
    ...     matched_item=np.array([1, 1, 1]), iou=np.array([0.9, 0.8, 0.7]))
    >>> round(d.f1.value, 4), round(d.matched_iou.value, 2), d.both_empty
    (0.8571, 0.8, 1)
    """
    for name, column in (("tp", tp), ("fp", fp), ("fn", fn)):
        if column.shape != item.shape:
            raise ValueError(f"{name}: {len(item)} entries expected as in item, got {len(column)}")
        if (column < 0).any():
            raise ValueError(f"{name}: row {int(np.flatnonzero(column < 0)[0])} is negative")
    if matched_item.shape != iou.shape:
        raise ValueError(f"iou: {len(matched_item)} entries expected as in matched_item, got {len(iou)}")
    if not ((iou >= 0) & (iou <= 1)).all():
        raise ValueError("iou: values from 0 to 1 expected")
    drawn = tp + fp + fn > 0
    both_empty = int(np.count_nonzero(~drawn))
    one_empty = int(np.count_nonzero(drawn & (tp == 0) & ((fp == 0) | (fn == 0))))
    found = 2 * tp[drawn].astype(np.float64)
    alone = "" if len(item) else "no item has two answers yet"
    f1 = _pooled_ratio(
        item[drawn], found, found + fp[drawn] + fn[drawn], rng, replicates, alone or "nobody drew anything"
    )
    matched = _pooled_ratio(
        matched_item, iou, np.ones(len(iou)), rng, replicates, alone or "no two elements matched"
    )
    return DrawnAgreement(f1, matched, int(np.count_nonzero(drawn)), both_empty, one_empty)


def _pooled_ratio(
    item: IntArray,
    numerator: FloatArray,
    denominator: FloatArray,
    rng: np.random.Generator | None,
    replicates: int,
    why_undefined: str,
) -> Estimate:
    """Sum over sum, with a bootstrap over items."""
    if len(item) == 0:
        return undefined(why_undefined)
    _, index = np.unique(item, return_inverse=True)
    above, below = np.bincount(index, numerator), np.bincount(index, denominator)
    n_items, value = len(above), float(above.sum() / below.sum())
    reason = too_little_for_interval(n_items, 1.0)
    if rng is None and not reason:
        reason = "interval not asked for"
    if reason or rng is None:
        return Estimate(value, reason=reason, n_items=n_items, n_answers=len(item))
    sums = resampled_sums(np.ones(n_items, dtype=np.int64), np.column_stack([above, below]), replicates, rng)
    draws = sums[:, 0] / sums[:, 1]
    low, high = percentile_interval(draws)
    return Estimate(
        value,
        low,
        high,
        interval=f"bootstrap over items, {replicates} replicates",
        n_items=n_items,
        n_answers=len(item),
    )


def presence_alpha(
    ratings: Ratings, *, rng: np.random.Generator | None = None, replicates: int = 1000
) -> dict[str, Estimate]:
    """Nominal alpha of "does this class occur in the item", a facet a class, votes 1 and 0."""
    return {
        name: nominal_alpha(part, rng=rng, replicates=replicates) for name, part in ratings.by_facet().items()
    }
