"""Which attribute explains a disagreement about two classes: every field tried, every try paid for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from consistency.core.ambiguity.fields import Field
from consistency.core.ambiguity.places import (
    FEWEST_ITEMS,
    Pair,
    Places,
    places,
    ranges,
    votes_of_pair,
    without,
)
from consistency.core.ambiguity.thresholds import Thresholds, holm, line_of_each
from consistency.core.arrays import FloatArray, IntArray, counts, totals
from consistency.core.ratings import Ratings
from consistency.core.special import chi_square_tail

Kind = Literal["threshold", "place", "category"]
LEVEL = 0.01
LEAST_EXPLAINED = 0.1


@dataclass(frozen=True, eq=False, slots=True)
class Cause:
    """One field against the classes ``first`` and ``second`` (indices).

    ``threshold``: labelers draw their line on this number at different values. ``place``: ranges of this number are
    disputed more than others, though not by lines drawn differently. ``category``: the same of a category field.
    ``found`` where the corrected p-value is below 0.01, a tenth of the disagreement is explained, and the field says more
    than the better ones before it.
    """

    first: int
    second: int
    field: str
    kind: Kind
    explained: float
    p: float
    p_corrected: float
    found: bool
    reason: str
    thresholds: Thresholds | None = None
    places: Places | None = None


@dataclass(frozen=True, eq=False, slots=True)
class _Try:
    first: int
    second: int
    field: Field
    kind: Kind
    result: Thresholds | Places


def causes(
    ratings: Ratings, fields: Sequence[Field], pairs: Sequence[tuple[int, int]], *, level: float = LEVEL
) -> list[Cause]:
    """Every field against every pair of classes, p-values corrected over all of them; by pair, the best first.

    >>> from consistency.core.ambiguity.fields import field_of
    >>> from consistency.core.ratings import from_arrays
    >>> x = np.arange(120)
    >>> codes = np.concatenate([x > line for line in (40, 60, 80)]).astype(int)
    >>> ratings = from_arrays(np.tile(x, 3), np.repeat(["ann", "bo", "cy"], 120), codes)
    >>> noise = np.random.default_rng(0).permutation(120)
    >>> fields = [field_of("noise", [str(n) for n in noise]), field_of("size", [str(n) for n in x])]
    >>> best = causes(ratings, fields, [(0, 1)])[0]
    >>> best.field, best.kind, best.found, best.thresholds.threshold.tolist()
    ('size', 'threshold', True, [40.5, 60.5, 80.5])
    """
    tries: list[_Try] = []
    votes = {pair: votes_of_pair(ratings, *pair) for pair in pairs}
    for first, second in pairs:
        of_pair = votes[first, second]
        for field in fields:
            if field.reason:
                continue
            kind: Kind = "category"
            if field.numbers is not None:
                line = line_of_each(ratings, field.name, field.numbers, first, second)
                tries.append(_Try(first, second, field, "threshold", line))
                kind = "place"
            found = places(of_pair, *_placed(field, of_pair), len(ratings.labelers))
            tries.append(_Try(first, second, field, kind, found))
    corrected = holm([one.result.p for one in tries])
    judged: list[Cause] = []
    for pair in pairs:
        own = [(one, p) for one, p in zip(tries, corrected, strict=True) if (one.first, one.second) == pair]
        judged += _judge(votes[pair], own, level)
    return judged


def _judge(pair: Pair, tries: Sequence[tuple[_Try, float]], level: float) -> list[Cause]:
    """One after the other, the best at foretelling disputes first; what says nothing beyond those before is no finding."""
    foretold = {one.field.name: _foretold(one.field, pair) for one, _ in tries}
    ranked = sorted(
        tries,
        key=lambda one: (
            one[1] >= level,
            -foretold[one[0].field.name],
            one[0].field.name,
            one[0].kind != "threshold",
        ),
    )
    taken: list[_Try] = []
    judged: list[Cause] = []
    dispute = pair.dispute
    for one, p in ranked:
        result, reason = one.result, one.result.reason
        found = p < level and result.explained >= LEAST_EXPLAINED and not reason
        before = next((name for name in taken if name.field.name == one.field.name), None)
        if found and before is not None:
            found, reason = False, "this field explains it already"
        elif found and taken and _nothing_left(one, pair, dispute, level):
            found, reason = False, f"says nothing beyond {taken[-1].field.name}"
        elif not found and not reason:
            reason = "no more than chance" if p >= level else "explains less than a tenth"
        if found:
            taken.append(one)
            dispute = _left_over(one.field, pair, dispute)
        judged.append(
            Cause(
                one.first,
                one.second,
                one.field.name,
                one.kind,
                result.explained,
                result.p,
                p,
                found,
                reason,
                result if isinstance(result, Thresholds) else None,
                result if isinstance(result, Places) else None,
            )
        )
    return sorted(judged, key=lambda cause: not cause.found)


def _foretold(field: Field, pair: Pair) -> float:
    """Share of the variance of the items' dispute that other items of like value tell (the item itself left out)."""
    varied = float(pair.dispute.var())
    return 1 - float((_left_over(field, pair, pair.dispute) ** 2).mean()) / varied if varied else 0.0


def _nothing_left(one: _Try, pair: Pair, left: FloatArray, level: float) -> bool:
    """Whether the places of the field all have a mean of 0 in what is left (each with a variance of its own)."""
    code, names = _placed(one.field, pair)
    at = code[pair.items]
    known, n = at >= 0, len(names)
    items = counts(at[known], n).astype(np.float64)
    total, square = totals(at[known], left[known], n), totals(at[known], left[known] ** 2, n)
    several = items >= FEWEST_ITEMS
    mean = total[several] / items[several]
    variance = (square[several] / items[several] - mean**2) / (items[several] - 1)
    spread = variance > 0
    statistic = float((mean[spread] ** 2 / variance[spread]).sum())
    return float(chi_square_tail(max(1, int(spread.sum())), statistic)) >= level


def _left_over(field: Field, pair: Pair, dispute: FloatArray) -> FloatArray:
    """The dispute of each item minus the mean of the other items of like value."""
    left: FloatArray = dispute - dispute.mean()
    if field.numbers is not None:
        values = field.numbers[pair.items]
        known = np.isfinite(values)
        left[known] = without(values[known], dispute[known])
        return left
    at = _placed(field, pair)[0][pair.items]
    items, total = (
        counts(at[at >= 0], len(field.categories)),
        totals(at[at >= 0], dispute[at >= 0], len(field.categories)),
    )
    known = (at >= 0) & (items[at] >= 2)
    others = (total[at] - dispute) / np.maximum(1, items[at] - 1)
    left[known] = (dispute - others)[known]
    return left


def _placed(field: Field, pair: Pair) -> tuple[IntArray, tuple[str, ...]]:
    """The place of every item of the ratings, and what the places are called."""
    if field.numbers is not None:
        return ranges(field.numbers, pair.items)
    if field.code is not None:
        return field.code, field.categories
    raise ValueError(f"field: {field.name} can explain nothing: {field.reason}")
