"""Taking an answer: parsed by its label types, written once in one transaction, acknowledged after commit."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import msgspec
from django.db import IntegrityError, transaction

from labeling.errors import (
    AnswerChanged,
    IdempotencyConflict,
    MissingIdempotencyKey,
    PlaceTaken,
    TaskNotLeased,
)
from labeling.services import desk
from labeling.services.asked import asked_under, parsed_answers, refuse_gone_classes
from labeling.services.desk import ClaimedTask, NoTask
from labeling.services.leaves import annotation_leaf
from metadata.kernel.canonical import canonical_json
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors.access import Caller
from metadata.selectors.prepared import rows

LONGEST_ACTIVE_MS = 24 * 3600 * 1000

# OFFSET 0 keeps the order of the lookups: a plan made while the tables were small read all tasks for each lease.
_CONTEXT = """
SELECT a.state, a.pool_id, a.head, a.repeat, l.gold AS is_gold, r.seed, r.repeat_share, r.repeat_after_minutes, t.item_id, t.round_id, r.project_id, j.dataset_id, d.leaf_key,
    r.guideline_version_id AS newest_guideline, ARRAY(SELECT q.question_id FROM labeling_round_questions q WHERE q.round_id = r.id) AS question_ids,
    parts.parts
FROM (SELECT * FROM labeling_assignment
      WHERE task_id = %(task)s AND agent_id = %(agent)s AND (repeat = 0 OR state = 1 AND NOT %(is_revision)s)
      ORDER BY repeat DESC LIMIT 1) a
CROSS JOIN LATERAL (SELECT item_id, round_id FROM labeling_task WHERE id = a.task_id OFFSET 0) t
CROSS JOIN LATERAL (SELECT gold FROM labeling_pool WHERE id = a.pool_id OFFSET 0) l
JOIN labeling_round r ON r.id = t.round_id
JOIN labeling_project j ON j.id = r.project_id
JOIN labeling_projectmembership m ON m.project_id = j.id AND m.agent_id = a.agent_id AND m.ended_at IS NULL
JOIN metadata_dataset d ON d.id = j.dataset_id
CROSS JOIN LATERAL (
    SELECT coalesce(json_object_agg(p.role, json_build_object('width', s.width, 'height', s.height,
        'duration_ms', s.duration_ms, 'characters', char_length(p.text))), '{}') AS parts
    FROM metadata_part p LEFT JOIN metadata_asset s ON s.id = p.asset_id WHERE p.item_id = t.item_id) parts
"""

# Read after the shared lock is held, in a statement of its own: in one statement with the write, cuts changed.
_OPEN_VERSION = "SELECT open_version(%(dataset)s) AS number"

_SUBMIT = """
SELECT s.id, s.seat
FROM submit_annotation(%(agent)s, %(task)s, %(key)s, %(body_hash)s, %(guideline)s, %(active_ms)s, %(item)s, %(dataset)s,
    %(project)s, %(questions)s, %(values)s::jsonb[], %(vote_questions)s, %(vote_facets)s, %(vote_codes)s, %(leaf)s,
    %(event)s::jsonb) s
"""

# The claim hangs on the submit's row, so it runs after it, in the same transaction: one commit for both.
_SUBMIT_AND_CLAIM = """
SELECT s.id, s.seat, c.*
FROM submit_annotation(%(agent)s, %(task)s, %(key)s, %(body_hash)s, %(guideline)s, %(active_ms)s, %(item)s, %(dataset)s,
    %(project)s, %(questions)s, %(values)s::jsonb[], %(vote_questions)s, %(vote_facets)s, %(vote_codes)s, %(leaf)s,
    %(event)s::jsonb) s
LEFT JOIN LATERAL (
    SELECT c.* FROM (SELECT may_take_more(%(agent)s, %(project)s, %(holding)s::bigint[] || s.task_id) AS ok OFFSET 0) m
    CROSS JOIN LATERAL claim_task(%(agent)s, %(project)s, %(holding)s::bigint[] || s.task_id) c WHERE m.ok) c ON true
