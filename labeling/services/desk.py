"""The labeler's desk: which task comes next, and giving one back. A hot path, one statement a claim."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from labeling.errors import TaskNotLeased
from labeling.services import withdrawals
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors.access import Caller
from metadata.selectors.prepared import rows

FLAG_OF_REASON = {
    "unreadable": "unreadable",
    "unsure": "ambiguous",
    "needs_expert": "needs_expert",
    "broken": "broken",
    "other": "other",
}
SKIP_REASONS = tuple(FLAG_OF_REASON)
RESET_EVERY_S = 30
ARCHIVED_AT_MOST = 20

_OPEN_POOLS = """
pools AS MATERIALIZED (
    SELECT p.id, r.id AS round_id, r.rank, r.ordering, r.lease_minutes, r.guideline_version_id
    FROM labeling_projectmembership m
    JOIN labeling_project j ON j.id = m.project_id AND j.state = 'active'
    JOIN labeling_round r ON r.project_id = j.id AND r.state = 'open'
    JOIN labeling_pool p ON p.round_id = r.id AND (p.team_id IS NULL OR p.team_id = m.team_id)
    WHERE m.project_id = %(project)s AND m.agent_id = %(agent)s AND m.ended_at IS NULL
)"""

# Lane 1000 (Place.Lane.WITHDRAWN) holds places of archived items; nobody has a position in it.
# A scalar subquery asks whether this labeler had the task: one index probe, never a flattened anti-join.
# A lapsed lease may be taken up again; a skipped task is not offered twice.
# Lanes of 'finish': 0 given back, 1 opened, 2 fresh. Who takes a fresh task has found nothing in lane 1, and the task
# goes there as the newest: their position passes it, or one far ahead would read all their own tasks at each claim.
_CLAIM = (
    "WITH "
    + _OPEN_POOLS
    + """
, mine AS MATERIALIZED (
    SELECT a.id, a.task_id, a.pool_id
    FROM labeling_assignment a JOIN pools ON pools.id = a.pool_id
    WHERE a.agent_id = %(agent)s AND a.state = 1 AND NOT (a.task_id = ANY(%(holding)s))
    ORDER BY a.due LIMIT 1
), pick AS MATERIALIZED (
    SELECT p.task_id, c.pool_id, c.lane, p.pos, c.ordering, c.lease_minutes
    FROM (SELECT q.pool_id, q.lane, q.pos, pools.ordering, pools.lease_minutes
          FROM pools JOIN labeling_queueposition q ON q.pool_id = pools.id AND q.agent_id = %(agent)s
          WHERE NOT EXISTS (SELECT FROM mine)
          ORDER BY pools.rank, pools.round_id, pools.id, q.lane) c
    CROSS JOIN LATERAL (
        SELECT task_id, pos FROM labeling_place
        WHERE pool_id = c.pool_id AND lane = c.lane AND pos > c.pos AND open
          AND (SELECT a.task_id FROM labeling_assignment a
               WHERE a.task_id = labeling_place.task_id AND a.agent_id = %(agent)s AND a.state <> 3 LIMIT 1) IS NULL
        ORDER BY pos LIMIT 1
        FOR UPDATE SKIP LOCKED) p
    LIMIT 1
), lease AS (
    INSERT INTO labeling_assignment (task_id, agent_id, repeat, pool_id, state, due, skip_reason, skip_comment)
    SELECT task_id, %(agent)s, 0, pool_id, 1, now() + lease_minutes * interval '1 minute', '', '' FROM pick
    ON CONFLICT (task_id, agent_id, repeat) DO UPDATE
        SET state = 1, due = excluded.due, pool_id = excluded.pool_id WHERE labeling_assignment.state = 3
    RETURNING task_id, pool_id, due
), took AS (
    UPDATE labeling_place p SET held = p.held + 1,
        lane = CASE pick.ordering WHEN 'finish' THEN 1 WHEN 'spread' THEN 3 + p.taken + p.held ELSE p.lane END,
        pos = CASE WHEN pick.ordering = 'plain' OR (pick.ordering = 'finish' AND p.lane = 1) THEN p.pos
                   ELSE nextval('labeling_place_pos') END
    FROM lease, pick WHERE p.task_id = lease.task_id AND p.pool_id = lease.pool_id
    RETURNING p.pos
), moved AS (
    UPDATE labeling_queueposition c SET pos = CASE WHEN c.lane = pick.lane THEN pick.pos ELSE took.pos END
    FROM pick, took WHERE c.agent_id = %(agent)s AND c.pool_id = pick.pool_id
      AND (c.lane = pick.lane OR (pick.ordering = 'finish' AND pick.lane = 2 AND c.lane = 1))
), renewed AS (
    UPDATE labeling_assignment a SET due = greatest(a.due, now() + pools.lease_minutes * interval '1 minute')
    FROM mine JOIN pools ON pools.id = mine.pool_id WHERE a.id = mine.id
    RETURNING a.task_id, a.pool_id, a.due
), handed AS (SELECT * FROM lease UNION ALL SELECT * FROM renewed)
SELECT h.task_id, h.due, pools.round_id, pools.guideline_version_id, i.id AS item_id, i.external_key, i.fields::json,
       j.visible_fields::json, parts.parts, h.pool_id, i.archived_at IS NOT NULL AS is_archived
