"""Accepted answers that hold now."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from labeling.models import Resolution


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