"""

# Some answers are asked of the same person again; which ones follows from the round's seed.
_PLAN_REPEAT = """
WITH begun AS (DELETE FROM labeling_draft WHERE task_id = %(task)s AND agent_id = %(agent)s)
INSERT INTO labeling_assignment (task_id, agent_id, repeat, pool_id, state, due, skip_reason, skip_comment)
VALUES (%(task)s, %(agent)s, 1, %(pool)s, 0, now() + %(repeat_after)s * interval '1 minute', '', '')
ON CONFLICT (task_id, agent_id, repeat) DO NOTHING RETURNING id
"""

# Asked again: kept beside the first answer, takes no place, casts no vote, is in no version.
_SUBMIT_REPEAT = """
WITH lease AS MATERIALIZED (
    SELECT a.id, a.pool_id FROM labeling_assignment a
    WHERE a.task_id = %(task)s AND a.agent_id = %(agent)s AND a.repeat = %(repeat)s AND a.state = 1
      AND NOT EXISTS (SELECT FROM labeling_annotation n WHERE n.agent_id = %(agent)s AND n.key = %(key)s)
    FOR UPDATE
), noted AS (
    INSERT INTO labeling_annotation (task_id, agent_id, repeat, revision, pool_id, seat, guideline_version_id,
        independent, active_ms, key, body_hash)
    SELECT %(task)s, %(agent)s, %(repeat)s, 0, pool_id, NULL, %(guideline)s, true, %(active_ms)s, %(key)s, %(body_hash)s
    FROM lease RETURNING id
), closed AS (
    UPDATE labeling_assignment a SET state = 2, due = NULL, head = noted.id FROM lease, noted WHERE a.id = lease.id
), answered AS (
    INSERT INTO labeling_answer (annotation_id, question_id, item_id, value)
    SELECT noted.id, q.question, %(item)s, q.value
    FROM noted, unnest(%(questions)s::bigint[], %(values)s::jsonb[]) AS q(question, value)
), happened AS (
    INSERT INTO metadata_event (kind, dataset_id, project_id, subject_id, agent_id, payload)
    SELECT 'annotation.repeated', %(dataset)s, %(project)s, noted.id, %(agent)s, %(event)s::jsonb FROM noted
)
SELECT id, NULL::integer AS seat FROM noted
"""

_WHY = """
SELECT n.id, n.seat, n.revision, n.repeat, n.task_id, n.body_hash = %(body_hash)s AS same, a.state, a.head
FROM (VALUES (1)) one
LEFT JOIN labeling_annotation n ON n.agent_id = %(agent)s AND n.key = %(key)s
LEFT JOIN labeling_assignment a ON a.task_id = %(task)s AND a.agent_id = %(agent)s AND a.repeat = 0
"""

# The place went to somebody else: the work is kept with its answers, takes no seat and is never counted.
_SURPLUS = """
WITH noted AS (
    INSERT INTO labeling_annotation (task_id, agent_id, repeat, revision, pool_id, seat, guideline_version_id,
        independent, active_ms, key, body_hash)
    SELECT task_id, %(agent)s, 0, 0, pool_id, NULL, %(guideline)s, true, %(active_ms)s, %(key)s, %(body_hash)s
    FROM labeling_assignment WHERE task_id = %(task)s AND agent_id = %(agent)s AND repeat = 0 AND state = 3
    ON CONFLICT DO NOTHING RETURNING id
)
INSERT INTO labeling_answer (annotation_id, question_id, item_id, value)
SELECT noted.id, q.question, %(item)s, q.value
FROM noted, unnest(%(questions)s::bigint[], %(values)s::jsonb[]) AS q(question, value) RETURNING annotation_id
"""

# And as a draft: if a place becomes free again and the task comes back to them, the work is there.
_KEEP_LATE = """
INSERT INTO labeling_draft AS d (task_id, agent_id, answers, active_ms, guideline_version_id, saves)
SELECT %(task)s, %(agent)s, coalesce(jsonb_object_agg(q.key, given.value), '{}'), %(active_ms)s, %(guideline)s, 1
FROM unnest(%(questions)s::bigint[], %(values)s::jsonb[]) AS given(question, value)
JOIN labeling_question q ON q.id = given.question
ON CONFLICT (task_id, agent_id) DO UPDATE SET answers = excluded.answers, active_ms = excluded.active_ms,
    guideline_version_id = excluded.guideline_version_id, saved_at = now(), saves = d.saves + 1
