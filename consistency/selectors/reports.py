"""Reports that were kept."""

from __future__ import annotations

from django.db.models import QuerySet

from consistency.models import Report


def reports_of(question_id: int) -> QuerySet[Report]:
    """A question's reports, the newest first."""
    return Report.objects.filter(question_id=question_id).order_by("-pk")


def last_measured(question_id: int, most: int) -> list[Report]:
    """The last reports of a question with their guideline versions, oldest first."""
    newest = Report.objects.filter(question_id=question_id).select_related("guideline_version")
    return list(reversed(newest.order_by("-measured_at")[:most]))


def report_numbered(report_id: int) -> Report | None:
    return Report.objects.filter(pk=report_id).first()
