"""A vendor's statement of work done: which batches were accepted, the hours in them, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.db import connection
from django.utils import timezone

from labeling import policies
from labeling.models import VendorTerms
from labeling.selectors.access import ProjectAccess, project_for
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors.access import Caller

CENT: Final = Decimal("0.01")
HOUR_MS: Final = 3_600_000

# Active time is what the label page measured, of every pass that the team's people made over the batch's tasks before it
# was signed off: the correction of what was returned is work too. What a reviewer corrected is not the team's.
_ACCEPTED = """
SELECT e.id, r.name, e.number, e.decided_at, e.size, coalesce(w.answers, 0), coalesce(w.active_ms, 0)
FROM labeling_delivery e JOIN labeling_pool p ON p.id = e.pool_id JOIN labeling_round r ON r.id = p.round_id
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE v.id = f.id) AS answers, sum(v.active_ms)::bigint AS active_ms
    FROM labeling_deliveredtask d
    JOIN labeling_annotation f ON f.task_id = d.task_id AND f.pool_id = e.pool_id AND f.revision = 0 AND f.repeat = 0
        AND f.seat IS NOT NULL
    JOIN labeling_annotation v ON v.task_id = f.task_id AND v.agent_id = f.agent_id AND v.repeat = 0
        AND (v.revision > 0 OR v.id = f.id) AND v.id <= e.signed_head
    WHERE d.delivery_id = e.id) w ON true
WHERE r.project_id = %(project)s AND p.team_id = %(team)s AND e.state = 'accepted'
  AND (%(since)s::date IS NULL OR (e.decided_at AT TIME ZONE %(zone)s)::date >= %(since)s)
  AND (%(until)s::date IS NULL OR (e.decided_at AT TIME ZONE %(zone)s)::date <= %(until)s)
ORDER BY e.decided_at, e.id
"""
_VENDORS = """
SELECT t.id, t.name FROM metadata_team t
WHERE t.kind = 'outsourced' AND (
    EXISTS (SELECT FROM labeling_projectmembership m WHERE m.project_id = %(project)s AND m.team_id = t.id)
    OR EXISTS (SELECT FROM labeling_pool p JOIN labeling_round r ON r.id = p.round_id
               WHERE r.project_id = %(project)s AND p.team_id = t.id))
ORDER BY t.name, t.id
"""


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included; None: without an end on that side."""

    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class AcceptedBatch:
    """One line of a statement: a batch at the rates that held on the day it was accepted; without rates, no amount."""

    delivery_id: int
    name: str
    number: int
    accepted_at: datetime
    items: int
    answers: int
    active_ms: int
    terms: VendorTerms | None

    @property
    def hours(self) -> Decimal:
        return _hours(self.active_ms)

    @property
    def amount(self) -> Decimal | None:
        """The items and the unrounded hours at their rates, rounded once, halves up."""
        if self.terms is None:
            return None
        timed = self.active_ms * self.terms.per_hour / HOUR_MS
        return (self.items * self.terms.per_item + timed).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Statement:
    """A team's accepted batches in a project, the oldest first, with their sums."""

    period: Period
    batches: tuple[AcceptedBatch, ...]

    @property
    def items(self) -> int:
        return sum(one.items for one in self.batches)

    @property
    def answers(self) -> int:
        return sum(one.answers for one in self.batches)

    @property
    def active_ms(self) -> int:
        return sum(one.active_ms for one in self.batches)

    @property
    def hours(self) -> Decimal:
        return _hours(self.active_ms)

    @property
    def amounts(self) -> list[tuple[str, Decimal]]:
        """By currency, since different ones do not add up; each is the sum of its lines as they are shown."""
        sums: dict[str, Decimal] = {}
        for one in self.batches:
            if one.terms is not None and one.amount is not None:
                sums[one.terms.currency] = sums.get(one.terms.currency, Decimal(0)) + one.amount
        return sorted(sums.items())

    @property
    def without_rate(self) -> int:
        return sum(one.terms is None for one in self.batches)


def _hours(active_ms: int) -> Decimal:
    return (Decimal(active_ms) / HOUR_MS).quantize(CENT, ROUND_HALF_UP)


def statement_access(caller: Caller, project_id: int, team_id: int) -> ProjectAccess:
    """For managers, and for the lead of that very team: to another team's lead there is no such statement."""
    access = project_for(caller, project_id)
    is_own = policies.can_lead(access) and access.team_id == team_id
    policies.require(is_own or policies.can_manage(access), access)
    if team_id not in dict(vendors_in(project_id)):
        raise NotFound
    return access


def statement_of(project_id: int, team_id: int, period: Period) -> Statement:
    """What was accepted of a team in a project within a period, by the day of acceptance."""
    if period.since and period.until and period.until < period.since:
        raise InvalidInput(fields={"until": "must not be before the first day"})
    about = {
        "project": project_id,
        "team": team_id,
        "since": period.since,
        "until": period.until,
        "zone": timezone.get_current_timezone_name(),
    }
    terms = list(VendorTerms.objects.filter(project_id=project_id, team_id=team_id))
    with connection.cursor() as cursor:
        cursor.execute(_ACCEPTED, about)
        found = cursor.fetchall()
    lines = [
        AcceptedBatch(delivery, name, number, at, items, answers, ms, terms_on(terms, timezone.localdate(at)))
        for delivery, name, number, at, items, answers, ms in found
    ]
    return Statement(period, tuple(lines))


def terms_on(terms: Sequence[VendorTerms], day: date) -> VendorTerms | None:
    """Those of the latest start up to that day; of the same start, the newest row, which corrects the others."""
    begun = [one for one in terms if one.starts_on <= day]
    return max(begun, key=lambda one: (one.starts_on, one.pk), default=None)


def terms_of(project_id: int, team_id: int) -> list[VendorTerms]:
    """Every row there was, the newest first."""
    return list(VendorTerms.objects.filter(project_id=project_id, team_id=team_id).order_by("-pk"))


def vendors_in(project_id: int) -> list[tuple[int, str]]:
    """The vendors' teams that have people or places in a project, or had, by name."""
    with connection.cursor() as cursor:
        cursor.execute(_VENDORS, {"project": project_id})
        return [(team_id, name) for team_id, name in cursor.fetchall()]
