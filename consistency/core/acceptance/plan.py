"""Acceptance by sampling: how many items of a delivery to check, and how many wrong ones still let it pass.

A plan (n, c) accepts a batch when at most c of n sampled items are wrong. With the share p of wrong items the chance is

    P(accept) = sum over k <= c of C(n, k) p^k (1 - p)^(n - k)

for a batch much larger than the sample, and hypergeometric for a batch of a known size. The smallest plan is sought that
accepts a good batch and refuses a bad one with the wanted chances (Guenther 1969, Journal of Quality Technology 1, 105-109).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

MOST_SAMPLED = 20_000


@dataclass(frozen=True)
class Demand:
    """A share of wrong items, and the chance of accepting a batch that has it."""

    wrong: float
    accepted: float


@dataclass(frozen=True)
class Plan:
    """Check `size` items; accept the batch if at most `tolerated` of them are wrong."""

    size: int
    tolerated: int


class NoPlan(ValueError):
    """No sample is enough: the batch would have to be checked as a whole."""


def chance(plan: Plan, wrong: float, batch: int | None = None) -> float:
    """The chance that a batch with this share of wrong items is accepted.

    >>> round(chance(Plan(50, 1), 0.02), 4)
    0.7358
    >>> chance(Plan(20, 0), 0.5, batch=20)
    0.0
    """
    if batch is None:
        return _binomial(plan, wrong)
    return _hypergeometric(plan, round(wrong * batch), batch)


def smallest_plan(good: Demand, bad: Demand, batch: int | None = None) -> Plan:
    """The plan with the fewest checks that accepts at least `good.accepted` and at most `bad.accepted`.

    >>> smallest_plan(Demand(0.01, 0.95), Demand(0.10, 0.10))
    Plan(size=52, tolerated=2)
    """
    if not 0 <= good.wrong < bad.wrong <= 1:
        raise ValueError("wrong: a good batch has a smaller share of wrong items than a bad one")
    if not 0 < bad.accepted < good.accepted < 1:
        raise ValueError("accepted: a good batch is accepted with a higher chance than a bad one")
    most = MOST_SAMPLED if batch is None else batch
    size = 1
    for tolerated in range(most):
        size = _fewest(tolerated, max(size, tolerated + 1), bad, batch, most)
        if chance(Plan(size, tolerated), good.wrong, batch) >= good.accepted:
            return Plan(size, tolerated)
    raise NoPlan


def operating_curve(plan: Plan, shares: Sequence[float], batch: int | None = None) -> list[float]:
    """The chance of acceptance at each share of wrong items."""
    return [chance(plan, share, batch) for share in shares]


def _fewest(tolerated: int, least: int, bad: Demand, batch: int | None, most: int) -> int:
    """The fewest checks at which a bad batch passes rarely enough; its chance falls as the sample grows."""
    low, high = least, most
    if chance(Plan(high, tolerated), bad.wrong, batch) > bad.accepted:
        raise NoPlan
    while low < high:
        middle = (low + high) // 2
        if chance(Plan(middle, tolerated), bad.wrong, batch) <= bad.accepted:
            high = middle
        else:
            low = middle + 1
    return low


def _binomial(plan: Plan, wrong: float) -> float:
    if wrong <= 0:
        return 1.0
    if wrong >= 1:
        return 1.0 if plan.tolerated >= plan.size else 0.0
    n, right_log, odds_log = plan.size, math.log1p(-wrong), math.log(wrong) - math.log1p(-wrong)
    return min(
        1.0,
        math.fsum(
            math.exp(_log_choose(n, k) + k * odds_log + n * right_log)
            for k in range(min(plan.tolerated, n) + 1)
        ),
    )


def _hypergeometric(plan: Plan, wrong: int, batch: int) -> float:
    n = min(plan.size, batch)
    whole = _log_choose(batch, n)
    fewest = max(0, n - (batch - wrong))
    return min(
        1.0,
        math.fsum(
            math.exp(_log_choose(wrong, k) + _log_choose(batch - wrong, n - k) - whole)
            for k in range(fewest, min(plan.tolerated, n, wrong) + 1)
        ),
    )


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
