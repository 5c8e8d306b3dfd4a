"""What waits for a reviewer, by why it waits; each list in the order of its tasks, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

PAGE: Final = 30
COUNTED_TO: Final = 1000

# Each yields task, item, the marks on it and their comments.
_OBJECTIONS = """
SELECT t.id AS task_id, t.item_id, ARRAY[]::text[] AS kinds, array_agg(v.objection::text ORDER BY v.id) AS comments
FROM labeling_review v JOIN labeling_task t ON t.id = v.task_id JOIN labeling_round r ON r.id = t.round_id
WHERE r.project_id = %(project)s AND v.objected_at IS NOT NULL AND v.replied_at IS NULL
GROUP BY t.id, t.item_id
"""
_FLAGGED = """
SELECT t.id AS task_id, t.item_id, array_agg(DISTINCT f.kind::text) AS kinds,
    coalesce(array_agg(f.comment::text ORDER BY f.id) FILTER (WHERE f.comment <> ''), '{}') AS comments
FROM labeling_flag f JOIN labeling_task t ON t.id = f.task_id JOIN labeling_round r ON r.id = t.round_id
WHERE r.project_id = %(project)s AND f.settled_at IS NULL
GROUP BY t.id, t.item_id
"""
_CAME_BACK = """
SELECT DISTINCT t.id AS task_id, t.item_id, ARRAY[]::text[] AS kinds, ARRAY[v.reason::text] AS comments
FROM labeling_review v JOIN labeling_task t ON t.id = v.task_id JOIN labeling_round r ON r.id = t.round_id
WHERE r.project_id = %(project)s AND v.verdict = 'returned'
  AND NOT EXISTS (SELECT FROM labeling_review later
      WHERE later.task_id = v.task_id AND later.agent_id = v.agent_id AND later.id > v.id)
  AND EXISTS (SELECT FROM labeling_annotation n
      WHERE n.task_id = v.task_id AND n.agent_id = v.agent_id AND n.revision > 0 AND n.id > v.annotation_id)
"""
_DIFFER = """
SELECT DISTINCT t.id AS task_id, t.item_id, ARRAY[]::text[] AS kinds, ARRAY[]::text[] AS comments
FROM labeling_tally y JOIN labeling_task t ON t.item_id = y.item_id JOIN labeling_round r ON r.id = t.round_id
JOIN labeling_round_questions q ON q.round_id = r.id AND q.question_id = y.question_id
WHERE r.project_id = %(project)s AND y.codes[1] <> y.codes[cardinality(y.codes)]
  AND NOT EXISTS (SELECT FROM labeling_review v WHERE v.task_id = t.id AND v.verdict <> 'returned')
"""
_ANSWERED = """
SELECT DISTINCT t.id AS task_id, t.item_id, ARRAY[]::text[] AS kinds, ARRAY[]::text[] AS comments
FROM labeling_round r JOIN labeling_task t ON t.round_id = r.id JOIN labeling_place p ON p.task_id = t.id AND p.taken > 0
WHERE r.project_id = %(project)s AND r.kind <> 'imported'
  AND NOT EXISTS (SELECT FROM labeling_review v WHERE v.task_id = t.id)
"""
QUEUES: Final = {
    "objections": _OBJECTIONS,
    "flagged": _FLAGGED,
    "returned": _CAME_BACK,
    "differ": _DIFFER,
    "answered": _ANSWERED,
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A task that waits, with the marks on it and what people wrote there."""

    task_id: int
    item_id: int
    kinds: tuple[str, ...]
    comments: tuple[str, ...]


def waiting(project_id: int, why: str, *, after: int = 0, limit: int = PAGE) -> list[Waiting]:
    """The next tasks of one list, after the given one."""
    sql = f"SELECT * FROM ({QUEUES[why]}) queue WHERE task_id > %(after)s ORDER BY task_id LIMIT %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, {"project": project_id, "after": after, "limit": limit})
        return [Waiting(row[0], row[1], tuple(row[2]), tuple(row[3])) for row in cursor.fetchall()]


def next_waiting(project_id: int, why: str, *, after: int) -> int | None:
    """The task to look at after this one: the next of the list, or its first."""
    for start in (after, 0):
        if found := [
            one.task_id for one in waiting(project_id, why, after=start, limit=2) if one.task_id != after
        ]:
            return found[0]
    return None


def waiting_counts(project_id: int, whys: Sequence[str] = tuple(QUEUES)) -> dict[str, int]:
    """How many tasks wait by why, counted to a thousand."""
    parts = ", ".join(f"(SELECT count(*) FROM ({QUEUES[why]} LIMIT {COUNTED_TO}) queue)" for why in whys)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {parts}", {"project": project_id})
        return dict(zip(whys, cursor.fetchone(), strict=True))