FROM handed h
JOIN pools ON pools.id = h.pool_id
CROSS JOIN LATERAL (SELECT item_id FROM labeling_task WHERE id = h.task_id OFFSET 0) t
CROSS JOIN LATERAL (SELECT id, external_key, fields, archived_at FROM metadata_item WHERE id = t.item_id OFFSET 0) i
JOIN labeling_project j ON j.id = %(project)s
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('id', p.id, 'role', p.role, 'text', p.text, 'type', a.media_type,
        'width', a.width, 'height', a.height) ORDER BY p.ordinal, p.id), '[]') AS parts
    FROM metadata_part p LEFT JOIN metadata_asset a ON a.id = p.asset_id WHERE p.item_id = i.id) parts
"""
)

# SKIP LOCKED can step over a place and a new lane has no position yet: begin again, once in a while.
_BEGIN_AGAIN = (
    "WITH "
    + _OPEN_POOLS
    + """
INSERT INTO labeling_queueposition (agent_id, pool_id, lane, pos, reset_at)
SELECT %(agent)s, pools.id, lane, -1, now()
FROM pools CROSS JOIN LATERAL (
    SELECT generate_series(0, 2) AS lane WHERE pools.ordering <> 'spread'
    UNION ALL SELECT generate_series(0, 3 + (SELECT max(share) FROM labeling_pool WHERE id = pools.id))
    WHERE pools.ordering = 'spread') lanes
ON CONFLICT (agent_id, pool_id, lane) DO UPDATE SET pos = -1, reset_at = now()
    WHERE labeling_queueposition.reset_at < now() - %(reset)s * interval '1 second'
RETURNING 1
"""
)

_WHY = """
SELECT j.state AS project, m.role,
    (SELECT count(*) FROM labeling_round r WHERE r.project_id = j.id AND r.state = 'open') AS rounds,
    EXISTS (SELECT FROM labeling_round r JOIN labeling_pool p ON p.round_id = r.id
        WHERE r.project_id = j.id AND r.state = 'open' AND (p.team_id IS NULL OR p.team_id = m.team_id)) AS for_me,
    EXISTS (SELECT FROM labeling_round r JOIN labeling_pool p ON p.round_id = r.id
        JOIN labeling_place c ON c.pool_id = p.id
        WHERE r.project_id = j.id AND r.state = 'open' AND c.taken < c.wanted AND c.lane <> 1000) AS unfinished,
    EXISTS (SELECT FROM labeling_round r JOIN labeling_pool p ON p.round_id = r.id
        JOIN labeling_place c ON c.pool_id = p.id AND c.open AND c.lane <> 1000
        WHERE r.project_id = j.id AND r.state = 'open' AND (p.team_id IS NULL OR p.team_id = m.team_id)) AS open_places
FROM labeling_project j
LEFT JOIN labeling_projectmembership m ON m.project_id = j.id AND m.agent_id = %(agent)s AND m.ended_at IS NULL
WHERE j.id = %(project)s
"""

_SKIP = """
WITH lease AS (
    UPDATE labeling_assignment SET state = 4, due = NULL, skip_reason = %(reason)s, skip_comment = %(comment)s
    WHERE task_id = %(task)s AND agent_id = %(agent)s AND repeat = 0 AND state = 1
      AND EXISTS (SELECT FROM labeling_task t JOIN labeling_round r ON r.id = t.round_id
                  JOIN labeling_projectmembership m ON m.project_id = r.project_id
                  WHERE t.id = %(task)s AND m.agent_id = %(agent)s AND m.ended_at IS NULL)
    RETURNING task_id, pool_id
), freed AS (
    UPDATE labeling_place p SET held = p.held - 1, lane = CASE p.lane WHEN 1000 THEN 1000 ELSE 0 END,
        pos = nextval('labeling_place_pos')
    FROM lease WHERE p.task_id = lease.task_id AND p.pool_id = lease.pool_id
), flagged AS (      -- what was skipped waits for a reviewer, under the reason's name
    INSERT INTO labeling_flag (task_id, agent_id, kind, comment, skipped)
    SELECT task_id, %(agent)s, %(flag)s, %(comment)s, true FROM lease
    ON CONFLICT (task_id, agent_id, kind) DO UPDATE
        SET comment = excluded.comment, skipped = true, settled_at = NULL, settled_by_id = NULL
), noted AS (
    INSERT INTO metadata_event (kind, dataset_id, project_id, subject_id, agent_id, payload)
    SELECT 'task.skipped', j.dataset_id, j.id, t.id, %(agent)s, json_build_object('reason', %(reason)s::text)::jsonb
    FROM lease JOIN labeling_task t ON t.id = lease.task_id JOIN labeling_round r ON r.id = t.round_id
    JOIN labeling_project j ON j.id = r.project_id
)
SELECT task_id FROM lease
"""

_IS_MEMBER = """
SELECT m.id FROM labeling_task t JOIN labeling_round r ON r.id = t.round_id
JOIN labeling_projectmembership m ON m.project_id = r.project_id
WHERE t.id = %(task)s AND m.agent_id = %(agent)s AND m.ended_at IS NULL
"""

_SWEEP = """
WITH lapsed AS MATERIALIZED (
    SELECT id, task_id, pool_id FROM labeling_assignment
    WHERE state = 1 AND due < now() ORDER BY due LIMIT %s FOR UPDATE SKIP LOCKED
), freed AS (
    UPDATE labeling_assignment a SET state = 3, due = NULL FROM lapsed l WHERE a.id = l.id
), per AS (
    SELECT task_id, pool_id, count(*)::smallint AS n FROM lapsed GROUP BY 1, 2 ORDER BY 1, 2
), back AS (
    UPDATE labeling_place p SET held = p.held - n, lane = CASE p.lane WHEN 1000 THEN 1000 ELSE 0 END,
        pos = nextval('labeling_place_pos')
    FROM per WHERE p.task_id = per.task_id AND p.pool_id = per.pool_id
)
SELECT count(*) FROM lapsed
"""


@dataclass(frozen=True)
class ClaimedTask:
    """A task in somebody's hands, with what they may see of its item."""

    task_id: int
    round_id: int
    due: datetime
    guideline_version_id: int
    item_id: int
    item_key: str
    fields: dict[str, Any]
    parts: list[dict[str, Any]]