"""

_REVISE = """
WITH head AS MATERIALIZED (                -- the chain's head, locked: two revisions cannot fork
    SELECT a.task_id, a.pool_id, a.head, n.revision, n.seat
    FROM labeling_assignment a JOIN labeling_annotation n ON n.id = a.head
    WHERE a.task_id = %(task)s AND a.agent_id = %(agent)s AND a.repeat = 0 AND a.state = 2 AND a.head = %(revises)s
      AND NOT EXISTS (SELECT FROM labeling_annotation k WHERE k.agent_id = %(agent)s AND k.key = %(key)s)
    FOR UPDATE OF a
), noted AS (
    INSERT INTO labeling_annotation (task_id, agent_id, repeat, revision, pool_id, seat, guideline_version_id,
        independent, active_ms, key, body_hash)
    SELECT task_id, %(agent)s, 0, revision + 1, pool_id, NULL, %(guideline)s, true, %(active_ms)s, %(key)s, %(body_hash)s
    FROM head RETURNING id, revision
), moved AS (
    UPDATE labeling_assignment a SET head = noted.id
    FROM noted WHERE a.task_id = %(task)s AND a.agent_id = %(agent)s AND a.repeat = 0
), answered AS (
    INSERT INTO labeling_answer (annotation_id, question_id, item_id, value)
    SELECT noted.id, q.question, %(item)s, q.value
    FROM noted, unnest(%(questions)s::bigint[], %(values)s::jsonb[]) AS q(question, value)
), given AS (
    SELECT v.question, v.facet, v.code FROM noted,
    unnest(%(vote_questions)s::bigint[], %(vote_facets)s::text[], %(vote_codes)s::integer[]) AS v(question, facet, code)
), gone AS (                                -- the old votes stay; they only stop being current
    UPDATE labeling_vote v SET current = false FROM head
    WHERE v.annotation_id = head.head AND v.current RETURNING v.question_id, v.facet, v.code
), voted AS (
    INSERT INTO labeling_vote (annotation_id, question_id, facet, item_id, agent_id, code, current)
    SELECT noted.id, g.question, g.facet, %(item)s, %(agent)s, g.code, true FROM noted, given g
), changed AS (
    SELECT coalesce(o.question_id, g.question) AS question, coalesce(o.facet, g.facet) AS facet,
           o.code AS was, g.code AS becomes
    FROM gone o FULL JOIN given g ON g.question = o.question_id AND g.facet = o.facet
    WHERE o.code IS DISTINCT FROM g.code
), tallied AS (
    INSERT INTO labeling_tally AS t (question_id, facet, item_id, codes)
    SELECT question, facet, %(item)s, CASE WHEN becomes IS NULL THEN '{}' ELSE ARRAY[becomes] END
    FROM changed ORDER BY question, facet
    ON CONFLICT (question_id, facet, item_id) DO UPDATE
        SET codes = (SELECT coalesce(array_agg(c ORDER BY c), '{}') FROM unnest(
            CASE WHEN (SELECT was FROM changed WHERE question = t.question_id AND facet = t.facet) IS NULL
                 THEN t.codes
                 ELSE votes_drop(t.codes, (SELECT was FROM changed WHERE question = t.question_id AND facet = t.facet))
            END || excluded.codes) c)
    RETURNING question_id, facet, codes
), delta AS (
    INSERT INTO labeling_profiledelta (question_id, facet, codes, n)
    SELECT t.question_id, t.facet, d.codes, d.n
    FROM tallied t JOIN changed c ON c.question = t.question_id AND c.facet = t.facet
    CROSS JOIN LATERAL (SELECT CASE WHEN c.becomes IS NULL THEN t.codes ELSE votes_drop(t.codes, c.becomes) END
        AS others) o
    CROSS JOIN LATERAL (VALUES (t.codes, 1),
        (CASE WHEN c.was IS NULL THEN o.others ELSE votes_add(o.others, c.was) END, -1)) d(codes, n)
    WHERE d.codes <> '{}'
), first AS (
    SELECT n.id FROM labeling_annotation n      -- null: what is not counted, such as gold, is in no version
    WHERE %(leaf)s::bytea IS NOT NULL
      AND n.task_id = %(task)s AND n.agent_id = %(agent)s AND n.repeat = 0 AND n.revision = 0 AND n.seat IS NOT NULL
), same AS (
    UPDATE metadata_versionmember SET row = noted.id, leaf = %(leaf)s FROM noted, first
    WHERE dataset_id = %(dataset)s AND kind = 2 AND subject = first.id AND facet = 0
      AND valid_to IS NULL AND valid_from = %(number)s RETURNING 1
), ended AS (
    UPDATE metadata_versionmember SET valid_to = %(number)s FROM first
    WHERE dataset_id = %(dataset)s AND kind = 2 AND subject = first.id AND facet = 0
      AND valid_to IS NULL AND valid_from < %(number)s RETURNING 1
), belongs AS (
    INSERT INTO metadata_versionmember (dataset_id, kind, subject, facet, row, leaf, valid_from)
    SELECT %(dataset)s, 2, first.id, 0, noted.id, %(leaf)s, %(number)s FROM noted, first
    WHERE NOT EXISTS (SELECT FROM same) AND (SELECT count(*) FROM ended) >= 0
), happened AS (
    INSERT INTO metadata_event (kind, dataset_id, project_id, subject_id, agent_id, payload)
    SELECT 'annotation.revised', %(dataset)s, %(project)s, noted.id, %(agent)s, %(event)s::jsonb FROM noted
)
SELECT id, revision FROM noted
"""

# The lock that a review takes too, before either looks: whichever comes second sees what the first one did.
_HOLD = """
SELECT id FROM labeling_assignment
WHERE task_id = %(task)s AND agent_id = %(agent)s AND repeat = 0 FOR UPDATE
"""

_JUDGED = """
SELECT EXISTS (SELECT FROM labeling_review WHERE task_id = %(task)s AND agent_id = %(agent)s AND verdict <> 'accepted')
    AS is_judged
