"""The plan that a wanted quality gives, held against the published table and against exact counting."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consistency.core.acceptance.plan import Plan, chance
from consistency.selectors.acceptance import Wanted, curve_of, plan_of, rounded_axis
from consistency.web.acceptance import plotted
from metadata.kernel.errors import InvalidInput


@pytest.mark.parametrize(
    ("size", "quality", "level", "letter", "plan"),
    [
        # ISO 2859-1:1999, tables 1 and 2-A
        (1000, 2.5, "II", "J", Plan(80, 5)),
        (500, 1.0, "II", "H", Plan(50, 1)),
        (1200, 0.65, "II", "J", Plan(80, 1)),
        (3200, 1.5, "II", "K", Plan(125, 5)),
        (10_000, 1.0, "II", "L", Plan(200, 5)),
        (1000, 2.5, "I", "G", Plan(32, 2)),
        (1000, 4.0, "S-4", "F", Plan(20, 2)),
        (280, 10.0, "III", "H", Plan(50, 10)),
    ],
)
def test_a_plan_by_the_table_is_the_tables(
    size: int, quality: float, level: str, letter: str, plan: Plan
) -> None:
    wanted = Wanted(quality=quality, level=level)
    assert plan_of(size, wanted) == plan
    assert curve_of(size, wanted, plan).letter == letter


def accepted_exactly(plan: Plan, wrong: int, size: int) -> Fraction:
    """Counted out: of all samples of the batch, those with few enough wrong items."""
    good = sum(
        comb(wrong, k) * comb(size - wrong, plan.size - k)
        for k in range(plan.tolerated + 1)
        if k <= wrong and plan.size - k <= size - wrong
    )
    return Fraction(good, comb(size, plan.size))


@pytest.mark.parametrize(("size", "good", "bad"), [(200, 1.0, 10.0), (60, 0.0, 15.0), (1000, 2.0, 8.0)])
def test_a_plan_by_chances_keeps_both_and_no_smaller_one_does(size: int, good: float, bad: float) -> None:
    wanted = Wanted(method="chances", good=good, bad=bad)
    plan = plan_of(size, wanted)
    fine, poor = round(size * good / 100), round(size * bad / 100)
    assert accepted_exactly(plan, fine, size) >= Fraction(95, 100)
    assert accepted_exactly(plan, poor, size) <= Fraction(10, 100)
    smaller = [Plan(n, c) for n in range(1, plan.size) for c in range(min(n, plan.tolerated + 2))]
    assert not [
        one
        for one in smaller
        if accepted_exactly(one, fine, size) >= Fraction(95, 100)
        and accepted_exactly(one, poor, size) <= Fraction(10, 100)
    ]


def test_the_curve_is_the_plans_chance_and_falls() -> None:
    size = 300
    wanted = Wanted(method="chances", good=1, bad=10)
    plan = plan_of(size, wanted)
    curve = curve_of(size, wanted, plan)
    heights = [height for _, height in curve.points]
    assert heights[0] == 1.0
    assert heights == sorted(heights, reverse=True)
    assert curve.widest >= 10
    assert all(height == chance(plan, share / 100, size) for share, height in curve.points)
    assert [share for share, _ in curve.marks] == [1, 10]


@given(st.floats(1.0, 100.0))
def test_an_axis_ends_on_a_round_number_not_far_behind_what_it_shows(widest: float) -> None:
    end, steps = rounded_axis(widest)
    step = Decimal(str(end)) / steps
    assert 3 <= steps <= 5
    assert step.normalize().as_tuple().digits in ((1,), (2,), (5,))
    assert widest - 1e-6 <= end <= widest * 1.5 + 1e-6


@pytest.mark.parametrize("size", [2, 9, 40, 300, 1000, 90_000])
@pytest.mark.parametrize(
    "wanted",
    [Wanted(quality=0.01), Wanted(quality=2.5), Wanted(quality=10.0), Wanted(method="chances", bad=40)],
)
def test_ticks_and_rows_of_the_curve_are_round_and_stand_where_they_say(size: int, wanted: Wanted) -> None:
    curve = curve_of(size, wanted, plan_of(size, wanted))
    plot = plotted(curve)
    for place, share in plot["ticks_x"]:
        assert Decimal(f"{share:.6f}").normalize() == Decimal(f"{share:.1f}").normalize()
        assert float(place.removesuffix("%")) == pytest.approx(100 * share / curve.widest, abs=0.01)
    assert plot["ticks_x"][-1] == ("100%", curve.widest)
    shown = [share for share, _ in plot["table"]]
    assert len(shown) == 2 * curve.steps + 1
    assert {round(share, 6) for _, share in plot["ticks_x"]} <= {round(share, 6) for share in shown}


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted(quality=3.0), "quality"),
        (Wanted(level="IV"), "level"),
        (Wanted(method="luck"), "method"),
        (Wanted(tolerance=1.0), "tolerance"),
        (Wanted(method="chances", good=5, bad=6), "bad"),
        (Wanted(method="chances", good=90), "good"),
        (Wanted(method="chances", good_accepted=20), "good_accepted"),
        (Wanted(method="chances", bad_accepted=96, good_accepted=95), "bad_accepted"),
        (Wanted(method="chances", bad=float("nan")), "bad"),
    ],
)
def test_what_cannot_be_wanted_is_named_by_field(wanted: Wanted, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan_of(500, wanted)
    assert field in refused.value.fields


def test_a_batch_of_one_is_checked_as_a_whole() -> None:
    assert plan_of(1, Wanted()) == Plan(1, 0)
    assert curve_of(1, Wanted(), Plan(1, 0)).letter == ""