@dataclass(frozen=True)
class NoTask:
    """Why nothing was handed out."""

    code: str
    message: str


def claim(caller: Caller, project_id: int, *, holding: list[int] | None = None) -> ClaimedTask | NoTask:
    """Hands out the next task, or the one already leased unless it is among those the caller is `holding`."""
    arguments = {"agent": caller.agent_id, "project": project_id, "holding": holding or []}
    for _ in range(ARCHIVED_AT_MOST):
        found = rows(_CLAIM, arguments)
        if not found and rows(_BEGIN_AGAIN, {**arguments, "reset": RESET_EVERY_S}):
            found = rows(_CLAIM, arguments)
        if not found:
            return _why(caller, project_id)
        if not found[0]["is_archived"]:
            break
        withdrawals.settle_ahead(found[0]["pool_id"], found[0]["item_id"])
    else:
        return NoTask("all_taken", "Items are being taken back just now. Try again in a moment.")
    row = found[0]
    visible = row["visible_fields"]
    shown = set(visible)
    return ClaimedTask(
        task_id=row["task_id"],
        round_id=row["round_id"],
        due=row["due"],
        guideline_version_id=row["guideline_version_id"],
        item_id=row["item_id"],
        item_key=row["external_key"] if "key" in shown else "",
        fields={name: value for name, value in row["fields"].items() if name in shown},
        parts=row["parts"],
    )


def _why(caller: Caller, project_id: int) -> NoTask:
    """Why there is no task; a project one is not a member of does not exist."""
    found = rows(_WHY, {"agent": caller.agent_id, "project": project_id})
    if not found or (found[0]["role"] is None and not caller.is_admin):
        raise NotFound
    state = found[0]
    if state["role"] is None:
        return NoTask(
            "not_a_member", "You are an admin here, but not a member of this project. Join it to label."
        )
    if state["project"] != "active":
        return NoTask("project_not_active", "The project is paused. Its manager can set it going again.")
    if not state["rounds"]:
        return NoTask("no_open_round", "No round is open. A manager opens one on the project's page.")
    if not state["for_me"]:
        return NoTask("other_teams", "What is open is meant for another team.")
    if not state["unfinished"]:
        return NoTask("all_done", "Everything is labeled. Thank you.")
    if not state["open_places"]:
        return NoTask(
            "all_taken", "The last items are in other people's hands. Some may come back in a while."
        )
    return NoTask(
        "yours_done", "You have labeled everything that is open to you. The rest needs other people."
    )


def skip(caller: Caller, task_id: int, *, reason: str, comment: str = "") -> None:
    """Gives a leased task back, with the reason; it is not offered to this person again.

    A task of a project one is no member of, any more or ever, does not exist.
    """
    if reason not in SKIP_REASONS:
        raise InvalidInput(fields={"reason": f"must be one of {', '.join(SKIP_REASONS)}"})
    arguments = {
        "agent": caller.agent_id,
        "task": task_id,
        "reason": reason,
        "flag": FLAG_OF_REASON[reason],
        "comment": comment[:500],
    }
    if not rows(_SKIP, arguments):
        raise TaskNotLeased if rows(_IS_MEMBER, arguments) else NotFound


@transaction.atomic
def sweep_lapsed_leases(limit: int = 500) -> int:
    """Gives back leases that ran out, oldest first; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, [limit])
        return int(cursor.fetchone()[0])
