"""What annotations and resolutions hold in a version, and which guidelines a version pins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from django.db import connection

from labeling.models import GuidelineVersion, Resolution
from labeling.services.resolutions import resolution_row
from metadata.kernel.json_guard import Json
from metadata.selectors.versions import MemberRow
from metadata.services.frozen import Content

# The seat stands on the first annotation of a chain; votes are kept per revision and never rewritten.
_ANNOTATIONS: Final = """
SELECT n.id, t.item_id, n.agent_id, t.round_id, n.repeat, n.guideline_version_id, n.revision, n.created_at,
    n.active_ms, r.name, r.kind, f.seat,
    (SELECT coalesce(json_object_agg(q.key, w.value), '{}') FROM labeling_answer w
        JOIN labeling_question q ON q.id = w.question_id WHERE w.annotation_id = n.id),
    (SELECT coalesce(json_object_agg(q.key, q.id), '{}') FROM labeling_answer w
        JOIN labeling_question q ON q.id = w.question_id WHERE w.annotation_id = n.id),
    (SELECT coalesce(json_agg(json_build_array(v.question_id, v.facet, v.code) ORDER BY v.question_id, v.facet), '[]')
        FROM labeling_vote v WHERE v.annotation_id = n.id)
FROM unnest(%s::bigint[], %s::bigint[]) AS m(subject, row)
JOIN labeling_annotation n ON n.id = m.row
JOIN labeling_annotation f ON f.id = m.subject
JOIN labeling_task t ON t.id = n.task_id
JOIN labeling_round r ON r.id = t.round_id
"""


def annotation_contents(dataset_id: int, members: Sequence[MemberRow]) -> list[Content | None]:
    """What was said in these annotations, with what a reader needs to count it."""
    with connection.cursor() as cursor:
        cursor.execute(_ANNOTATIONS, [[m.subject for m in members], [m.row for m in members]])
        found = {row[0]: _annotation(row[1:]) for row in cursor.fetchall()}
    return [found.get(member.row) for member in members]


def _annotation(columns: Sequence[Any]) -> Content:
    (
        item,
        agent,
        round_id,
        repeat,
        guideline,
        revision,
        at,
        active_ms,
        name,
        kind,
        seat,
        answers,
        asked,
        votes,
    ) = columns
    row: dict[str, Json] = {
        "item": item,
        "agent": agent,
        "round": round_id,
        "repeat": repeat,
        "guideline": guideline,
        "answers": _json(answers),
    }
    about: dict[str, Json] = {
        "revision": revision,
        "seat": seat,
        "submitted_at": at.isoformat(),
        "active_ms": active_ms,
        "round": name,
        "kind": kind,
        "questions": _json(asked),
        "votes": _json(votes),
    }
    return Content(row, about)


def _json(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str) else value


def resolution_contents(dataset_id: int, members: Sequence[MemberRow]) -> list[Content | None]:
    """The accepted answers of these members."""
    rows = Resolution.objects.filter(pk__in=[member.row for member in members]).select_related("question")
    found = {
        row.pk: Content(
            resolution_row(row.item_id, row.question.key, row.value, row.distribution, row.method),
            {
                "question": row.question_id,
                "confidence": row.confidence,
                "votes": row.votes,
                "tied": row.tied,
                "at": row.created_at.isoformat(),
            },
        )
        for row in rows
    }
    return [found.get(member.row) for member in members]


def guideline_pins(dataset_id: int) -> list[dict[str, Json]]:
    """Each project of the dataset with the guideline that holds now."""
    newest = GuidelineVersion.objects.filter(project__dataset_id=dataset_id)
    return [
        {"project": one.project_id, "guideline_version": one.pk, "number": f"{one.major}.{one.minor}"}
        for one in newest.order_by("project_id", "-major", "-minor").distinct("project_id")
    ]
