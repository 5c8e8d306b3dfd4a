"""The event log as readers of this app fold it, each with a place of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

# Only what is older than every transaction still running: one that commits late is not stepped over. Where the cursor
# is ahead of the clock (a database restored elsewhere), the log is read anew: settling twice changes nothing.
_EVENTS = """
WITH now AS (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon),
cursor AS (
    SELECT now.horizon, CASE WHEN c.transaction <= now.horizon THEN c.transaction ELSE 0 END AS transaction,
        CASE WHEN c.transaction <= now.horizon THEN c.event_id ELSE 0 END AS event_id
    FROM now LEFT JOIN labeling_logposition c ON c.name = %(name)s
)
SELECT cursor.horizon, e.transaction, e.id, e.kind, e.project_id, e.subject_id, e.agent_id, e.payload
FROM cursor LEFT JOIN LATERAL (
    SELECT * FROM metadata_event
    WHERE (transaction, id) > (coalesce(cursor.transaction, 0), coalesce(cursor.event_id, 0))
      AND transaction < cursor.horizon AND kind = ANY(%(kinds)s)
    ORDER BY transaction, id LIMIT %(limit)s) e ON true
"""
_MOVE = """
INSERT INTO labeling_logposition (name, transaction, event_id) VALUES (%(name)s, %(transaction)s, %(event)s)
ON CONFLICT (name) DO UPDATE SET transaction = excluded.transaction, event_id = excluded.event_id
"""
_HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


@dataclass(frozen=True, slots=True)
class Happened:
    """One event; `payload` is as the driver gives it."""

    kind: str
    project_id: int | None
    subject_id: int | None
    agent_id: int | None
    payload: Any


def new_events(name: str, kinds: Collection[str], *, at_once: int) -> Iterator[list[Happened]]:
    """What happened since the reader's last time, some at a time; its place moves on once these were dealt with."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_EVENTS, {"name": name, "kinds": list(kinds), "limit": at_once})
            rows = cursor.fetchall()
        found = [row for row in rows if row[2] is not None]
        yield [Happened(*row[3:]) for row in found]
        is_last = len(found) < at_once
        reached = (rows[0][0], 0) if is_last else (found[-1][1], found[-1][2])
        _move(name, *reached)
        if is_last:
            return


def begin_here(name: str) -> None:
    """What happened so far is of no interest to this reader."""
    with connection.cursor() as cursor:
        cursor.execute(_HORIZON)
        (horizon,) = cursor.fetchone()
    _move(name, horizon, 0)


def _move(name: str, transaction: int, event_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, {"name": name, "transaction": transaction, "event": event_id})
