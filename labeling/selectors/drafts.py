"""Unsent work of one person in one project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from metadata.selectors.prepared import rows

SHOWN: Final = 50

_OWN = """
SELECT d.task_id, d.answers::json, d.active_ms, d.guideline_version_id, d.revises, d.saves, d.saved_at, a.state = 3 AS is_late
FROM labeling_draft d
JOIN labeling_assignment a ON a.task_id = d.task_id AND a.agent_id = d.agent_id
    AND (a.repeat = 0 OR a.state = 1)
JOIN labeling_task t ON t.id = d.task_id JOIN labeling_round r ON r.id = t.round_id
WHERE d.agent_id = %(agent)s AND r.project_id = %(project)s
  AND (a.state IN (1, 3) OR a.state = 2 AND d.revises IS NOT NULL AND d.saved_at > now() - interval '1 day')
ORDER BY d.saved_at DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """What somebody has so far for a task; late where its lease ran out meanwhile."""

    task_id: int
    answers: dict[str, Any]
    active_ms: int
    guideline_version_id: int
    revises: int | None
    saves: int
    saved_at: datetime
    is_late: bool


def own_drafts(project_id: int, agent_id: int) -> list[OwnDraft]:
    """What was begun and not sent, the newest first."""
    found = rows(_OWN, {"project": project_id, "agent": agent_id, "limit": SHOWN})
    return [OwnDraft(**row) for row in found]
