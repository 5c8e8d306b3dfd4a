"""Votes as statistics read them: profiles, and integer arrays packed by the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import msgspec
import numpy as np
from django.db import connection
from numpy.typing import NDArray

from labeling.models import GuidelineVersion, Question
from metadata.kernel.errors import NotFound

ProfileRow: TypeAlias = tuple[tuple[int, ...], int]


@dataclass(frozen=True, eq=False, slots=True)
class VoteArrays:
    """The current votes on one facet of a question, as parallel arrays."""

    item: NDArray[np.int64]
    agent: NDArray[np.int64]
    code: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CurrentAnswer:
    """What one person holds now about one item."""

    item_id: int
    agent_id: int
    annotation_id: int
    value: Any


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question as it is asked now, and where it belongs."""

    pk: int
    key: str
    prompt: str
    label_type: str
    spec: Mapping[str, Any]
    project_id: int
    dataset_id: int
    guideline_version_id: int | None

    @property
    def class_names(self) -> dict[int, str]:
        """The names of its classes by code, in the order they are listed."""
        return {entry["code"]: entry["name"] for entry in self.spec.get("classes", [])}


def question_of(question_id: int) -> AskedQuestion:
    """The question under its project's newest guideline, or NotFound."""
    question = Question.objects.select_related("project").filter(pk=question_id).first()
    if question is None:
        raise NotFound
    newest = GuidelineVersion.objects.filter(project=question.project_id).order_by("-major", "-minor")
    return AskedQuestion(
        pk=question.pk,
        key=question.key,
        prompt=question.prompt,
        label_type=question.label_type,
        spec=question.spec,
        project_id=question.project_id,
        dataset_id=question.project.dataset_id,
        guideline_version_id=newest.values_list("pk", flat=True).first(),
    )


def project_of_question(question_id: int) -> int | None:
    return Question.objects.filter(pk=question_id).values_list("project_id", flat=True).first()


def first_questions(project_ids: Sequence[int]) -> list[AskedQuestion]:
    """The first question of each project that still asks one."""
    asked = Question.objects.filter(project__in=project_ids, retired_at=None).select_related("project")
    first = asked.order_by("project_id", "ordinal", "id").distinct("project_id")
    return [
        AskedQuestion(
            question.pk,
            question.key,
            question.prompt,
            question.label_type,
            question.spec,
            question.project_id,
            question.project.dataset_id,
            None,
        )
        for question in first
    ]


def profiles_of(question_id: int) -> dict[str, list[ProfileRow]]:
    """By facet, the vote profiles and how many items carry each: totals and unfolded changes in one snapshot."""
    return profiles_of_many([question_id])[question_id]


