"""Many answers that were given elsewhere, written as submits would have written them: seats, votes, profiles, versions."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from django.db import connection
from django.utils import timezone

from labeling.models import Pool, Round
from labeling.services.leaves import annotation_leaf
from metadata.kernel.canonical import canonical_json
from metadata.services import versions

DONE: Final = 2


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One person's pass over an item: by question, the value as dumped and its votes. `key` is its own in the round."""

    item_id: int
    agent_id: int
    key: str
    values: Mapping[int, Any]
    votes: Sequence[tuple[int, str, int]]
    by_question_key: Mapping[str, Any]
    independent: bool = True
    active_ms: int = 0
    created_at: dt.datetime | None = None

    @property
    def body_hash(self) -> bytes:
        return hashlib.sha256(canonical_json(dict(self.by_question_key))).digest()


@dataclass(slots=True)
class Written:
    """What became of them. `changed` are keys that were there with other values: they stay as they were."""

    stored: int = 0
    repeated: int = 0
    beside: int = 0
    changed: tuple[str, ...] = ()


_KNOWN = """
SELECT n.key, n.body_hash FROM labeling_annotation n JOIN labeling_task t ON t.id = n.task_id
WHERE t.round_id = %(round)s AND n.revision = 0
"""
_TASKS = """
INSERT INTO labeling_task (round_id, item_id, state)
SELECT %(round)s, item, 1 FROM unnest(%(items)s::bigint[]) AS t(item) ORDER BY item
ON CONFLICT (round_id, item_id) DO NOTHING
"""
_TASK_IDS = "SELECT item_id, id FROM labeling_task WHERE round_id = %(round)s AND item_id = ANY(%(items)s)"
_PASSES = (
    "SELECT task_id, agent_id, count(*) FROM labeling_assignment WHERE task_id = ANY(%(tasks)s) GROUP BY 1, 2"
)
_PLACES = """
INSERT INTO labeling_place AS p (task_id, pool_id, wanted, taken, held, lane, pos)
SELECT task, %(pool)s, n, n, 0, 2, task FROM unnest(%(tasks)s::bigint[], %(counts)s::integer[]) AS g(task, n)
ORDER BY task ON CONFLICT (task_id, pool_id) DO UPDATE SET wanted = p.wanted + excluded.taken,
    taken = p.taken + excluded.taken
RETURNING task_id, taken
"""
_NUMBERS = """
SELECT array_agg(nextval(pg_get_serial_sequence('labeling_annotation', 'id'))) FROM generate_series(1, %s)
"""
_ANNOTATIONS = """
COPY labeling_annotation (id, task_id, agent_id, repeat, revision, pool_id, seat, guideline_version_id, independent,
    active_ms, key, body_hash, created_at) FROM STDIN
"""
_ASSIGNMENTS = "COPY labeling_assignment (task_id, agent_id, repeat, pool_id, state, head) FROM STDIN"
_ANSWERS = "COPY labeling_answer (annotation_id, question_id, item_id, value) FROM STDIN"
_MEMBERS = "COPY metadata_versionmember (dataset_id, kind, subject, facet, row, leaf, valid_from) FROM STDIN"
_VOTES = "COPY labeling_vote (annotation_id, question_id, facet, item_id, agent_id, code, current) FROM STDIN"
# What was there before is what is there now without what was added: taken off by number, so that it holds for a row
# that somebody else made meanwhile, too.
_TALLIES = """
WITH given AS (
    SELECT question_id, facet, item_id, array_agg(code ORDER BY code) AS codes
    FROM labeling_vote WHERE annotation_id = ANY(%(annotations)s) AND current GROUP BY 1, 2, 3
), tallied AS (
    INSERT INTO labeling_tally AS t (question_id, facet, item_id, codes)
    SELECT question_id, facet, item_id, codes FROM given ORDER BY question_id, facet, item_id
    ON CONFLICT (question_id, facet, item_id) DO UPDATE
        SET codes = (SELECT array_agg(c ORDER BY c) FROM unnest(t.codes || excluded.codes) c)
    RETURNING question_id, facet, item_id, codes
), changed AS (
    SELECT t.question_id, t.facet, t.codes, (
        SELECT coalesce(array_agg(c ORDER BY c), '{}') FROM (
            SELECT c, row_number() OVER (PARTITION BY c) AS nth FROM unnest(t.codes) c
            EXCEPT ALL SELECT c, row_number() OVER (PARTITION BY c) FROM unnest(g.codes) c) AS rest(c, nth)
    ) AS before
    FROM tallied t JOIN given g USING (question_id, facet, item_id)
), net AS (
    SELECT question_id, facet, codes, sum(n) AS n FROM (
        SELECT question_id, facet, codes, 1 AS n FROM changed
        UNION ALL SELECT question_id, facet, before, -1 FROM changed WHERE before <> '{}') steps
    GROUP BY 1, 2, 3 HAVING sum(n) <> 0
)
INSERT INTO labeling_profile AS p (question_id, facet, codes, n)
SELECT question_id, facet, codes, n FROM net ORDER BY 1, 2, 3
ON CONFLICT (question_id, facet, codes) DO UPDATE SET n = p.n + excluded.n
"""


