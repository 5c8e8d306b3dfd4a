"""Has agreement risen? Paired on the same items, old votes mapped to the new classes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import numpy as np

from consistency.core.agreement.tabulation import item_agreement
from consistency.core.arrays import FloatArray, totals
from consistency.core.bootstrap import percentile_interval, resampled_sums
from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from consistency.core.ratings import Ratings, map_ratings


@dataclass(frozen=True, slots=True)
class Change:
    """Nominal alpha before (old votes mapped) and after on the shared items, and the paired difference."""

    before: float
    after: float
    difference: Estimate


def alpha_change(
    before: Ratings,
    after: Ratings,
    *,
    mapping: Mapping[int, int] | Mapping[str, str] | None = None,
    rng: np.random.Generator,
    replicates: int = 1000,
) -> Change:
    """Alpha of ``after`` minus alpha of ``before`` read through ``mapping``, on items with two answers in both.

    Merging classes raises the figure of old and new votes alike, so it cannot pass as progress. Each replicate
    resamples items and takes both alphas from the same ones.

    >>> from consistency.core.ratings import from_arrays
    >>> old = from_arrays([1, 1, 2, 2, 3, 3], list("ababab"), [1, 2, 1, 1, 3, 3])
    >>> change = alpha_change(old, old, mapping={2: 1}, rng=np.random.default_rng(0))
    >>> change.before, change.after < 1
    (1.0, True)
    """
    old = map_ratings(before, mapping) if mapping else before
    _, old_item, new_item = np.intersect1d(old.items, after.items, return_indices=True)
    enough = (old.votes_per_item()[old_item] >= 2) & (after.votes_per_item()[new_item] >= 2)
    n = int(enough.sum())
    left_out = {"items without two answers in both": int(max(old.n_items, after.n_items) - n)}
    if n == 0:
        return Change(nan, nan, undefined("no item has two answers before and after", left_out=left_out))
    tables = [_sums(old, old_item[enough]), _sums(after, new_item[enough])]
    width = tables[0].shape[1]
    table = np.concatenate(tables, axis=1)
    ones = np.ones(n, dtype=np.int64)
    was, now = (float(_alpha(part.sum(axis=0)[None, :])[0]) for part in tables)
    if np.isnan(was) or np.isnan(now):
        reason = "only one class was used, so chance agreement is certain"
        return Change(was, now, undefined(reason, n_items=n, left_out=left_out))
    class_votes = tables[1].sum(axis=0)[1:]
    differing = min(int(np.count_nonzero(part[:, 0] > 1e-12)) for part in tables)
    reason = too_little_for_interval(n, 1 - float(class_votes.max() / class_votes.sum()), differing=differing)
    low, high = nan, nan
    if not reason:
        sums = resampled_sums(ones, table, replicates, rng)
        low, high = percentile_interval(_alpha(sums[:, width:]) - _alpha(sums[:, :width]))
    interval = "" if reason else f"paired bootstrap over items, {replicates} replicates"
    answers = int(class_votes.sum())
    return Change(
        was,
        now,
        Estimate(
            now - was, low, high, reason, interval=interval, n_items=n, n_answers=answers, left_out=left_out
        ),
    )


def _sums(ratings: Ratings, items: np.ndarray[tuple[int], np.dtype[np.int64]]) -> FloatArray:
    """Disagreement over m - 1 and votes a class of each of ``items``."""
    n, q = len(ratings.items), len(ratings.classes)
    votes = ratings.votes_per_item().astype(np.float64)
    disagreement = (1 - item_agreement(ratings, np.eye(q))) * votes
    counts = totals(ratings.item * q + ratings.code, np.ones(len(ratings)), n * q).reshape(n, q)
    return np.concatenate([disagreement[items, None], counts[items]], axis=1)


def _alpha(sums: FloatArray) -> FloatArray:
    total = sums[:, 1:].sum(axis=1)
    expected = (total**2 - (sums[:, 1:] ** 2).sum(axis=1)) / (total - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha: FloatArray = np.where(expected > 0, 1 - sums[:, 0] / expected, nan)
    return alpha
