"""What somebody answered last, to go back to it and correct."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from metadata.selectors.prepared import rows

SHOWN: Final = 30

# A chain is named by its first annotation, which has the seat; what is shown is its newest revision.
_OWN = """
SELECT n.task_id, h.id AS head, h.revision, h.guideline_version_id, n.created_at, r.id AS round_id, i.id AS item_id,
    i.external_key, i.fields::json, j.visible_fields::json, parts.parts, answers.answers
FROM labeling_annotation n
JOIN labeling_assignment a ON a.task_id = n.task_id AND a.agent_id = n.agent_id AND a.repeat = n.repeat AND a.state = 2
JOIN labeling_annotation h ON h.id = coalesce((
    SELECT x.id FROM labeling_annotation x
    WHERE x.task_id = n.task_id AND x.agent_id = n.agent_id AND x.repeat = n.repeat AND x.revision > 0
    ORDER BY x.revision DESC LIMIT 1), n.id)
JOIN labeling_task t ON t.id = n.task_id
JOIN labeling_round r ON r.id = t.round_id AND r.state <> 'closed'
JOIN labeling_project j ON j.id = r.project_id
JOIN metadata_item i ON i.id = t.item_id AND i.archived_at IS NULL
CROSS JOIN LATERAL (
    SELECT coalesce(json_object_agg(q.key, w.value), '{}') AS answers
    FROM labeling_answer w JOIN labeling_question q ON q.id = w.question_id WHERE w.annotation_id = h.id) answers
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('id', p.id, 'role', p.role, 'text', p.text, 'type', s.media_type,
        'width', s.width, 'height', s.height) ORDER BY p.ordinal, p.id), '[]') AS parts
    FROM metadata_part p LEFT JOIN metadata_asset s ON s.id = p.asset_id WHERE p.item_id = i.id) parts
WHERE n.agent_id = %(agent)s AND n.revision = 0 AND n.seat IS NOT NULL AND n.repeat = 0
  AND r.project_id = %(project)s
  AND NOT EXISTS (      -- asked again just now: what they said then must not lead them
    SELECT FROM labeling_assignment x
    WHERE x.task_id = n.task_id AND x.agent_id = n.agent_id AND x.repeat > 0 AND x.state = 1)
"""
_LAST = _OWN + "ORDER BY n.id DESC LIMIT %(limit)s"
_ONE = _OWN + "AND n.task_id = %(task)s"


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """An answer that may still be corrected, with what its labeler saw of the item."""

    task_id: int
    annotation_id: int
    revision: int
    guideline_version_id: int
    submitted_at: datetime
    round_id: int
    item_id: int
    item_key: str
    fields: dict[str, Any]
    parts: list[dict[str, Any]]
    answers: dict[str, Any]


def last_answers(project_id: int, agent_id: int, *, limit: int = SHOWN) -> list[OwnAnswer]:
    """One person's newest answers in rounds that are not closed, the last first."""
    found = rows(_LAST, {"project": project_id, "agent": agent_id, "limit": limit})
    return [_own_answer(row) for row in found]


def own_answer(project_id: int, agent_id: int, task_id: int) -> list[OwnAnswer]:
    """What one person answered to this task, if that may still be corrected."""
    return [
        _own_answer(row) for row in rows(_ONE, {"project": project_id, "agent": agent_id, "task": task_id})
    ]


def _own_answer(row: dict[str, Any]) -> OwnAnswer:
    shown = set(row["visible_fields"])
    return OwnAnswer(
        task_id=row["task_id"],
        annotation_id=row["head"],
        revision=row["revision"],
        guideline_version_id=row["guideline_version_id"],
        submitted_at=row["created_at"],
        round_id=row["round_id"],
        item_id=row["item_id"],
        item_key=row["external_key"] if "key" in shown else "",
        fields={name: value for name, value in row["fields"].items() if name in shown},
        parts=row["parts"],
        answers=row["answers"],
    )