"""

# What somebody changes after they were told says nothing about whether people agree: the assignment's head, the votes
# and the version's member stay with the last answer of their own. A ruling makes the new one the accepted answer.
_REVISE_JUDGED = """
WITH lease AS MATERIALIZED (
    SELECT a.task_id, a.pool_id FROM labeling_assignment a
    WHERE a.task_id = %(task)s AND a.agent_id = %(agent)s AND a.repeat = 0 AND a.state = 2
      AND NOT EXISTS (SELECT FROM labeling_annotation k WHERE k.agent_id = %(agent)s AND k.key = %(key)s)
    FOR UPDATE
), newest AS (
    SELECT n.id, n.revision FROM labeling_annotation n
    WHERE n.task_id = %(task)s AND n.agent_id = %(agent)s AND n.repeat = 0
      AND (n.revision > 0 OR n.seat IS NOT NULL)
    ORDER BY n.revision DESC LIMIT 1
), noted AS (
    INSERT INTO labeling_annotation (task_id, agent_id, repeat, revision, pool_id, seat, guideline_version_id,
        independent, active_ms, key, body_hash)
    SELECT lease.task_id, %(agent)s, 0, newest.revision + 1, lease.pool_id, NULL, %(guideline)s, false, %(active_ms)s,
        %(key)s, %(body_hash)s
    FROM lease, newest WHERE newest.id = %(revises)s RETURNING id, revision
), answered AS (
    INSERT INTO labeling_answer (annotation_id, question_id, item_id, value)
    SELECT noted.id, q.question, %(item)s, q.value
    FROM noted, unnest(%(questions)s::bigint[], %(values)s::jsonb[]) AS q(question, value)
), happened AS (
    INSERT INTO metadata_event (kind, dataset_id, project_id, subject_id, agent_id, payload)
    SELECT 'annotation.revised_after_review', %(dataset)s, %(project)s, noted.id, %(agent)s, %(event)s::jsonb FROM noted
)
SELECT id, revision FROM noted
"""


@dataclass(frozen=True)
class Accepted:
    """What a submit got: the annotation, its numbered seat, whether this is the first time we say so, and what comes next."""

    annotation_id: int
    seat: int | None
    revision: int
    repeated: bool
    next: ClaimedTask | NoTask | None = None


def submit(
    caller: Caller, task_id: int, *, key: str, body: Mapping[str, Any], holding: list[int] | None = None
) -> Accepted:
    """Stores one person's answers to a task they were handed, in a numbered seat, exactly once.

    `body` is {"guideline_version", "answers": {question key: value}, "active_ms"}, and with "revises" (an annotation
    id) a correction of an own answer: a new revision that takes no further seat. Who says what they are `holding` is
    handed the next task along with it, in the same transaction.
    """
    _check_key(key)
    context = _context(caller, task_id, body)
    parameters = _parameters(caller, task_id, key, body, context)
    revises = body.get("revises")
    if revises is not None and type(revises) is not int:
        raise InvalidInput(fields={"revises": "must be an annotation's number"})
    try:
        found = _written(parameters, revises, holding)
    except IntegrityError as error:
        if "annotation_key_once" not in str(error):
            raise
        found = []
    if found:
        accepted = Accepted(found[0]["id"], found[0].get("seat"), found[0].get("revision", 0), repeated=False)
    else:
        accepted = _explained(parameters, revises)
    if holding is None:
        return accepted
    handed = desk.handed(found[0]) if found else None
    return replace(accepted, next=handed or desk.claim(caller, context["project_id"], holding=holding))


def _written(
    parameters: dict[str, Any], revises: int | None, holding: list[int] | None
) -> list[dict[str, Any]]:
    if parameters["repeat"]:
        return rows(_SUBMIT_REPEAT, parameters)
    if revises is not None:
        with transaction.atomic():
            rows(_HOLD, parameters)
            number = rows(_OPEN_VERSION, {"dataset": parameters["dataset"]})[0]["number"]
            return _revised({**parameters, "revises": revises, "number": number})
    if not parameters["is_asked_again"]:
        return _submitted(parameters, holding)
    with transaction.atomic():
        if found := _submitted(parameters, holding):
            rows(_PLAN_REPEAT, parameters)
        return found


def _submitted(parameters: dict[str, Any], holding: list[int] | None) -> list[dict[str, Any]]:
    if holding is not None:
        return rows(_SUBMIT_AND_CLAIM, {**parameters, "holding": holding})
    return rows(_SUBMIT, parameters)


def _revised(parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A new revision; one made after a review is kept, but is not independent: the votes stay as they were."""
    judged = rows(_JUDGED, parameters)[0]["is_judged"]
    return rows(_REVISE_JUDGED if judged else _REVISE, parameters)