def write_given(dataset_id: int, opened: Round, pool: Pool, given: Sequence[GivenAnswer]) -> Written:
    """Each key once: what is there already is left alone. A person's further pass over an item is kept beside the
    first: it takes no seat and casts no vote. Call it inside a transaction."""
    result = Written()
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"round": opened.pk})
        known = {key: bytes(body) for key, body in cursor.fetchall()}
        new = [one for one in given if one.key not in known]
        result.repeated = len(given) - len(new)
        result.changed = tuple(
            one.key for one in given if one.key in known and known[one.key] != one.body_hash
        )
        if not new:
            return result
        placed = _placed(cursor, opened, pool, new)
        result.stored = len(new)
        result.beside = sum(1 for one in placed if one.seat is None)
        cursor.execute(_NUMBERS, [len(new)])
        ids: list[int] = cursor.fetchone()[0]
        number = versions.open_number(dataset_id)
        _copied(dataset_id, opened, pool, number, ids, placed)
        cursor.execute(_TALLIES, {"annotations": ids})
    return result


@dataclass(frozen=True, slots=True)
class _Placed:
    """An answer with its task, which pass of its person it is, and its seat; none for a further pass."""

    answer: GivenAnswer
    task: int
    repeat: int
    seat: int | None


def _placed(cursor: Any, opened: Round, pool: Pool, new: Sequence[GivenAnswer]) -> list[_Placed]:
    items = sorted({one.item_id for one in new})
    about: dict[str, Any] = {"round": opened.pk, "pool": pool.pk, "items": items}
    cursor.execute(_TASKS, about)
    cursor.execute(_TASK_IDS, about)
    task_of: dict[int, int] = dict(cursor.fetchall())
    cursor.execute(_PASSES, {"tasks": list(task_of.values())})
    passes = {(task, agent): int(count) for task, agent, count in cursor.fetchall()}
    ordered: list[tuple[GivenAnswer, int, int]] = []
    firsts: dict[int, int] = {}
    for one in new:
        task = task_of[one.item_id]
        repeat = passes.get((task, one.agent_id), 0)
        passes[task, one.agent_id] = repeat + 1
        ordered.append((one, task, repeat))
        if repeat == 0:
            firsts[task] = firsts.get(task, 0) + 1
    cursor.execute(_PLACES, {**about, "tasks": list(firsts), "counts": list(firsts.values())})
    next_seat = {task: taken - firsts[task] for task, taken in cursor.fetchall()}
    placed: list[_Placed] = []
    for one, task, repeat in ordered:
        seat = None
        if repeat == 0:
            seat = next_seat[task] = next_seat[task] + 1
        placed.append(_Placed(one, task, repeat, seat))
    return placed


def _copied(
    dataset_id: int, opened: Round, pool: Pool, number: int, ids: Sequence[int], placed: Sequence[_Placed]
) -> None:
    leaf_key, guideline, now = versions.leaf_key(dataset_id), opened.guideline_version_id, timezone.now()
    annotations: list[Sequence[Any]] = []
    assignments: list[Sequence[Any]] = []
    answers: list[Sequence[Any]] = []
    members: list[Sequence[Any]] = []
    votes: list[Sequence[Any]] = []
    for annotation, row in zip(ids, placed, strict=True):
        one = row.answer
        is_counted = row.seat is not None
        annotations.append(
            (
                annotation,
                row.task,
                one.agent_id,
                row.repeat,
                0,
                pool.pk,
                row.seat,
                guideline,
                one.independent and is_counted,
                one.active_ms,
                one.key,
                one.body_hash,
                one.created_at or now,
            )
        )
        assignments.append((row.task, one.agent_id, row.repeat, pool.pk, DONE, annotation))
        answers += [
            (annotation, question, one.item_id, msgspec.json.encode(value).decode())
            for question, value in one.values.items()
        ]
        if is_counted:
            leaf = annotation_leaf(
                leaf_key,
                item_id=one.item_id,
                agent_id=one.agent_id,
                round_id=opened.pk,
                repeat=0,
                guideline_version_id=guideline,
                answers=one.by_question_key,
            )
            members.append((dataset_id, 2, annotation, 0, annotation, leaf, number))
            votes += [
                (annotation, question, facet, one.item_id, one.agent_id, code, True)
                for question, facet, code in one.votes
            ]
    for statement, rows in (
        (_ANNOTATIONS, annotations),
        (_ASSIGNMENTS, assignments),
        (_ANSWERS, answers),
        (_MEMBERS, members),
        (_VOTES, votes),
    ):
        _copy(statement, rows)


def _copy(statement: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
