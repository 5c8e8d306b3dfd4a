"""A page of tasks at once: handed out one by one like any other, so that every lease and place is an ordinary one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from labeling.services import desk, withdrawals
from labeling.services.desk import ClaimedTask, NoTask
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.kernel.json_guard import BIGINT
from metadata.selectors.access import Caller
from metadata.selectors.prepared import rows

MOST_AT_ONCE: Final = 200
IN_ONE_COMMIT: Final = 25

# What is in somebody's hands already, all at once: claim_task would look through all of it for each.
_LEASED = """
WITH mine AS MATERIALIZED (
    SELECT a.id, r.id AS round_id, r.guideline_version_id, r.lease_minutes
    FROM labeling_projectmembership m
    JOIN labeling_project j ON j.id = m.project_id AND j.state = 'active'
    JOIN labeling_assignment a ON a.agent_id = m.agent_id AND a.state = 1 AND NOT a.task_id = ANY(%(holding)s::bigint[])
    CROSS JOIN LATERAL (SELECT p.round_id, p.team_id FROM labeling_pool p WHERE p.id = a.pool_id OFFSET 0) p
    JOIN labeling_round r ON r.id = p.round_id AND r.project_id = j.id AND r.state = 'open'
    WHERE m.project_id = %(project)s AND m.agent_id = %(agent)s AND m.ended_at IS NULL
      AND (p.team_id IS NULL OR p.team_id = m.team_id)
    ORDER BY a.due, a.id LIMIT %(most)s
    FOR UPDATE OF a SKIP LOCKED
), renewed AS (
    UPDATE labeling_assignment a SET due = greatest(a.due, now() + mine.lease_minutes * interval '1 minute')
    FROM mine WHERE a.id = mine.id
    RETURNING a.id, a.task_id, a.due, a.pool_id, mine.round_id, mine.guideline_version_id
)
SELECT a.task_id, a.due, a.round_id, a.guideline_version_id, i.id AS item_id, i.external_key, i.fields::json,
    j.visible_fields::json, parts.parts, a.pool_id, i.archived_at IS NOT NULL AS is_archived
FROM renewed a
JOIN labeling_task t ON t.id = a.task_id
JOIN metadata_item i ON i.id = t.item_id
JOIN labeling_project j ON j.id = %(project)s
CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('id', p.id, 'role', p.role, 'text', p.text, 'type', s.media_type,
        'width', s.width, 'height', s.height) ORDER BY p.ordinal, p.id), '[]') AS parts
    FROM metadata_part p LEFT JOIN metadata_asset s ON s.id = p.asset_id WHERE p.item_id = i.id) parts
ORDER BY a.due, a.task_id
"""
# Claims one after the other, each holding what those before it were given; a statement and a commit for some of them.
_CLAIM_SOME = """
WITH RECURSIVE given AS (
    SELECT c.*, array_append(%(holding)s::bigint[], c.task_id) AS held, 1 AS number
    FROM (SELECT may_take_more(%(agent)s, %(project)s, %(holding)s) AS ok OFFSET 0) m
    CROSS JOIN LATERAL claim_task(%(agent)s, %(project)s, %(holding)s) c WHERE m.ok
    UNION ALL
    SELECT c.*, array_append(g.held, c.task_id), g.number + 1
    FROM given g
    CROSS JOIN LATERAL (
        SELECT g.number < %(most)s AND may_take_more(%(agent)s, %(project)s, g.held) AS ok OFFSET 0) m
    CROSS JOIN LATERAL claim_task(%(agent)s, %(project)s, g.held) c WHERE m.ok
)
SELECT task_id, due, round_id, guideline_version_id, item_id, external_key, fields, visible_fields, parts, pool_id, is_archived
FROM given ORDER BY number
"""


@dataclass(frozen=True)
class ClaimedPage:
    """Tasks in somebody's hands, and why there are no more."""

    tasks: tuple[ClaimedTask, ...]
    reason: NoTask | None


def claim_page(caller: Caller, project_id: int, *, most: int, holding: list[int]) -> ClaimedPage:
    """The next tasks, at most so many together with what the caller is `holding`: what is leased already comes first.

    A commit for some of them at a time: each takes the same locks as a claim by itself, in the same order.
    """
    if not 1 <= most <= MOST_AT_ONCE:
        raise InvalidInput(fields={"most": f"from 1 to {MOST_AT_ONCE}"})
    if len(holding) > MOST_AT_ONCE:
        raise InvalidInput(fields={"holding": f"at most {MOST_AT_ONCE} task numbers"})
    if project_id > BIGINT:
        raise NotFound
    found = _handed(rows(_LEASED, _arguments(caller, project_id, most, holding)))
    held = [*holding, *(task.task_id for task in found)]
    while len(found) < most:
        wanted = min(IN_ONE_COMMIT, most - len(found))
        given = _handed(rows(_CLAIM_SOME, _arguments(caller, project_id, wanted, held)))
        if len(given) < wanted:
            # By itself: it looks where it has been before, and says why there is nothing more.
            one = desk.claim(caller, project_id, holding=[*held, *(task.task_id for task in given)])
            if isinstance(one, NoTask):
                return ClaimedPage((*found, *given), one)
            given.append(one)
        found += given
        held += (task.task_id for task in given)
    return ClaimedPage(tuple(found), None)


def _arguments(caller: Caller, project_id: int, most: int, holding: list[int]) -> dict[str, object]:
    return {"agent": caller.agent_id, "project": project_id, "holding": holding, "most": most}


def _handed(claimed: Sequence[Mapping[str, Any]]) -> list[ClaimedTask]:
    """What of these rows is handed out: an item that was archived meanwhile is withdrawn instead."""
    given = []
    for row in claimed:
        if task := desk.handed(row):
            given.append(task)
        else:
            withdrawals.settle_ahead(row["pool_id"], row["item_id"])
    return given
