"""The labeler's desk: which task comes next, and giving one back. A hot path, one statement a claim."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from labeling.errors import TaskNotLeased
from labeling.services import exams, flags, withdrawals
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.kernel.json_guard import BIGINT
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
LOOKED_THROUGH = 5_000
ARCHIVED_AT_MOST = 20

# OFFSET 0: who may take no more is told so before anything is claimed.
_CLAIM = """
SELECT c.* FROM (SELECT may_take_more(%(agent)s, %(project)s, %(holding)s) AS ok OFFSET 0) m
CROSS JOIN LATERAL claim_task(%(agent)s, %(project)s, %(holding)s) c WHERE m.ok
"""

# Lanes as `Place.Lane` names them: 32 to 63 of a shuffled round, 900 to 907 of gold.
# SKIP LOCKED can step over a place and a new lane has no position yet: begin again, once in a while. A person's positions
# are locked in the order of pool and lane everywhere.
_BEGIN_AGAIN = """
WITH pools AS MATERIALIZED (
    SELECT p.id, p.gold, r.ordering
    FROM labeling_projectmembership m
    JOIN labeling_project j ON j.id = m.project_id AND j.state = 'active'
    JOIN labeling_round r ON r.project_id = j.id AND r.state = 'open'
    JOIN labeling_pool p ON p.round_id = r.id
        AND (r.kind = 'exam' OR may_fill(p.team_id, p.experts, m.team_id, m.team_only, m.role))
    WHERE m.project_id = %(project)s AND m.agent_id = %(agent)s AND m.ended_at IS NULL
      AND may_enter(m.agent_id, m.exam_id, r.id, r.kind, r.exam_id, m.team_id, m.team_only, m.role)
)
INSERT INTO labeling_queueposition (agent_id, pool_id, lane, pos, reset_at)
SELECT %(agent)s, pools.id, lane, -1, now()
FROM pools CROSS JOIN LATERAL (
    SELECT 0 AS lane
    UNION ALL SELECT generate_series(1, 2) WHERE pools.ordering IN ('finish', 'plain') AND NOT pools.gold
    UNION ALL SELECT generate_series(1, 3 + (SELECT max(share) FROM labeling_pool WHERE id = pools.id))
    WHERE pools.ordering = 'spread' AND NOT pools.gold
    UNION ALL SELECT generate_series(32, 63) WHERE pools.ordering = 'shuffle' AND NOT pools.gold
    UNION ALL SELECT generate_series(900, 907) WHERE pools.gold) lanes
ORDER BY pools.id, lane
ON CONFLICT (agent_id, pool_id, lane) DO UPDATE SET pos = -1, reset_at = now()
    WHERE labeling_queueposition.reset_at < now() - %(reset)s * interval '1 second'
