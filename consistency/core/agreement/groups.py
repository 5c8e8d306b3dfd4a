"""Agreement inside groups of votes (slices of items, teams of labelers, stretches of time) and between two teams."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.tabulation import students_t
from consistency.core.arrays import FloatArray, Indexed, IntArray, counts
from consistency.core.estimate import MINIMUM_ITEMS, Estimate, too_little_for_interval, undefined
from consistency.core.ratings import Ratings

MOST_STRETCHES = 12


@dataclass(frozen=True, slots=True)
class GroupAgreement:
    """One group of votes by its name, what it holds, and nominal alpha inside it."""

    name: str
    items: int
    answers: int
    alpha: Estimate


@dataclass(frozen=True, slots=True)
class Stretch:
    """Items answered from ``begin`` to ``end``, and nominal alpha of them."""

    begin: float
    end: float
    items: int
    alpha: Estimate


def by_group(
    ratings: Ratings, group: Indexed, *, rng: np.random.Generator | None = None, replicates: int = 1000
) -> list[GroupAgreement]:
    """Nominal alpha inside each group; ``group`` has an entry a vote. A vote without a group ("") is in none.

    By a field of the items these are slices; by one of the labelers, teams, whose members' votes are compared with
    each other's only.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 2, 2, 3, 3], ["a", "b"] * 3, [1, 1, 2, 1, 2, 2])
    >>> [(g.name, g.items) for g in by_group(r, Indexed(np.array([0, 0, 0, 0, 1, 1]), np.array(["x", "y"])))]
    [('x', 2), ('y', 1)]
    """
    if group.index.shape != ratings.item.shape:
        raise ValueError(f"group: {len(ratings)} entries expected, one a vote, got {len(group.index)}")
    found = []
    for at, name in enumerate(group.names.tolist()):
        part = ratings.where(group.index == at)
        if name != "" and len(part):
            alpha = nominal_alpha(part, rng=rng, replicates=replicates)
            found.append(GroupAgreement(str(name), part.n_items, len(part), alpha))
    return found


def between_teams(ratings: Ratings, first: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Estimate:
    """Do two teams agree, whatever goes on inside each? ``first`` marks the votes of one team, the others are the other's.

    With s and t the shares of a class among the two teams' answers on an item both answered, and p and r their means
    over these items: ``1 - mean(1 - sum_c s t) / (1 - sum_c p r)`` (Vanbelle & Albert 2009,
    Psychometrika 74: Agreement between two independent groups of raters); standard error linearized over items, Student's interval.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 2, 2, 3, 3], ["a", "b"] * 3, ["x", "x", "y", "y", "x", "y"])
    >>> round(between_teams(r, r.labeler == 0).value, 4)
    0.4
    """
    n_items, q = len(ratings.items), len(ratings.classes)
    one, other = ratings.where(first), ratings.where(~first)
    shared = np.flatnonzero((one.votes_per_item() > 0) & (other.votes_per_item() > 0))
    n = len(shared)
    if n == 0:
        return undefined("no item was answered by both teams")
    s, t = (_shares(part.item, part.code, n_items, q)[shared] for part in (one, other))
    p, r = s.mean(axis=0), t.mean(axis=0)
    observed, expected = 1 - (s * t).sum(axis=1), 1 - float(p @ r)
    if expected < 1e-12:
        return undefined("both teams used one and the same class, so chance agreement is certain", n_items=n)
    value = 1 - float(observed.mean()) / expected
    moved = 1 - (s @ r + t @ p) + float(p @ r) - expected
    part = (observed - observed.mean() - (1 - value) * moved) / expected
    se = sqrt(float(part @ part) / (n * (n - 1))) if n > 1 else nan
    differing = float(np.count_nonzero(observed > 1e-12))
    reason = too_little_for_interval(n, 1 - float((p + r).max()) / 2, differing=differing)
    reach = nan if reason else students_t(n - 1) * se
    kind = "" if reason else "Student, linearized over items"
    return Estimate(value, value - reach, min(1.0, value + reach) if not reason else nan, reason, se, kind, n)


def _shares(item: IntArray, code: IntArray, n_items: int, q: int) -> FloatArray:
    table = counts(item * q + code, n_items * q).reshape(n_items, q).astype(np.float64)
    shares: FloatArray = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    return shares


def by_time(
    ratings: Ratings, *, rng: np.random.Generator | None = None, replicates: int = 1000
) -> list[Stretch]:
    """Nominal alpha over time: items in the order of their last answer, in equal stretches of 100 items and more.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays(np.repeat(np.arange(250), 2), np.tile([0, 1], 250), np.repeat(np.arange(250) % 2, 2),
    ...     time=np.arange(500.0))
    >>> [(s.begin, s.end, s.items) for s in by_time(r)]
    [(1.0, 249.0, 125), (251.0, 499.0, 125)]
    """
    if ratings.time is None:
        raise ValueError("ratings: times expected")
    last = np.full(len(ratings.items), -np.inf)
    np.maximum.at(last, ratings.item, ratings.time)
    items = np.flatnonzero(ratings.votes_per_item() >= 2)
    if len(items) == 0:
        return []
    ordered = items[np.argsort(last[items], kind="stable")]
    stretches = np.array_split(ordered, min(MOST_STRETCHES, max(1, len(items) // MINIMUM_ITEMS)))
    found = []
    for some in stretches:
        chosen = np.zeros(len(ratings.items), dtype=np.bool_)
        chosen[some] = True
        alpha = nominal_alpha(ratings.where(chosen[ratings.item]), rng=rng, replicates=replicates)
        found.append(Stretch(float(last[some[0]]), float(last[some[-1]]), len(some), alpha))
    return found
