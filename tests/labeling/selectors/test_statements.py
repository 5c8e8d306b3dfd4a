"""A vendor's statement: what counts in it, and what it comes to, to the last hundredth."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.models import Annotation, Delivery, VendorTerms
from labeling.selectors.statements import (
    AcceptedBatch,
    Period,
    Statement,
    statement_access,
    statement_of,
    terms_on,
)
from labeling.services import deliveries, members, rounds
from labeling.services.terms import set_terms
from metadata.kernel.errors import InvalidInput, NotFound, PermissionRefused
from metadata.models import Team
from metadata.selectors.access import ALL_SCOPES, Caller
from tests.conftest import Cast, member
from tests.labeling.services.test_deliveries import Vendor, judge, vendor_of

NOON = dt.datetime(2026, 5, 10, 12, tzinfo=dt.UTC)


@pytest.fixture
def vendor(cast: Cast) -> Vendor:
    return vendor_of(cast)


def rate(
    per_item: str, per_hour: str = "0", *, day: dt.date = dt.date(2026, 1, 1), pk: int = 0
) -> VendorTerms:
    return VendorTerms(
        pk=pk, starts_on=day, currency="EUR", per_item=Decimal(per_item), per_hour=Decimal(per_hour)
    )


def batch(items: int, active_ms: int, terms: VendorTerms | None) -> AcceptedBatch:
    return AcceptedBatch(1, "First", 1, NOON, items, items, active_ms, terms)


def of(vendor: Vendor, period: Period = Period()) -> Statement:  # noqa: B008 - a frozen value
    team = vendor.pool.team_id
    assert team is not None
    return statement_of(vendor.project.pk, team, period)


def paid(
    vendor: Vendor, per_item: str, per_hour: str, day: dt.date = dt.date(2026, 1, 1), currency: str = "EUR"
) -> None:
    team = vendor.pool.team_id
    assert team is not None
    set_terms(
        vendor.project.pk,
        team,
        starts_on=day,
        currency=currency,
        per_item=Decimal(per_item),
        per_hour=Decimal(per_hour),
        by=vendor.cast.manager.agent_id,
    )


@pytest.mark.parametrize(
    ("items", "active_ms", "per_item", "per_hour", "amount"),
    [
        (3, 0, "0.0500", "0", "0.15"),
        (1, 0, "0.0050", "0", "0.01"),  # half a hundredth goes up
        (1, 0, "0.0049", "0", "0.00"),
        (1000, 3_600_000, "0.07", "12.50", "82.50"),
        (0, 1_800_000, "1", "25", "12.50"),
        (10, 15_000, "0", "36", "0.15"),  # fifteen seconds are not rounded to no hours at all
        (3, 1, "33.3333", "0.0001", "100.00"),
        (100_000, 360_000_000_000, "100000", "100000", "20000000000.00"),
    ],
)
def test_an_amount_is_items_and_hours_at_their_rates_rounded_once(
    items: int, active_ms: int, per_item: str, per_hour: str, amount: str
) -> None:
    found = batch(items, active_ms, rate(per_item, per_hour)).amount
    assert found == Decimal(amount)
    assert isinstance(found, Decimal)
    assert str(found) == amount


@given(
    st.integers(0, 100_000),
    st.integers(0, 10**12),
    st.decimals(0, 100_000, places=4),
    st.decimals(0, 100_000, places=4),
)
@settings(deadline=None)
def test_no_amount_is_further_than_half_a_hundredth_from_the_exact_one(
    items: int, active_ms: int, per_item: Decimal, per_hour: Decimal
) -> None:
    found = batch(items, active_ms, rate(str(per_item), str(per_hour))).amount
    exact = items * Fraction(per_item) + Fraction(active_ms, 3_600_000) * Fraction(per_hour)
    assert found is not None
    assert abs(Fraction(found) - exact) <= Fraction(1, 200)


def test_sums_are_of_the_lines_as_shown_each_currency_apart() -> None:
    francs = rate("1")
    francs.currency = "CHF"
    shown = Statement(
        Period(),
        (
            batch(1, 0, rate("0.005")),
            batch(1, 0, rate("0.005")),
            batch(2, 1_800_000, francs),
            batch(5, 1_800_000, None),
        ),
    )
    assert shown.amounts == [("CHF", Decimal("2.00")), ("EUR", Decimal("0.02"))]
    assert (shown.items, shown.hours, shown.without_rate) == (9, Decimal("1.00"), 1)


def test_the_rates_of_the_day_hold_and_a_correction_of_a_day_replaces_them() -> None:
    may, june = dt.date(2026, 5, 1), dt.date(2026, 6, 1)
    rows = [rate("1", day=june, pk=1), rate("2", day=may, pk=2), rate("3", day=may, pk=3)]
    assert terms_on(rows, dt.date(2026, 4, 30)) is None
    assert terms_on(rows, may) is rows[2]
    assert terms_on(rows, dt.date(2026, 5, 31)) is rows[2]
    assert terms_on(rows, june) is rows[0]
    assert terms_on([], june) is None


def test_what_is_signed_checked_or_returned_is_in_no_statement(vendor: Vendor) -> None:
    paid(vendor, "0.10", "0")
    vendor.label(vendor.person, most=2)
    made = vendor.sign()
    assert of(vendor).batches == ()
    judge(vendor, made, wrong=2, tolerated=0)
    assert Delivery.objects.get(pk=made.pk).state == "returned"
    assert of(vendor).batches == ()
    assert of(vendor).amounts == []
    assert (of(vendor).items, of(vendor).hours) == (0, Decimal("0.00"))


def test_a_batch_accepted_after_its_return_counts_once_with_the_time_of_every_pass(vendor: Vendor) -> None:
    paid(vendor, "0.10", "36")
    done = vendor.label(vendor.person, most=2)
    judge(vendor, vendor.sign(), wrong=2, tolerated=0)
    for task in done:
        first = Annotation.objects.get(task_id=task, agent_id=vendor.person.agent_id).pk
        vendor.answer(vendor.person, task, code=2, revises=first)
    again = vendor.sign()
    vendor.answer(
        vendor.person,
        done[0],
        code=1,
        revises=Annotation.objects.filter(task_id=done[0], revision=1).values_list("pk", flat=True)[0],
    )
    judge(vendor, again, wrong=0, tolerated=0, reason="")
    (line,) = of(vendor).batches
    assert (line.delivery_id, line.items, line.answers) == (again.pk, 2, 2)
    assert line.active_ms == 4 * 1500, "both passes over both items, not what came after signing"
    assert line.amount == Decimal("0.26")


def test_a_reviewers_time_and_other_peoples_answers_are_not_the_vendors(vendor: Vendor) -> None:
    rounds.open_round(vendor.project.pk, name="Ours", places_per_task=1, repeats_items=True, by=None)
    vendor.label(Caller(vendor.cast.labeler.agent_id, False, ALL_SCOPES))
    done = vendor.label(vendor.person, most=1)
    Annotation.objects.create(  # as a reviewer's correction stands: in the vendor's pool, without a seat
        task_id=done[0],
        agent_id=vendor.cast.expert.agent_id,
        revision=1,
        pool=vendor.pool,
        guideline_version_id=vendor.round.guideline_version_id,
        active_ms=77_000,
        key="correction",
        body_hash=bytes(32),
    )
    judge(vendor, vendor.sign(), wrong=0, tolerated=0, reason="")
    (line,) = of(vendor).batches
    assert (line.items, line.answers, line.active_ms) == (1, 1, 1500)


def test_a_period_holds_both_its_days(vendor: Vendor) -> None:
    vendor.label(vendor.person, most=1)
    judge(vendor, vendor.sign(), wrong=0, tolerated=0, reason="")
    day = NOON.date()
    for moment in (
        dt.datetime(2026, 5, 10, 0, 0, tzinfo=dt.UTC),
        dt.datetime(2026, 5, 10, 23, 59, 59, 999_999, tzinfo=dt.UTC),
    ):
        Delivery.objects.update(decided_at=moment)
        assert len(of(vendor, Period(day, day)).batches) == 1
        assert len(of(vendor, Period(since=day)).batches) == len(of(vendor, Period(until=day)).batches) == 1
        assert of(vendor, Period(since=day + dt.timedelta(1))).batches == ()
        assert of(vendor, Period(until=day - dt.timedelta(1))).batches == ()
    with pytest.raises(InvalidInput) as refused:
        of(vendor, Period(day, day - dt.timedelta(1)))
    assert set(refused.value.fields) == {"until"}
    assert len(of(vendor, Period(dt.date.min, dt.date.max)).batches) == 1


def test_a_correction_reaches_back_and_a_new_rate_does_not(vendor: Vendor) -> None:
    vendor.label(vendor.person, most=1)
    judge(vendor, vendor.sign(), wrong=0, tolerated=0, reason="")
    Delivery.objects.update(decided_at=NOON)
    assert of(vendor).batches[0].amount is None
    paid(vendor, "0.10", "0", day=dt.date(2026, 5, 1))
    paid(vendor, "0.50", "0", day=dt.date(2026, 5, 11))
    assert of(vendor).batches[0].amount == Decimal("0.10")
    paid(vendor, "0.20", "0", day=dt.date(2026, 5, 1))
    assert of(vendor).batches[0].amount == Decimal("0.20")


def test_a_statement_is_for_managers_and_the_teams_own_lead(vendor: Vendor) -> None:
    project, team = vendor.project.pk, vendor.pool.team_id
    assert team is not None
    rivals = Team.objects.create(name="Vendor Y", kind="outsourced")
    rival = member("yann")
    members.add_member(project, rival.agent_id, "vendor_lead", rivals.pk, by=None)
    for agent in (vendor.lead.agent_id, vendor.cast.manager.agent_id):
        assert statement_access(Caller(agent, False, ALL_SCOPES), project, team).project.pk == project
    for agent, error in (
        (rival.agent_id, NotFound),
        (vendor.person.agent_id, NotFound),
        (vendor.cast.expert.agent_id, PermissionRefused),
        (vendor.cast.labeler.agent_id, PermissionRefused),
        (vendor.cast.outsider.agent_id, NotFound),
    ):
        with pytest.raises(error):
            statement_access(Caller(agent, False, ALL_SCOPES), project, team)
    manager = Caller(vendor.cast.manager.agent_id, False, ALL_SCOPES)
    with pytest.raises(NotFound):
        statement_access(manager, project, Team.objects.create(name="Ours", kind="in_house").pk)
    with pytest.raises(NotFound):
        statement_access(vendor.lead, project, rivals.pk)
    deliveries.remove_from_team(vendor.access, vendor.person.agent_id, by=vendor.lead.agent_id)
    members.remove_member(project, vendor.lead.agent_id, by=None)
    with pytest.raises(NotFound):
        statement_access(vendor.lead, project, team)
