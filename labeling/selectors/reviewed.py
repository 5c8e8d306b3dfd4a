"""A task as its reviewer sees it, and what reviewers decided about somebody's work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from labeling.models import Annotation, Flag, Resolution, Review, Round, Task
from labeling.selectors.access import ProjectAccess
from metadata.kernel.errors import NotFound

CHANGES: Final = 30


@dataclass(frozen=True, slots=True)
class StandingAnswer:
    """The newest answer of one person to a task."""

    annotation_id: int
    agent_id: int
    revision: int
    independent: bool
    created_at: datetime
    guideline: str
    answers: dict[str, Any]


_STANDING = """
SELECT n.id, a.agent_id, n.revision, n.independent, n.created_at, g.major || '.' || g.minor, answers.answers
FROM labeling_assignment a
JOIN labeling_annotation n ON n.id = coalesce((
    SELECT x.id FROM labeling_annotation x
    WHERE x.task_id = a.task_id AND x.agent_id = a.agent_id AND x.repeat = a.repeat AND x.revision > 0
    ORDER BY x.revision DESC LIMIT 1), a.head)
JOIN labeling_guidelineversion g ON g.id = n.guideline_version_id
CROSS JOIN LATERAL (
    SELECT coalesce(json_object_agg(q.key, w.value), '{}') AS answers
    FROM labeling_answer w JOIN labeling_question q ON q.id = w.question_id WHERE w.annotation_id = n.id) answers
WHERE a.task_id = %s AND a.state = 2 ORDER BY a.agent_id
"""


# A revision of the answer that was reviewed; a correction of the reviewer's is another agent's.
_ANSWERED_AGAIN: Final = Exists(
    Annotation.objects.filter(
        task_id=OuterRef("task_id"),
        agent_id=OuterRef("agent_id"),
        revision__gt=0,
        pk__gt=OuterRef("annotation_id"),
    )
)


def task_of(access: ProjectAccess, task_id: int) -> Task:
    """A task of the project, or NotFound."""
    found = (
        Task.objects.select_related("round", "item").filter(pk=task_id, round__project=access.project).first()
    )
    if found is None:
        raise NotFound
    return found


def standing_answers(task_id: int) -> list[StandingAnswer]:
    """What everybody who answered a task holds now."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, [task_id])
        return [
            StandingAnswer(row[0], row[1], row[2], row[3], row[4], row[5], _json(row[6]))
            for row in cursor.fetchall()
        ]


def _json(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str) else value


def open_flags(task_id: int) -> list[Flag]:
    return list(Flag.objects.filter(task_id=task_id, settled_at=None).order_by("id"))


def reviews_of(task_id: int) -> list[Review]:
    """Everything that was decided about a task's answers, the newest first."""
    return list(Review.objects.filter(task_id=task_id).select_related("correction").order_by("-id")[:50])


def accepted_values(item_id: int, question_ids: Sequence[int]) -> dict[int, Resolution]:
    """The accepted answer by question, where there is one."""
    rows = Resolution.objects.filter(item_id=item_id, question_id__in=list(question_ids))
    return {row.question_id: row for row in rows.order_by("id")}


def changes_of(project_id: int, agent_id: int) -> QuerySet[Review]:
    """What reviewers changed in somebody's work or sent back, the newest first."""
    return (
        Review.objects.filter(agent_id=agent_id, task__round__project_id=project_id)
        .exclude(verdict=Review.Verdict.ACCEPTED)
        .select_related("task__item", "task__round", "annotation", "correction")
        .prefetch_related("annotation__answers__question", "correction__answers__question")
        .order_by("-id")
    )


def accepted_count(project_id: int, agent_id: int) -> int:
    """How many of somebody's answers were accepted as they were."""
    accepted = Review.objects.filter(
        agent_id=agent_id, task__round__project_id=project_id, verdict=Review.Verdict.ACCEPTED
    )
    return accepted.count()


def answered_again(reviews: Sequence[Review]) -> frozenset[int]:
    """Which of these answers were given anew after their review."""
    found = Review.objects.filter(_ANSWERED_AGAIN, pk__in=[one.pk for one in reviews])
    return frozenset(found.values_list("pk", flat=True))


def sent_back(project_ids: Sequence[int], agent_id: int) -> QuerySet[Review]:
    """What was sent back to somebody and waits for their answer, in rounds that still take one."""
    later = Review.objects.filter(task_id=OuterRef("task_id"), agent_id=agent_id, pk__gt=OuterRef("pk"))
    return Review.objects.filter(
        ~Exists(later),
        ~_ANSWERED_AGAIN,
        agent_id=agent_id,
        task__round__project_id__in=project_ids,
        verdict=Review.Verdict.RETURNED,
    ).exclude(task__round__state=Round.State.CLOSED)
