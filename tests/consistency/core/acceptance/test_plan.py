"""Sampling plans against exact counting, and against figures that others printed."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consistency.core.acceptance.plan import Demand, NoPlan, Plan, chance, operating_curve, smallest_plan


def exactly(plan: Plan, wrong: Fraction) -> Fraction:
    """The binomial sum in whole fractions."""
    return sum(
        (
            comb(plan.size, k) * wrong**k * (1 - wrong) ** (plan.size - k)
            for k in range(min(plan.tolerated, plan.size) + 1)
        ),
        Fraction(0),
    )


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 40))
@settings(deadline=None)
def test_the_chance_is_the_binomial_sum(size: int, tolerated: int, fortieths: int) -> None:
    wrong = Fraction(fortieths, 40)
    assert chance(Plan(size, tolerated), float(wrong)) == pytest.approx(
        float(exactly(Plan(size, tolerated), wrong)), abs=1e-9
    )


@given(st.integers(1, 40), st.data())
@settings(deadline=None)
def test_of_a_known_batch_the_chance_counts_its_samples(batch: int, data: st.DataObject) -> None:
    wrong = data.draw(st.integers(0, batch))
    size = data.draw(st.integers(1, batch))
    tolerated = data.draw(st.integers(0, size))
    samples = sum(
        comb(wrong, k) * comb(batch - wrong, size - k) for k in range(min(tolerated, wrong, size) + 1)
    )
    assert chance(Plan(size, tolerated), wrong / batch, batch) == pytest.approx(
        samples / comb(batch, size), abs=1e-9
    )


def test_a_plan_is_the_one_that_kiermeier_printed() -> None:
    """A. Kiermeier, Visualizing and Assessing Acceptance Sampling Plans, Journal of Statistical Software 26 (2008)."""
    assert smallest_plan(Demand(0.05, 0.95), Demand(0.15, 0.075)) == Plan(80, 7)


@pytest.mark.parametrize("batch", [None, 150, 600])
@pytest.mark.parametrize(("good", "bad"), [(0.01, 0.05), (0.02, 0.08), (0.0, 0.1), (0.05, 0.2)])
def test_no_smaller_plan_keeps_both_promises(good: float, bad: float, batch: int | None) -> None:
    found = smallest_plan(Demand(good, 0.95), Demand(bad, 0.10), batch)
    assert chance(found, good, batch) >= 0.95
    assert chance(found, bad, batch) <= 0.10
    for size in range(1, found.size):
        for tolerated in range(min(size, 25)):
            smaller = Plan(size, tolerated)
            assert chance(smaller, good, batch) < 0.95 or chance(smaller, bad, batch) > 0.10


def test_where_no_sample_is_enough_the_plan_says_so() -> None:
    with pytest.raises(NoPlan):
        smallest_plan(Demand(0.0100, 0.99), Demand(0.0101, 0.01))


def test_the_operating_curve_falls_from_one_to_nought() -> None:
    curve = operating_curve(Plan(80, 5), [share / 50 for share in range(51)])
    assert curve[0] == 1.0
    assert curve[-1] == 0.0
    assert curve == sorted(curve, reverse=True)


@pytest.mark.parametrize(
    ("good", "bad", "names"),
    [
        (Demand(0.1, 0.95), Demand(0.1, 0.1), "wrong"),
        (Demand(-0.1, 0.95), Demand(0.1, 0.1), "wrong"),
        (Demand(0.01, 0.1), Demand(0.1, 0.95), "accepted"),
        (Demand(0.01, 1.0), Demand(0.1, 0.1), "accepted"),
        (Demand(float("nan"), 0.9), Demand(0.1, 0.1), "wrong"),
    ],
)
def test_a_demand_that_cannot_be_is_named(good: Demand, bad: Demand, names: str) -> None:
    with pytest.raises(ValueError, match=names):
        smallest_plan(good, bad)
