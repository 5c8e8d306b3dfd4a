"""What people said about one item, side by side, with what was accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from labeling.models import Project, Question, Resolution


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """One person's current answer to one question."""

    question_id: int
    agent_id: int
    value: Any
    revision: int
    independent: bool
    active_ms: int
    guideline: str
    created_at: datetime


@dataclass(frozen=True)
class QuestionAnswers:
    """A question with the answers an item got, and the newest resolution."""

    project: Project
    question: Question
    answers: tuple[GivenAnswer, ...]
    resolution: Resolution | None


_ANSWERS = """
SELECT w.question_id, n.agent_id, w.value, n.revision, n.independent, n.active_ms,
    g.major || '.' || g.minor, n.created_at
FROM labeling_answer w JOIN labeling_annotation n ON n.id = w.annotation_id
JOIN labeling_guidelineversion g ON g.id = n.guideline_version_id
WHERE w.item_id = %(item)s AND w.question_id = ANY(%(questions)s) AND NOT EXISTS (
    SELECT FROM labeling_annotation later WHERE later.task_id = n.task_id AND later.agent_id = n.agent_id
      AND later.repeat = n.repeat AND later.revision > n.revision)
ORDER BY w.question_id, n.agent_id, n.created_at
"""


def answers_about(item_id: int, projects: Sequence[Project]) -> list[QuestionAnswers]:
    """Every question of the projects, in their order, with this item's current answers."""
    questions = list(Question.objects.filter(project__in=projects).order_by("project_id", "ordinal", "id"))
    by_question: dict[int, list[GivenAnswer]] = {question.pk: [] for question in questions}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, {"item": item_id, "questions": list(by_question)})
        for row in cursor.fetchall():
            by_question[row[0]].append(GivenAnswer(row[0], row[1], msgspec.json.decode(row[2]), *row[3:]))
    resolutions = Resolution.objects.filter(item_id=item_id, question__in=questions).order_by("id")
    newest = {one.question_id: one for one in resolutions}
    known = {project.pk: project for project in projects}
    return [
        QuestionAnswers(
            known[question.project_id], question, tuple(by_question[question.pk]), newest.get(question.pk)
        )
        for question in questions
        if question.retired_at is None or by_question[question.pk]
    ]


def tallies_of(question_ids: Sequence[int], item_ids: Sequence[int]) -> dict[int, dict[tuple[int, int], int]]:
    """By item, how many current votes each (question, class) has; for drawn answers, how many saw the class."""
    found: dict[int, dict[tuple[int, int], int]] = {item_id: {} for item_id in item_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT item_id, question_id, facet, codes FROM labeling_tally"
            " WHERE question_id = ANY(%s) AND item_id = ANY(%s) ORDER BY item_id, question_id, facet",
            [list(question_ids), list(item_ids)],
        )
        for item_id, question_id, facet, codes in cursor.fetchall():
            counts = found[item_id]
            for code in [int(facet)] * sum(codes) if facet else codes:
                counts[question_id, code] = counts.get((question_id, code), 0) + 1
    return found