RETURNING 1
"""

# Before somebody is told that nothing is left: what others had locked when they came past it, and left, is behind them.
_STEPPED_OVER = """
WITH ahead AS MATERIALIZED (
    SELECT places.task_id, places.pool_id, places.is_shared
    FROM labeling_projectmembership m
    JOIN labeling_project j ON j.id = m.project_id AND j.state = 'active'
    JOIN labeling_round r ON r.project_id = j.id AND r.state = 'open'
    JOIN labeling_pool p ON p.round_id = r.id AND NOT p.gold AND may_fill(p.team_id, p.experts, m.team_id, m.team_only, m.role)
    CROSS JOIN LATERAL (
        SELECT task_id, pool_id, r.shares_items AND NOT r.repeats_items AS is_shared FROM labeling_place WHERE pool_id = p.id AND open AND lane <> 1000
        LIMIT %(most)s) places
    WHERE m.project_id = %(project)s AND m.agent_id = %(agent)s AND m.ended_at IS NULL
), behind AS MATERIALIZED (
    SELECT q.id FROM labeling_queueposition q
    WHERE q.agent_id = %(agent)s AND q.pool_id IN (
        SELECT a.pool_id FROM ahead a
        WHERE (SELECT x.task_id FROM labeling_assignment x
               WHERE x.task_id = a.task_id AND x.agent_id = %(agent)s AND x.state <> 3 LIMIT 1) IS NULL
          AND NOT (a.is_shared AND met_elsewhere(%(agent)s, a.task_id)))
    ORDER BY q.pool_id, q.lane
    FOR UPDATE OF q
)
UPDATE labeling_queueposition q SET pos = -1, reset_at = now() FROM behind WHERE q.id = behind.id
RETURNING 1
"""

_WHY = """
SELECT j.state AS project, m.role, coalesce(m.withheld, false) AS paused, m.most_tasks IS NOT NULL AND NOT may_take_more(%(agent)s, j.id, %(holding)s) AS enough,
    EXISTS (SELECT FROM labeling_examresult x JOIN labeling_round e ON e.id = x.exam_id AND e.project_id = j.id
        WHERE x.agent_id = %(agent)s AND NOT x.passed AND (e.id = m.exam_id OR EXISTS (
            SELECT FROM labeling_round o WHERE o.exam_id = e.id AND o.state = 'open'))) AS failed,
    (SELECT count(*) FROM labeling_round r WHERE r.project_id = j.id AND r.state = 'open'
        AND (NOT coalesce(m.team_only, false) OR EXISTS (
            SELECT FROM labeling_pool p WHERE p.round_id = r.id AND p.team_id = m.team_id))) AS rounds,
    EXISTS (SELECT FROM labeling_round r JOIN labeling_pool p ON p.round_id = r.id AND NOT p.gold
        WHERE r.project_id = j.id AND r.state = 'open' AND may_fill(p.team_id, p.experts, m.team_id, m.team_only, m.role)) AS for_me,
    EXISTS (SELECT FROM labeling_round r JOIN labeling_pool p ON p.round_id = r.id AND NOT p.gold
        JOIN labeling_place c ON c.pool_id = p.id
        WHERE r.project_id = j.id AND r.state = 'open' AND c.taken < c.wanted AND c.lane <> 1000
          AND (NOT coalesce(m.team_only, false) OR p.team_id = m.team_id)) AS unfinished,
    EXISTS (SELECT FROM labeling_round r JOIN labeling_pool p ON p.round_id = r.id AND NOT p.gold
        JOIN labeling_place c ON c.pool_id = p.id AND c.open AND c.lane <> 1000
        WHERE r.project_id = j.id AND r.state = 'open' AND may_fill(p.team_id, p.experts, m.team_id, m.team_only, m.role)) AS open_places,
    EXISTS (SELECT FROM (
        SELECT c.task_id FROM labeling_round r
        JOIN labeling_pool p ON p.round_id = r.id AND NOT p.gold AND may_fill(p.team_id, p.experts, m.team_id, m.team_only, m.role)
        JOIN labeling_place c ON c.pool_id = p.id AND c.open AND c.lane <> 1000
        WHERE r.project_id = j.id AND r.state = 'open' AND r.shares_items AND NOT r.repeats_items
        LIMIT %(most)s) c
        WHERE NOT EXISTS (SELECT FROM labeling_assignment a
            WHERE a.task_id = c.task_id AND a.agent_id = %(agent)s AND a.state <> 3)) AS met_elsewhere,
    EXISTS (SELECT FROM labeling_assignment a JOIN labeling_pool p ON p.id = a.pool_id
        JOIN labeling_round r ON r.id = p.round_id AND r.project_id = j.id AND r.state = 'open'
        WHERE a.agent_id = %(agent)s AND a.state = 0) AS planned
