"""Carrying labels along when an item was changed: each label type moves its own values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from labeling.label_types.base import Carried
from labeling.label_types.changes import Change
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.models import Resolution
from labeling.selectors import votes
from labeling.services.resolutions import resolution_row
from metadata.kernel.canonical import leaf_hash
from metadata.kernel.json_guard import Json
from metadata.services import versions

METHOD = "carried"


def carry_resolutions(
    parent_id: int, child_id: int, changes: Sequence[Change], *, by: int | None
) -> dict[str, Json]:
    """The newest accepted answers of `parent_id`, moved by the changes and accepted for `child_id`.

    Call it in the transaction that made the child. Returns, by question, the new resolution and what was dropped,
    cut, or needs a person. What people left open stays open.
    """
    newest = Resolution.objects.filter(item_id=parent_id).select_related("question__project")
    report: dict[str, Json] = {}
    for row in newest.order_by("question_id", "-id").distinct("question_id"):
        if row.value is None:
            report[str(row.question_id)] = {"resolution": None, "why": "people tied"}
            continue
        carried = _moved(row, parent_id, changes)
        if carried is None or carried.value is None:
            report[str(row.question_id)] = {"resolution": None, "why": "nothing of it can be kept"}
            continue
        value = label_type(row.question.label_type).dump(carried.value)
        made = _accepted(row, child_id, value, by)
        report[str(row.question_id)] = {
            "resolution": made.pk,
            "dropped": list(carried.dropped),
            "clipped": list(carried.clipped),
            "needs_person": list(carried.needs_person),
        }
    return report


def _moved(row: Resolution, parent_id: int, changes: Sequence[Change]) -> Carried[Any] | None:
    kind = label_type(row.question.label_type)
    spec = kind.check_spec(row.question.spec)
    try:
        carried: Carried[Any] = Carried(kind.parse(row.value, spec, votes.facts_of([parent_id])[parent_id]))
    except InvalidValue:
        return None
    for change in changes:
        if carried.value is None:
            return carried
        moved = kind.transform(carried.value, change, spec)
        carried = Carried(
            moved.value,
            carried.dropped + moved.dropped,
            carried.clipped + moved.clipped,
            carried.needs_person + moved.needs_person,
        )
    return carried


def _accepted(row: Resolution, child_id: int, value: Json, by: int | None) -> Resolution:
    dataset_id = row.question.project.dataset_id
    distribution: dict[str, Json] = {**row.distribution, "carried_from": row.pk}
    number = versions.open_number(dataset_id)
    made = Resolution.objects.create(
        item_id=child_id,
        question_id=row.question_id,
        value=value,
        distribution=distribution,
        confidence=row.confidence,
        method=METHOD,
        votes=0,
        tied=row.tied,
        agent_id=by,
    )
    content = resolution_row(child_id, row.question.key, value, distribution, METHOD)
    leaf = leaf_hash(versions.leaf_key(dataset_id), content)
    member = versions.Member(subject=child_id, row=made.pk, leaf=leaf, facet=row.question_id)
    versions.put_members(dataset_id, number, versions.RESOLUTION, [member])
    return made
