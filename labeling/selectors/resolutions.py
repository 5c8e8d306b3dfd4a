"""Accepted answers that hold now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from labeling.models import Resolution
from metadata.selectors.jobs import last_done

RESOLVE_JOB: Final = "labeling.resolve"
RULING: Final = "review"  # the method of what a reviewer settled


@dataclass(frozen=True)
class LastPass:
    """What the newest count of the votes left: items with an accepted answer, and those where people tied."""

    accepted: int
    tied: int
    at: datetime


def last_pass(dataset_id: int, question_ids: Sequence[int]) -> LastPass | None:
    """The newest finished pass over each of these questions, added up; None before the first."""
    passes = (last_done(RESOLVE_JOB, dataset_id, {"question": question}) for question in question_ids)
    found = [job for job in passes if job is not None]
    if not found:
        return None
    results = [job.result or {} for job in found]
    tied = sum(one.get("tied", 0) for one in results)
    total = sum(one.get("resolved", 0) + one.get("unchanged", 0) for one in results)
    return LastPass(total - tied, tied, max(job.ended_at or job.created_at for job in found))


def resolutions_of(
    question_id: int, *, item_id: int | None = None, tied: bool | None = None
) -> QuerySet[Resolution]:
    """The newest resolution of each item, the newest first; of one item, or only those where people tied."""
    newer = Resolution.objects.filter(
        question_id=question_id, item_id=OuterRef("item_id"), pk__gt=OuterRef("pk")
    )
    rows = Resolution.objects.filter(~Exists(newer), question_id=question_id).order_by("-pk")
    if item_id is not None:
        rows = rows.filter(item_id=item_id)
    return rows if tied is None else rows.filter(tied=tied)
