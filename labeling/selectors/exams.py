"""Exams of a project and their results; which answers an exam is judged by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Count, Q, QuerySet

from labeling.models import ExamResult, Round
from labeling.selectors.access import nothing_here
from labeling.selectors.known import Held
from metadata.selectors.access import Caller

# Done with all of it: answered or skipped. An archived item (lane 1000) is asked of nobody.
_DONE = """
SELECT r.id, r.pass_mark FROM labeling_round r
WHERE r.project_id = %(project)s AND r.kind = 'exam' AND r.pass_mark IS NOT NULL
  AND NOT EXISTS (SELECT FROM labeling_examresult x WHERE x.exam_id = r.id AND x.agent_id = %(agent)s)
  AND EXISTS (SELECT FROM labeling_task t JOIN labeling_assignment a ON a.task_id = t.id AND a.agent_id = %(agent)s
      WHERE t.round_id = r.id)
  AND NOT EXISTS (
      SELECT FROM labeling_task t JOIN labeling_place c ON c.task_id = t.id AND c.lane <> 1000
      WHERE t.round_id = r.id AND NOT EXISTS (
          SELECT FROM labeling_assignment a
          WHERE a.task_id = t.id AND a.agent_id = %(agent)s AND a.repeat = 0 AND a.state IN (2, 4)))
ORDER BY r.id
"""
_ANSWERS = """
SELECT g.question_id, g.item_id, g.value, w.value
FROM labeling_task t
JOIN labeling_place c ON c.task_id = t.id AND c.lane <> 1000
JOIN labeling_round_questions q ON q.round_id = t.round_id
JOIN labeling_goldanswer g ON g.question_id = q.question_id AND g.item_id = t.item_id AND g.ended_at IS NULL
LEFT JOIN labeling_annotation n ON n.task_id = t.id AND n.agent_id = %(agent)s AND n.revision = 0 AND n.repeat = 0
    AND n.seat IS NOT NULL
LEFT JOIN labeling_answer w ON w.annotation_id = n.id AND w.question_id = g.question_id
WHERE t.round_id = %(exam)s ORDER BY g.item_id, g.question_id
"""


@dataclass(frozen=True, slots=True)
class DoneExam:
    """An exam somebody has done and that has no result yet."""

    exam_id: int
    pass_mark: int


def exams_of(project_id: int) -> QuerySet[Round]:
    """A project's exams, newest first."""
    return Round.objects.filter(project_id=project_id, kind=Round.Kind.EXAM).order_by("-pk")


def counted_exams(project_id: int) -> list[Round]:
    """Each with its items (`items`), and how many passed and did not (`passed`, `failed`)."""
    counted = exams_of(project_id).annotate(
        items=Count("tasks", distinct=True),
        passed=Count("exam_results", filter=Q(exam_results__passed=True), distinct=True),
        failed=Count("exam_results", filter=Q(exam_results__passed=False), distinct=True),
    )
    return list(counted[:100])


def exam_numbered(caller: Caller, exam_id: int) -> Round:
    found = Round.objects.filter(pk=exam_id, kind=Round.Kind.EXAM).first()
    if found is None:
        raise nothing_here(caller)
    return found


def results_of(exam_id: int) -> QuerySet[ExamResult]:
    """Newest first."""
    return ExamResult.objects.filter(exam_id=exam_id).order_by("-pk")


def newest_results(project_id: int, most: int) -> list[ExamResult]:
    found = ExamResult.objects.filter(exam__project_id=project_id).select_related("exam")
    return list(found.order_by("-pk")[:most])


def exam_choices(project_id: int) -> list[tuple[str, str]]:
    """For a form's choice: those that are open."""
    opened = exams_of(project_id).filter(state=Round.State.OPEN)
    return [(str(pk), name) for pk, name in opened.values_list("pk", "name")]


def done_exams(agent_id: int, project_id: int) -> list[DoneExam]:
    with connection.cursor() as cursor:
        cursor.execute(_DONE, {"agent": agent_id, "project": project_id})
        return [DoneExam(*row) for row in cursor.fetchall()]


def exam_answers(exam_id: int, agent_id: int) -> list[Held]:
    """Every known answer of the exam with what they said first; None where they said nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, {"agent": agent_id, "exam": exam_id})
        return [
            Held(question, item, _json(known), _json(given))
            for question, item, known, given in cursor.fetchall()
        ]


def _json(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str) else value