def _explained(parameters: Mapping[str, Any], revises: int | None) -> Accepted:
    """No row came back: a repeat gets its first result; everything else is named."""
    why = rows(_WHY, parameters)[0]
    if why["id"] is not None:
        if not why["same"] or why["task_id"] != parameters["task"]:
            raise IdempotencyConflict(fields={"Idempotency-Key": "used before with another body"})
        if why["seat"] is None and why["revision"] == 0 and why["repeat"] == 0:
            raise PlaceTaken
        return Accepted(why["id"], why["seat"], why["revision"], repeated=True)
    if revises is not None:
        raise AnswerChanged
    if why["state"] == 3:
        with transaction.atomic():
            rows(_SURPLUS, parameters)
            rows(_KEEP_LATE, parameters)
        raise PlaceTaken
    raise TaskNotLeased


def _context(caller: Caller, task_id: int, body: Mapping[str, Any]) -> dict[str, Any]:
    is_revision = isinstance(body, Mapping) and body.get("revises") is not None
    found = rows(_CONTEXT, {"agent": caller.agent_id, "task": task_id, "is_revision": is_revision})
    if not found:
        raise NotFound
    return found[0]


def _parameters(
    caller: Caller, task_id: int, key: str, body: Mapping[str, Any], context: Mapping[str, Any]
) -> dict[str, Any]:
    if not isinstance(body, Mapping):
        raise InvalidInput(fields={"body": "must be an object"})
    if unknown := set(body) - {"guideline_version", "answers", "active_ms", "revises"}:
        raise InvalidInput(fields=dict.fromkeys(sorted(unknown), "is not known here"))
    guideline = body.get("guideline_version")
    if type(guideline) is not int or guideline < 0 or guideline >= 2**63:
        raise InvalidInput(fields={"guideline_version": "must be the number of the version that was shown"})
    active_ms = body.get("active_ms", 0)
    if type(active_ms) is not int or not 0 <= active_ms <= LONGEST_ACTIVE_MS:
        raise InvalidInput(fields={"active_ms": f"a whole number from 0 to {LONGEST_ACTIVE_MS}"})
    project_id, questions = asked_under(guideline)
    if project_id != context["project_id"]:
        raise InvalidInput(fields={"guideline_version": "there is no such version"})
    asked = [q for q in questions if q.id in context["question_ids"]]
    values = parsed_answers(body.get("answers"), asked, {"parts": context["parts"]})
    if guideline < context["newest_guideline"]:
        refuse_gone_classes(values, context["newest_guideline"])
    is_counted = not context["is_gold"]  # what is known needs no votes
    votes = [
        (q.id, v.facet, v.code) for q, value in values if is_counted for v in q.kind.votes(value, q.spec)
    ]
    dumped = {q.key: q.kind.dump(value) for q, value in values}
    return {
        "agent": caller.agent_id,
        "task": task_id,
        "key": key,
        "body_hash": hashlib.sha256(canonical_json({"task": task_id, "body": body})).digest(),
        "guideline": guideline,
        "active_ms": active_ms,
        "item": context["item_id"],
        "pool": context["pool_id"],
        "repeat": context["repeat"],
        "is_asked_again": is_counted and is_drawn_again(context, caller.agent_id, task_id),
        "repeat_after": context["repeat_after_minutes"],
        "dataset": context["dataset_id"],
        "project": context["project_id"],
        "questions": [q.id for q, _ in values],
        "values": [msgspec.json.encode(dumped[q.key]).decode() for q, _ in values],
        "vote_questions": [question for question, _, _ in votes],
        "vote_facets": [facet for _, facet, _ in votes],
        "vote_codes": [code for _, _, code in votes],
        "leaf": annotation_leaf(
            bytes(context["leaf_key"]),
            item_id=context["item_id"],
            agent_id=caller.agent_id,
            round_id=context["round_id"],
            repeat=0,
            guideline_version_id=guideline,
            answers=dumped,
        )
        if is_counted
        else None,
        "event": msgspec.json.encode(
            {"task": task_id, "item": context["item_id"], "round": context["round_id"]}
        ).decode(),
    }


def is_drawn_again(round_of: Mapping[str, Any], agent_id: int, task_id: int) -> bool:
    """Whether this answer is one that the round asks of its labeler again: a hash of seed, person and task says so."""
    if not round_of["repeat_share"]:
        return False
    drawn = hashlib.blake2b(f"{round_of['seed']}:{agent_id}:{task_id}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn) % 100 < int(round_of["repeat_share"])


def _check_key(key: str) -> None:
    if not 8 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        raise MissingIdempotencyKey(fields={"Idempotency-Key": "8 to 200 visible ASCII characters"})
