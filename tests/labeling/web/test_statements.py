"""The statement's page and file."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest

from labeling.models import Delivery, Round, VendorTerms
from labeling.services import deliveries
from labeling.web.statements import shortened
from metadata.models import AuditEntry
from tests.conftest import Cast
from tests.labeling.services.test_deliveries import Vendor, judge, vendor_of

FORM = {"currency": "eur", "per_item": "0.125", "per_hour": "36", "starts_on": "2026-01-01"}


@pytest.fixture
def vendor(cast: Cast) -> Vendor:
    """Three items accepted, the fourth returned."""
    made = vendor_of(cast)
    made.label(made.person, most=3)
    judge(made, made.sign(), wrong=0, tolerated=0, reason="")
    made.label(made.person)
    judge(made, made.sign(), wrong=1, tolerated=0)
    Delivery.objects.filter(number=1).update(decided_at=dt.datetime(2026, 5, 10, 12, tzinfo=dt.UTC))
    return made


def at(vendor: Vendor, rest: str = "statement/") -> str:
    return f"/projects/{vendor.project.pk}/vendors/{vendor.pool.team_id}/{rest}"


def read(answer: object) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode())))  # type: ignore[attr-defined]


def test_a_manager_sets_the_rates_and_both_sides_read_the_same_amount(vendor: Vendor) -> None:
    manager, lead = vendor.cast.manager.browser, vendor.cast.vendor_lead.browser
    assert "no rate yet" in lead.get(at(vendor)).content.decode()
    assert manager.post(at(vendor), FORM).status_code == 302
    for browser in (manager, lead):
        page = browser.get(at(vendor)).content.decode()
        assert "0.42 EUR" in page  # 3 × 0.125 and 4.5 seconds at 36 an hour
        assert "0.125" in page
    assert "Set the rates" in manager.get(at(vendor)).content.decode()
    assert "Set the rates" not in lead.get(at(vendor)).content.decode()
    assert AuditEntry.objects.get(action="vendor.terms_set").agent_id == vendor.cast.manager.agent_id


def test_a_lead_sets_no_rate(vendor: Vendor) -> None:
    assert vendor.cast.vendor_lead.browser.post(at(vendor), FORM).status_code == 404
    assert not VendorTerms.objects.exists()


def test_the_file_holds_what_the_page_shows_and_what_recomputes_it(vendor: Vendor) -> None:
    vendor.cast.manager.browser.post(at(vendor), FORM)
    answer = vendor.cast.vendor_lead.browser.get(at(vendor, "statement.csv"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    (line,) = read(answer)
    assert line == {
        "round": "Theirs",
        "batch": "1",
        "accepted_at": "2026-05-10T12:00:00+00:00",
        "items": "3",
        "answers": "3",
        "active_ms": "4500",
        "hours": "0.00",
        "currency": "EUR",
        "per_item": "0.125",
        "per_hour": "36.00",
        "amount": "0.42",
    }
    exact = int(line["items"]) * Decimal(line["per_item"]) + int(line["active_ms"]) * Decimal(
        line["per_hour"]
    ) / Decimal(3_600_000)
    assert round(exact, 2) == Decimal(line["amount"])


def test_a_round_named_like_a_formula_is_no_formula_in_the_file(vendor: Vendor) -> None:
    Round.objects.filter(pk=vendor.round.pk).update(name="=1+1")
    (line,) = read(vendor.cast.manager.browser.get(at(vendor, "statement.csv")))
    assert line["round"] == "'=1+1"
    assert (line["currency"], line["amount"]) == ("", "")


def test_a_period_narrows_page_and_file_alike(vendor: Vendor) -> None:
    browser = vendor.cast.manager.browser
    for asked, lines in (("since=2026-05-10&until=2026-05-10", 1), ("until=2026-05-09", 0)):
        assert len(read(browser.get(at(vendor, f"statement.csv?{asked}")))) == lines
        page = browser.get(at(vendor) + f"?{asked}").content.decode()
        assert ("Theirs · 1" in page) == bool(lines)
        assert f"statement.csv?{asked.replace('&', '&amp;')}" in page
    for asked in ("since=soon", "since=2026-05-10&until=2026-05-09"):
        assert browser.get(at(vendor) + f"?{asked}").status_code == 422
        assert browser.get(at(vendor, f"statement.csv?{asked}")).status_code == 422


def test_a_wrong_rate_is_said_at_its_field_and_what_was_typed_stays(vendor: Vendor) -> None:
    answer = vendor.cast.manager.browser.post(at(vendor), FORM | {"currency": "€€€", "per_item": "0.5"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "three letters, such as EUR" in page
    assert "€€€" in page
    assert not VendorTerms.objects.exists()


def test_corrected_rates_stay_listed_and_only_managers_read_who_noted_them(vendor: Vendor) -> None:
    manager = vendor.cast.manager.browser
    manager.post(at(vendor), FORM)
    manager.post(at(vendor), FORM | {"per_item": "0.25"})
    name = vendor.cast.manager.identity.name or vendor.cast.manager.identity.email
    for browser, is_named in ((manager, True), (vendor.cast.vendor_lead.browser, False)):
        page = browser.get(at(vendor)).content.decode()
        assert page.count("2026-01-01</th>") == 2
        assert "0.80 EUR" in page  # 3 × 0.25 and 0.045
        assert (f'<span class="note blk">{name}</span>' in page) == is_named


def test_the_lead_finds_it_on_the_teams_page_and_the_manager_beside_the_batches(vendor: Vendor) -> None:
    project = vendor.project.pk
    assert at(vendor) in vendor.cast.vendor_lead.browser.get(f"/projects/{project}/team/").content.decode()
    assert at(vendor) in vendor.cast.manager.browser.get(f"/projects/{project}/deliveries/").content.decode()


@pytest.mark.parametrize(
    ("rate", "text"), [("0.0500", "0.05"), ("12", "12.00"), ("0.1234", "0.1234"), ("1E+2", "100.00")]
)
def test_a_rate_is_shown_without_padding(rate: str, text: str) -> None:
    assert shortened(Decimal(rate)) == text


def test_what_is_returned_after_acceptance_of_another_batch_changes_no_amount(vendor: Vendor) -> None:
    vendor.cast.manager.browser.post(at(vendor), FORM)
    before = vendor.cast.manager.browser.get(at(vendor, "statement.csv")).content
    deliveries.remove_from_team(vendor.access, vendor.person.agent_id, by=vendor.lead.agent_id)
    again = vendor.sign()
    assert vendor.cast.manager.browser.get(at(vendor, "statement.csv")).content == before
    assert again.state == "signed"