def profiles_of_many(question_ids: Sequence[int]) -> dict[int, dict[str, list[ProfileRow]]]:
    """The same by question, in one statement."""
    found: dict[int, dict[str, list[ProfileRow]]] = {question: {} for question in question_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT question_id, facet, codes, sum(n)::bigint FROM (
                SELECT question_id, facet, codes, n FROM labeling_profile WHERE question_id = ANY(%(questions)s)
                UNION ALL SELECT question_id, facet, codes, n FROM labeling_profiledelta
                    WHERE question_id = ANY(%(questions)s)) parts
            GROUP BY question_id, facet, codes HAVING sum(n) <> 0 ORDER BY question_id, facet, codes
            """,
            {"questions": list(question_ids)},
        )
        for question_id, facet, codes, n in cursor.fetchall():
            found[question_id].setdefault(facet, []).append((tuple(codes), n))
    return found


def vote_arrays(question_id: int) -> dict[str, VoteArrays]:
    """By facet, every current vote. The server packs the arrays: ten million votes load in seconds."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT facet, array_send(array_agg(item_id)), array_send(array_agg(agent_id)),
                   array_send(array_agg(code::bigint))
            FROM labeling_vote WHERE question_id = %s AND current GROUP BY facet ORDER BY facet
            """,
            [question_id],
        )
        return {
            facet: VoteArrays(_unpacked(item), _unpacked(agent), _unpacked(code))
            for facet, item, agent, code in cursor.fetchall()
        }


def _unpacked(packed: bytes | memoryview) -> NDArray[np.int64]:
    """A bigint[] in PostgreSQL's binary form: five header words, then (length, value) of each member."""
    members = np.frombuffer(packed, dtype=np.dtype([("length", ">i4"), ("value", ">i8")]), offset=20)
    return members["value"].astype(np.int64)


# Counted: the head of a chain whose first annotation took a seat; a repeat takes none. What people said about gold is held against it only.
_CURRENT = """
SELECT {columns}
FROM labeling_assignment a
JOIN labeling_pool p ON p.id = a.pool_id AND NOT p.gold
JOIN labeling_task t ON t.id = a.task_id
JOIN labeling_round_questions q ON q.round_id = t.round_id AND q.question_id = %(question)s
JOIN labeling_answer w ON w.annotation_id = a.head AND w.question_id = %(question)s
WHERE a.state = 2 AND a.repeat = 0 {more}
"""


def answered_items(question_id: int) -> list[int]:
    """The items of the dataset that somebody answered, in order; archived ones are left out."""
    join = "AND EXISTS (SELECT FROM metadata_item i WHERE i.id = w.item_id AND i.archived_at IS NULL)"
    with connection.cursor() as cursor:
        sql = _CURRENT.format(columns="DISTINCT w.item_id", more=f"{join} ORDER BY w.item_id")
        cursor.execute(sql, {"question": question_id})
        return [item_id for (item_id,) in cursor.fetchall()]


def items_answered_twice(question_id: int, most: int) -> list[int]:
    """The newest items that at least two people answered; archived ones are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT w.item_id FROM labeling_answer w
            WHERE w.question_id = %(question)s
              AND EXISTS (SELECT FROM metadata_item i WHERE i.id = w.item_id AND i.archived_at IS NULL)
            GROUP BY w.item_id HAVING count(*) > 1 ORDER BY w.item_id DESC LIMIT %(most)s
            """,
            {"question": question_id, "most": most},
        )
        return [item_id for (item_id,) in cursor.fetchall()]


def answers_on(question_id: int, item_ids: list[int]) -> dict[int, list[CurrentAnswer]]:
    """The counted answers on some items, by item, in canonical order."""
    more = "AND t.item_id = ANY(%(items)s) ORDER BY w.item_id, a.agent_id, w.annotation_id"
    sql = _CURRENT.format(columns="w.item_id, a.agent_id, w.annotation_id, w.value", more=more)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"question": question_id, "items": item_ids})
        found: dict[int, list[CurrentAnswer]] = {item_id: [] for item_id in item_ids}
        for item_id, agent_id, annotation_id, value in cursor.fetchall():
            found[item_id].append(CurrentAnswer(item_id, agent_id, annotation_id, _json(value)))
        return found


def current_answers(question_id: int, *, chunk: int = 5_000) -> Iterator[CurrentAnswer]:
    """Every counted answer with its full value, grouped by item, in canonical order; memory stays flat."""
    columns = "w.item_id, a.agent_id, w.annotation_id, w.value"
    sql = _CURRENT.format(columns=columns, more="ORDER BY w.item_id, a.agent_id, w.annotation_id")
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, {"question": question_id})
        while found := cursor.fetchmany(chunk):
            for item_id, agent_id, annotation_id, value in found:
                yield CurrentAnswer(item_id, agent_id, annotation_id, _json(value))


def _json(value: Any) -> Any:
    """Django's cursors give jsonb as text, unless a field of a model reads it."""
    return msgspec.json.decode(value) if isinstance(value, str) else value


def facts_of(item_ids: list[int]) -> Mapping[int, dict[str, Any]]:
    """What label types may ask about items: `{"parts": {"image": {"width", "height"}}}`, by item."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.item_id, p.role, a.width, a.height, a.duration_ms, char_length(p.text)
            FROM metadata_part p LEFT JOIN metadata_asset a ON a.id = p.asset_id
            WHERE p.item_id = ANY(%s) ORDER BY p.item_id, p.ordinal DESC
            """,
            [item_ids],
        )
        facts: dict[int, dict[str, Any]] = {item_id: {"parts": {}} for item_id in item_ids}
        for item_id, role, width, height, duration_ms, characters in cursor.fetchall():
            facts[item_id]["parts"][role] = {
                "width": width,
                "height": height,
                "duration_ms": duration_ms,
                "characters": characters,
            }
        return facts
