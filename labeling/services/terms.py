"""What a vendor is paid: the rates of a team in a project."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from django.db import transaction

from labeling.models import VendorTerms
from labeling.selectors.statements import vendors_in
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.services import audit, events

HIGHEST: Final = Decimal(100_000)
PLACES: Final = 4


@transaction.atomic
def set_terms(
    project_id: int,
    team_id: int,
    *,
    starts_on: date,
    currency: str,
    per_item: Decimal,
    per_hour: Decimal,
    by: int | None,
) -> VendorTerms:
    """Notes the rates that hold from a day on; the same day once more corrects them, and what was noted stays."""
    if team_id not in dict(vendors_in(project_id)):
        raise NotFound
    currency = currency.strip().upper()
    wrong = {
        name: f"from 0 to {HIGHEST}, with at most {PLACES} decimals"
        for name, rate in (("per_item", per_item), ("per_hour", per_hour))
        if not _is_rate(rate)
    }
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        wrong["currency"] = "three letters, such as EUR"
    if wrong:
        raise InvalidInput(fields=wrong)
    made = VendorTerms.objects.create(
        project_id=project_id,
        team_id=team_id,
        starts_on=starts_on,
        currency=currency,
        per_item=per_item,
        per_hour=per_hour,
        created_by_id=by,
    )
    events.append("vendor.terms_set", project_id=project_id, subject_id=made.pk, agent_id=by)
    audit.record(
        "vendor.terms_set",
        agent_id=by,
        subject=f"project {project_id}, team {team_id}",
        detail={
            "starts_on": starts_on.isoformat(),
            "currency": currency,
            "per_item": str(per_item),
            "per_hour": str(per_hour),
        },
    )
    return made


def _is_rate(rate: Decimal) -> bool:
    if not rate.is_finite() or not 0 <= rate <= HIGHEST:
        return False
    return rate == round(rate, PLACES)
