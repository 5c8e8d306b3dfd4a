"""Human level, and a model beside it, measured against one and the same leave-one-out reference."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from consistency.core.arrays import FloatArray, IntArray, NameArray, counts, totals
from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from consistency.core.ratings import Ratings

Z95 = 1.959963984540054
CELLS = 2_000_000


@dataclass(frozen=True, eq=False, slots=True)
class HumanLevel:
    """``people``: how often a left-out person is in line with the vote of the rest, averaged over items;
    ``model``: how often the model is with the same rests, and ``gap = model - people`` paired by item."""

    people: Estimate
    model: Estimate
    gap: Estimate
    labelers: NameArray
    per_labeler: FloatArray
    answers: IntArray


def human_level(
    ratings: Ratings, predictions: Mapping[int, int] | Mapping[int, str] | Mapping[str, str]
) -> HumanLevel:
    """For each vote, the reference is the plain vote of the item's other answers (a tie of k classes scores 1/k).

    Scoring the model against the full vote would favor people, whose own answer is in it; so a prediction is scored
    against the very references the people were, and the two are averaged over the same items. Needs items with two
    answers or more; an item without a prediction counts for people's figure only.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1, 2, 2, 2], list("abcabc"), [0, 0, 0, 0, 0, 1])
    >>> h = human_level(r, {1: 0, 2: 0})
    >>> round(h.people.value, 3), round(h.model.value, 3), round(h.gap.value, 3)
    (0.667, 0.833, 0.167)
    """
    n_items, q, n_labelers = len(ratings.items), len(ratings.classes), len(ratings.labelers)
    m = ratings.votes_per_item()
    kept = m[ratings.item] >= 2
    item, code, labeler = ratings.item[kept], ratings.code[kept], ratings.labeler[kept]
    if len(item) == 0:
        none = undefined("no item has two answers")
        empty = np.full(n_labelers, nan)
        return HumanLevel(none, none, none, ratings.labelers, empty, counts(labeler, n_labelers))
    position: dict[object, int] = {name: index for index, name in enumerate(ratings.classes.tolist())}
    given: dict[object, object] = dict(predictions.items())
    predicted = np.array(
        [position.get(given[name], q) if name in given else -1 for name in ratings.items.tolist()],
        dtype=np.int64,
    )
    person, machine = _credits(item, code, predicted, q)
    per_item = totals(item, person, n_items)[m >= 2] / m[m >= 2]
    by_model = totals(item, machine, n_items)[m >= 2] / m[m >= 2]
    has = predicted[m >= 2] >= 0
    spread = 1 - float(counts(code, q).max()) / len(code)
    with np.errstate(invalid="ignore"):
        per_labeler = totals(labeler, person, n_labelers) / counts(labeler, n_labelers)
    return HumanLevel(
        _mean(per_item, 1.0, spread, "no item has two answers"),
        _mean(by_model[has], 1.0, spread, "no item with two answers has a prediction"),
        _mean((by_model - per_item)[has], 0.0, spread, "no item with two answers has a prediction"),
        ratings.labelers,
        per_labeler,
        counts(labeler, n_labelers),
    )


def _credits(item: IntArray, code: IntArray, predicted: IntArray, q: int) -> tuple[FloatArray, FloatArray]:
    """What each answer, and the prediction of its item, earn against the item's other answers; so many votes at a time
    that their counts by class stay small."""
    person, machine = np.empty(len(item)), np.empty(len(item))
    order = np.argsort(item, kind="stable")
    bounds = np.append(np.flatnonzero(np.diff(item[order], prepend=-1)), len(item))
    first = 0
    while first < len(item):
        whole = np.searchsorted(bounds, [first + CELLS // q, first], side="right") - [1, 0]
        last = int(bounds[whole.max()])  # whole items, one at least
        some = order[first:last]
        local = np.cumsum(np.diff(item[some], prepend=item[some[0]]) != 0)
        rows = np.arange(len(some))
        rest = counts(local * q + code[some], (int(local[-1]) + 1) * q).reshape(-1, q)[local]
        rest[rows, code[some]] -= 1
        best = rest == rest.max(axis=1, keepdims=True)
        credit = np.append(best / best.sum(axis=1, keepdims=True), np.zeros((len(some), 1)), axis=1)
        person[some] = credit[rows, code[some]]
        machine[some] = credit[rows, predicted[item[some]]]
        first = last
    return person, machine


def _mean(values: FloatArray, alike: float, spread: float, why: str) -> Estimate:
    """Mean over items, which are the independent units, with its normal interval; ``alike`` is the value of an item on
    which all are in line."""
    n = len(values)
    if n == 0:
        return undefined(why)
    value = float(values.mean())
    se = sqrt(float(values.var()) / (n - 1)) if n > 1 else nan
    reason = too_little_for_interval(n, spread, differing=int((np.abs(values - alike) > 1e-9).sum()))
    if reason:
        return Estimate(value, reason=reason, se=se, n_items=n)
    return Estimate(value, value - Z95 * se, value + Z95 * se, se=se, interval="normal over items", n_items=n)
