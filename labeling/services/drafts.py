"""Drafts: saved while somebody works, which also renews their lease; gone once the answer is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import transaction

from labeling.errors import DraftChanged, TaskNotLeased
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors.access import Caller
from metadata.selectors.prepared import rows

LARGEST_BYTES: Final = 2_000_000
KEPT_DAYS: Final = 30
AWAY_MINUTES: Final = 8 * 60

# A lapsed lease keeps its draft too: the answer may still be stored if its place is free. What was answered takes a
# draft only of a correction of what holds now.
_SAVE = """
WITH desk AS MATERIALIZED (
    SELECT a.id, a.state, r.lease_minutes, r.project_id, r.guideline_version_id FROM labeling_assignment a
    JOIN labeling_task t ON t.id = a.task_id JOIN labeling_round r ON r.id = t.round_id
    JOIN labeling_projectmembership m ON m.project_id = r.project_id AND m.agent_id = a.agent_id AND m.ended_at IS NULL
    WHERE a.task_id = %(task)s AND a.agent_id = %(agent)s
      AND (a.state = 1 OR a.repeat = 0 AND (a.state = 3 OR a.state = 2 AND %(revises)s::bigint IS NOT NULL))
    ORDER BY a.repeat DESC LIMIT 1
), saved AS (
    INSERT INTO labeling_draft AS d (task_id, agent_id, answers, active_ms, guideline_version_id, revises, saves)
    SELECT %(task)s, %(agent)s, %(answers)s::jsonb, %(active_ms)s, g.id, %(revises)s, 1
    FROM desk JOIN labeling_guidelineversion g ON g.id = %(guideline)s AND g.project_id = desk.project_id
    ON CONFLICT (task_id, agent_id) DO UPDATE
        SET answers = excluded.answers, active_ms = excluded.active_ms, saved_at = now(), saves = d.saves + 1,
            guideline_version_id = excluded.guideline_version_id, revises = excluded.revises
        WHERE d.saves = %(base)s OR %(over)s OR d.answers = excluded.answers
    RETURNING d.saves
), renewed AS (
    UPDATE labeling_assignment a SET due = greatest(a.due, now() + desk.lease_minutes * interval '1 minute')
    FROM desk WHERE a.id = desk.id AND a.state = 1 RETURNING a.due
)
SELECT (SELECT count(*) FROM desk) AS held, (SELECT saves FROM saved) AS saves, (SELECT due FROM renewed) AS due,
    (SELECT guideline_version_id FROM desk) AS guideline
"""
# Who takes tasks along says so, and says when they are back; a crowd's places are not held that long.
_RENEW = """
UPDATE labeling_assignment a SET due = CASE
    WHEN %(away)s::boolean AND m.role <> 'crowd_worker'
        THEN greatest(a.due, now() + greatest(r.lease_minutes, %(away_minutes)s) * interval '1 minute')
    WHEN NOT %(away)s::boolean THEN now() + r.lease_minutes * interval '1 minute'
    ELSE greatest(a.due, now() + r.lease_minutes * interval '1 minute') END
FROM labeling_task t JOIN labeling_round r ON r.id = t.round_id
JOIN labeling_projectmembership m ON m.project_id = r.project_id AND m.ended_at IS NULL
WHERE a.task_id = %(task)s AND a.agent_id = %(agent)s AND a.state = 1 AND t.id = a.task_id
  AND m.agent_id = a.agent_id
RETURNING a.due, r.guideline_version_id AS guideline
"""
_EXISTS = """
SELECT g.id FROM labeling_assignment a JOIN labeling_task t ON t.id = a.task_id
JOIN labeling_round r ON r.id = t.round_id
JOIN labeling_projectmembership m ON m.project_id = r.project_id AND m.agent_id = a.agent_id AND m.ended_at IS NULL
LEFT JOIN labeling_guidelineversion g ON g.id = %(guideline)s AND g.project_id = r.project_id
WHERE a.task_id = %(task)s AND a.agent_id = %(agent)s AND a.repeat = 0
"""
_DROP = """
DELETE FROM labeling_draft d WHERE d.saved_at < now() - %(days)s * interval '1 day'
   OR d.saved_at < now() - interval '1 hour' AND EXISTS (
        SELECT FROM labeling_assignment a WHERE a.task_id = d.task_id AND a.agent_id = d.agent_id AND a.repeat = 0
          AND NOT EXISTS (SELECT FROM labeling_assignment x
              WHERE x.task_id = d.task_id AND x.agent_id = d.agent_id AND x.repeat > 0 AND x.state IN (0, 1))
          AND (a.state = 4 OR a.state = 2 AND d.revises IS DISTINCT FROM a.head))
"""


@dataclass(frozen=True, slots=True)
class Saved:
    """A draft is on the server: how often it was saved, until when its lease runs, if it still does, and which
    guideline version holds now."""

    saves: int
    due: datetime | None
    guideline_version_id: int


@dataclass(frozen=True, slots=True)
class Renewed:
    """Until when a lease runs now, and which guideline version holds."""

    due: datetime
    guideline_version_id: int


def save_draft(
    caller: Caller,
    task_id: int,
    *,
    answers: Mapping[str, Any],
    guideline_version: int,
    active_ms: int = 0,
    revises: int | None = None,
    base: int = 0,
    over: bool = False,
) -> Saved:
    """Keeps unfinished work as it is, unchecked; `base` is the save it goes on from, so that nothing is overwritten
    unseen. `over` says that it is meant."""
    written = msgspec.json.encode(dict(answers)).decode()
    if len(written) > LARGEST_BYTES:
        raise InvalidInput(fields={"answers": f"at most {LARGEST_BYTES} bytes"})
    arguments = {
        "task": task_id,
        "agent": caller.agent_id,
        "answers": written,
        "active_ms": active_ms,
        "guideline": guideline_version,
        "revises": revises,
        "base": base,
        "over": over,
    }
    with transaction.atomic():
        found = rows(_SAVE, arguments)[0]
    if found["saves"] is not None:
        return Saved(found["saves"], found["due"], found["guideline"])
    known = rows(_EXISTS, arguments)
    if not known:
        raise NotFound
    if not found["held"]:
        raise TaskNotLeased
    if known[0]["id"] is None:
        raise InvalidInput(fields={"guideline_version": "there is no such version"})
    raise DraftChanged


def renew_lease(caller: Caller, task_id: int, *, away: bool | None = None) -> Renewed:
    """A lease goes on as long as somebody is at work on its task.

    With `away`, the task is taken along to where there is no network: its lease runs for hours, until it is said that
    it need not any more.
    """
    arguments = {
        "task": task_id,
        "agent": caller.agent_id,
        "guideline": 0,
        "away": away,
        "away_minutes": AWAY_MINUTES,
    }
    found = rows(_RENEW, arguments)
    if not found:
        raise TaskNotLeased if rows(_EXISTS, arguments) else NotFound
    return Renewed(found[0]["due"], found[0]["guideline"])


def drop_stale_drafts() -> None:
    """Forgets drafts of what was answered or skipped, and what nobody came back for."""
    rows(_DROP, {"days": KEPT_DAYS})
