"""Items that were archived leave the desk and come back with them: read from metadata's events, not told by it.

A withdrawn place stands in a lane that nobody reads, so a claim costs what it did. The claim itself looks at the item
it is about to hand out and comes here first if it is gone, so that nothing archived is handed out in between.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from django.db import connection, transaction

from labeling.models import Place, Task
from labeling.services.event_log import new_events

FOLLOWED: Final = ("items.archived", "items.restored", "batch.undone")
CURSOR: Final = "withdrawals"
EVENTS_AT_ONCE: Final = 500
ITEMS_AT_ONCE: Final = 1_000
LOOK_AHEAD: Final = 1_000

_LANES: Final = {
    "withdrawn_lane": int(Place.Lane.WITHDRAWN),
    "returned_lane": int(Place.Lane.RETURNED),
}

# The items' rows are held, so that one restored meanwhile is settled after this, by the event of its restoring.
_ITEMS = """
SELECT id, archived_at IS NOT NULL FROM metadata_item WHERE id = ANY(%(items)s) ORDER BY id FOR SHARE
"""
_WITHDRAW = """
WITH chosen AS MATERIALIZED (
    SELECT p.id FROM labeling_place p JOIN labeling_task t ON t.id = p.task_id
    WHERE t.item_id = ANY(%(items)s) AND p.lane <> %(withdrawn_lane)s
    ORDER BY p.task_id, p.pool_id FOR UPDATE OF p
)
UPDATE labeling_place p SET lane = %(withdrawn_lane)s FROM chosen WHERE p.id = chosen.id
"""
_BRING_BACK = """
WITH chosen AS MATERIALIZED (
    SELECT p.id FROM labeling_place p JOIN labeling_task t ON t.id = p.task_id
    WHERE t.item_id = ANY(%(items)s) AND p.lane = %(withdrawn_lane)s
    ORDER BY p.task_id, p.pool_id FOR UPDATE OF p
)
UPDATE labeling_place p SET lane = %(returned_lane)s, pos = nextval('labeling_place_pos')
FROM chosen WHERE p.id = chosen.id
"""
_TASKS = """
WITH chosen AS MATERIALIZED (
    SELECT id FROM labeling_task WHERE item_id = ANY(%(items)s) AND state = %(before)s ORDER BY id FOR UPDATE
)
UPDATE labeling_task t SET state = %(after)s FROM chosen WHERE t.id = chosen.id
"""
# Assignment before place, as everywhere. In a transaction after the withdrawal: a claim that was on its way has its
# lease by then, and no other can begin.
_END_LEASES = """
WITH ended AS MATERIALIZED (
    SELECT a.id, a.task_id, a.pool_id, a.state, a.repeat FROM labeling_assignment a JOIN labeling_task t ON t.id = a.task_id
    WHERE t.item_id = ANY(%(items)s) AND a.state IN (0, 1) ORDER BY a.id FOR UPDATE OF a
), freed AS (
    UPDATE labeling_assignment a SET state = CASE a.repeat WHEN 0 THEN 3 ELSE 4 END, due = NULL
    FROM ended e WHERE a.id = e.id
), per AS (                 -- a repeat held no place
    SELECT task_id, pool_id, count(*)::smallint AS n FROM ended WHERE repeat = 0 GROUP BY 1, 2 ORDER BY 1, 2
), back AS (
    UPDATE labeling_place p SET held = p.held - n FROM per WHERE p.task_id = per.task_id AND p.pool_id = per.pool_id
)
SELECT count(*) FROM ended
"""
_AHEAD = """
SELECT DISTINCT i.id FROM (
    SELECT p.task_id FROM labeling_place p WHERE p.pool_id = %(pool)s AND p.open AND p.lane <> %(withdrawn_lane)s
    ORDER BY p.lane, p.pos LIMIT %(limit)s) ahead
JOIN labeling_task t ON t.id = ahead.task_id
JOIN metadata_item i ON i.id = t.item_id AND i.archived_at IS NOT NULL
"""


def follow_items() -> int:
    """Settles the items that events since the last time archived or brought back; how many. Safe to run twice."""
    settled = 0
    for some in new_events(CURSOR, FOLLOWED, at_once=EVENTS_AT_ONCE):
        for one in some:
            ids = _of_batch(one.subject_id) if one.kind == "batch.undone" else _listed(one.payload)
            settle(ids)
            settled += len(ids)
    return settled


def _listed(payload: object) -> list[int]:
    read = json.loads(payload) if isinstance(payload, str) else payload
    listed = read.get("items", []) if isinstance(read, dict) else []
    return [int(one) for one in listed]


def _of_batch(batch_id: int | None) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM metadata_item WHERE batch_id = %s ORDER BY id", [batch_id])
        return [row[0] for row in cursor.fetchall()]


def settle(item_ids: Sequence[int]) -> None:
    """Makes the desk agree with these items as they are now: an archived one's open places are withdrawn and its
    leases end, where an honest late answer still finds its seat; one that came back is owed again. Answers stay."""
    for at in range(0, len(item_ids), ITEMS_AT_ONCE):
        some = {"items": list(item_ids[at : at + ITEMS_AT_ONCE])}
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_ITEMS, some)
            states = cursor.fetchall()
            gone = [item_id for item_id, is_archived in states if is_archived]
            here = [item_id for item_id, is_archived in states if not is_archived]
            if gone:
                cursor.execute(_WITHDRAW, {**_LANES, "items": gone})
                cursor.execute(
                    _TASKS, {"items": gone, "before": Task.State.OPEN, "after": Task.State.WITHDRAWN}
                )
            if here:
                cursor.execute(_BRING_BACK, {**_LANES, "items": here})
                cursor.execute(
                    _TASKS, {"items": here, "before": Task.State.WITHDRAWN, "after": Task.State.OPEN}
                )
        if gone:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_END_LEASES, {"items": gone})


def settle_ahead(pool_id: int, item_id: int) -> None:
    """A claim met an archived item before its event was read: settles it, and those next in the same queue."""
    with connection.cursor() as cursor:
        cursor.execute(_AHEAD, {**_LANES, "pool": pool_id, "limit": LOOK_AHEAD})
        ahead = [row[0] for row in cursor.fetchall()]
    settle(sorted({item_id, *ahead}))