FROM labeling_project j
LEFT JOIN labeling_projectmembership m ON m.project_id = j.id AND m.agent_id = %(agent)s AND m.ended_at IS NULL
WHERE j.id = %(project)s
"""

_SKIP = """
WITH lease AS (
    UPDATE labeling_assignment SET state = 4, due = NULL, skip_reason = %(reason)s, skip_comment = %(comment)s
    WHERE task_id = %(task)s AND agent_id = %(agent)s AND state = 1
      AND EXISTS (SELECT FROM labeling_task t JOIN labeling_round r ON r.id = t.round_id
                  JOIN labeling_projectmembership m ON m.project_id = r.project_id
                  WHERE t.id = %(task)s AND m.agent_id = %(agent)s AND m.ended_at IS NULL)
    RETURNING task_id, pool_id, repeat
), freed AS (
    UPDATE labeling_place p SET held = p.held - 1, lane = CASE WHEN p.lane >= 900 THEN p.lane ELSE 0 END,
        pos = nextval('labeling_place_pos')
    FROM lease WHERE p.task_id = lease.task_id AND p.pool_id = lease.pool_id AND lease.repeat = 0
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
    SELECT id, task_id, pool_id, repeat FROM labeling_assignment
    WHERE state = 1 AND due < now() ORDER BY due LIMIT %s FOR UPDATE SKIP LOCKED
), freed AS (               -- a repeat holds no place: it is planned again
    UPDATE labeling_assignment a SET state = CASE a.repeat WHEN 0 THEN 3 ELSE 0 END,
        due = CASE a.repeat WHEN 0 THEN NULL ELSE now() END
    FROM lapsed l WHERE a.id = l.id
), per AS (
    SELECT task_id, pool_id, count(*)::smallint AS n FROM lapsed WHERE repeat = 0 GROUP BY 1, 2 ORDER BY 1, 2
), back AS (
    UPDATE labeling_place p SET held = p.held - n, lane = CASE WHEN p.lane >= 900 THEN p.lane ELSE 0 END,
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


NOT_QUALIFIED: Final = NoTask(
    "not_qualified", "You have not passed the exam that comes before this work. Thank you for trying."
)
YOURS_DONE: Final = NoTask(
    "yours_done", "You have labeled everything that is open to you. The rest needs other people."
)
# The first that holds is told.
REASONS: Final = (
    (
        "paused",
        True,
        NoTask(
            "paused",
            "Your work here is paused until somebody has looked at it. Leave this page to see why, and to answer.",
        ),
    ),
    ("failed", True, NOT_QUALIFIED),
    ("enough", True, NoTask("enough", "You have answered all that was asked of you. Thank you.")),
    (
        "rounds",
        False,
        NoTask("no_open_round", "No round is open. A manager opens one on the project's page."),
    ),
    ("for_me", False, NoTask("other_teams", "What is open is meant for another team.")),
    (
        "planned",
        True,
        NoTask("later", "Nothing is open to you right now. There will be more for you in a while."),
    ),
    ("unfinished", False, NoTask("all_done", "Everything is labeled. Thank you.")),
    (
        "open_places",
        False,
        NoTask("all_taken", "The last items are in other people's hands. Some may come back in a while."),
    ),
    (
        "met_elsewhere",
        True,
        NoTask(
            "met_elsewhere", "What is left you met in another round of this project. It needs other people."
        ),
    ),
)


def claim(caller: Caller, project_id: int, *, holding: list[int] | None = None) -> ClaimedTask | NoTask:
    """Hands out the next task, or the one already leased unless it is among those the caller is `holding`."""
    if project_id > BIGINT:
        raise NotFound
    arguments = {"agent": caller.agent_id, "project": project_id, "holding": holding or []}
    for _ in range(ARCHIVED_AT_MOST):
        found = rows(_CLAIM, arguments)
        if not found and rows(_BEGIN_AGAIN, {**arguments, "reset": RESET_EVERY_S}):
            found = rows(_CLAIM, arguments)
        if not found and rows(_STEPPED_OVER, {**arguments, "most": LOOKED_THROUGH}):
            found = rows(_CLAIM, arguments)
        if not found:
            settled = exams.settle(caller.agent_id, project_id)
            if settled is False:
                return NOT_QUALIFIED
            if settled and rows(_BEGIN_AGAIN, {**arguments, "reset": RESET_EVERY_S}):
                found = rows(_CLAIM, arguments)
        if not found:
            return _why(caller, project_id, holding or [])
        if given := handed(found[0]):
            return given
        withdrawals.settle_ahead(found[0]["pool_id"], found[0]["item_id"])
    return NoTask("all_taken", "Items are being taken back just now. Try again in a moment.")


def show_new_places(project_id: int, agent_ids: Iterable[int]) -> None:
    """These people find places that were just opened with their next claim, not only when nothing else is left."""
    for agent_id in agent_ids:
        rows(_BEGIN_AGAIN, {"agent": agent_id, "project": project_id, "reset": RESET_EVERY_S})


def handed(row: Mapping[str, Any]) -> ClaimedTask | None:
    """What a row of `claim_task` hands out: nothing, if there was no task or its item has been archived."""
    if row.get("task_id") is None or row["is_archived"]:
        return None
    shown = row["visible_fields"]
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


def _why(caller: Caller, project_id: int, holding: list[int]) -> NoTask:
    """Why there is no task; a project one is not a member of does not exist."""
    arguments = {"agent": caller.agent_id, "project": project_id, "holding": holding, "most": LOOKED_THROUGH}
    found = rows(_WHY, arguments)
    if not found or (found[0]["role"] is None and not caller.is_admin):
        raise NotFound
    state = found[0]
    if state["role"] is None:
        return NoTask(
            "not_a_member", "You are an admin here, but not a member of this project. Join it to label."
        )
    if state["project"] != "active":
        return NoTask("project_not_active", "The project is paused. Its manager can set it going again.")
    return next((why for fact, is_so, why in REASONS if bool(state[fact]) == is_so), YOURS_DONE)


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
    flags.show_experts_first(task_id)


@transaction.atomic
def sweep_lapsed_leases(limit: int = 500) -> int:
    """Gives back leases that ran out, oldest first; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_SWEEP, [limit])
        return int(cursor.fetchone()[0])
