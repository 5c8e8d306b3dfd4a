"""A vendor's rates: noted, corrected, never overwritten."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from labeling.models import VendorTerms
from labeling.services.terms import set_terms
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.models import AuditEntry, Team
from tests.conftest import Cast

DAY = dt.date(2026, 5, 1)
GIVEN: dict[str, Any] = {
    "starts_on": DAY,
    "currency": "EUR",
    "per_item": Decimal("0.05"),
    "per_hour": Decimal(12),
}


def vendor_team() -> int:
    return Team.objects.get(name="Vendor X").pk


def test_a_correction_is_a_row_of_its_own_and_each_is_in_the_audit(cast: Cast) -> None:
    manager = cast.manager.agent_id
    first = set_terms(cast.project.pk, vendor_team(), **GIVEN, by=manager)
    second = set_terms(cast.project.pk, vendor_team(), **(GIVEN | {"per_item": Decimal("0.06")}), by=manager)
    first.refresh_from_db()
    assert (first.per_item, second.per_item) == (Decimal("0.05"), Decimal("0.06"))
    noted = AuditEntry.objects.filter(action="vendor.terms_set").order_by("pk")
    assert [(one.agent_id, one.detail["per_item"], one.detail["starts_on"]) for one in noted] == [
        (manager, "0.05", "2026-05-01"),
        (manager, "0.06", "2026-05-01"),
    ]
    assert noted[0].subject == f"project {cast.project.pk}, team {vendor_team()}"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("per_item", Decimal("-0.01")),
        ("per_item", Decimal("NaN")),
        ("per_hour", Decimal("Infinity")),
        ("per_hour", Decimal("100000.0001")),
        ("per_item", Decimal("0.00001")),
        ("currency", "EU"),
        ("currency", "€UR"),
        ("currency", "12E"),
    ],
)
def test_a_rate_that_cannot_be_is_named_and_nothing_is_noted(cast: Cast, field: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        set_terms(cast.project.pk, vendor_team(), **(GIVEN | {field: value}), by=None)
    assert set(refused.value.fields) == {field}
    assert not VendorTerms.objects.exists()
    assert not AuditEntry.objects.filter(action="vendor.terms_set").exists()


def test_a_currency_is_kept_in_capitals_and_trailing_noughts_are_no_decimals(cast: Cast) -> None:
    given = GIVEN | {"currency": " chf ", "per_item": Decimal("0.0500000")}
    made = set_terms(cast.project.pk, vendor_team(), **given, by=None)
    made.refresh_from_db()
    assert (made.currency, made.per_item) == ("CHF", Decimal("0.05"))


def test_only_a_vendor_of_the_project_has_rates(cast: Cast) -> None:
    ours = Team.objects.create(name="Ours", kind="in_house")
    elsewhere = Team.objects.create(name="Vendor Y", kind="outsourced")
    for project, team in (
        (cast.project.pk, ours.pk),
        (cast.project.pk, elsewhere.pk),
        (cast.foreign_project.pk, vendor_team()),
        (cast.project.pk, 987_654),
    ):
        with pytest.raises(NotFound):
            set_terms(project, team, **GIVEN, by=None)


def test_the_database_refuses_a_negative_rate(cast: Cast) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        VendorTerms.objects.create(
            project=cast.project, team_id=vendor_team(), **(GIVEN | {"per_hour": Decimal(-1)})
        )
