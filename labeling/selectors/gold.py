"""Known answers, and what people answered before they could know them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection
from django.db.models import QuerySet

from labeling.models import GoldAnswer, Resolution
from labeling.selectors.resolutions import RULING

# The first revision: what is corrected afterwards may have been corrected by what they learned since.
_GIVEN = """
SELECT n.agent_id, g.item_id, g.value, w.value
FROM labeling_goldanswer g
JOIN labeling_round_questions q ON q.question_id = g.question_id
JOIN labeling_pool p ON p.round_id = q.round_id AND p.gold
JOIN labeling_task t ON t.round_id = q.round_id AND t.item_id = g.item_id
JOIN labeling_annotation n ON n.task_id = t.id AND n.pool_id = p.id AND n.revision = 0 AND n.repeat = 0
    AND n.seat IS NOT NULL
LEFT JOIN labeling_answer w ON w.annotation_id = n.id AND w.question_id = g.question_id
WHERE g.question_id = %(question)s AND g.ended_at IS NULL
ORDER BY n.agent_id, n.id
"""


# Both times the first revision, by the same person; how long lay between is the round's to say.
_REPEATED = """
SELECT n.agent_id, w.item_id, w.value, v.value
FROM labeling_round_questions q
JOIN labeling_pool p ON p.round_id = q.round_id
JOIN labeling_assignment a ON a.pool_id = p.id AND a.repeat > 0 AND a.state = 2
JOIN labeling_annotation n ON n.task_id = a.task_id AND n.agent_id = a.agent_id AND n.repeat = a.repeat AND n.revision = 0
JOIN labeling_annotation f ON f.task_id = a.task_id AND f.agent_id = a.agent_id AND f.repeat = 0 AND f.revision = 0
    AND f.seat IS NOT NULL
JOIN labeling_answer w ON w.annotation_id = f.id AND w.question_id = q.question_id
LEFT JOIN labeling_answer v ON v.annotation_id = n.id AND v.question_id = q.question_id
WHERE q.question_id = %(question)s
ORDER BY n.agent_id, n.id
"""


@dataclass(frozen=True, slots=True)
class GoldGiven:
    """What somebody said first, and what it is held against: a known answer, or for a repeat their own first one.

    `given` is None where they said nothing.
    """

    agent_id: int
    item_id: int
    known: Any
    given: Any


def gold_of(question_id: int) -> QuerySet[GoldAnswer]:
    """The known answers to a question that hold now, the newest first."""
    return GoldAnswer.objects.filter(question_id=question_id, ended_at=None).order_by("-pk")


def gold_given(question_id: int) -> Iterator[GoldGiven]:
    """Each first answer to gold of this question, by person."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, {"question": question_id})
        for agent_id, item_id, known, given in cursor.fetchall():
            yield GoldGiven(agent_id, item_id, _json(known), _json(given))


def repeats_given(question_id: int) -> Iterator[GoldGiven]:
    """Each answer that somebody gave again, held against their own first one."""
    with connection.cursor() as cursor:
        cursor.execute(_REPEATED, {"question": question_id})
        for agent_id, item_id, first, given in cursor.fetchall():
            yield GoldGiven(agent_id, item_id, _json(first), _json(given))


def rulings_to_take_over(question_id: int) -> int:
    """How many items a reviewer settled that have no known answer yet."""
    newest = Resolution.objects.filter(question_id=question_id).order_by("item_id", "-id").distinct("item_id")
    settled = Resolution.objects.filter(pk__in=newest.values("pk"), method=RULING, value__isnull=False)
    return (
        settled.exclude(item__in=gold_of(question_id).values("item")).filter(item__archived_at=None).count()
    )


def _json(value: Any) -> Any:
    return msgspec.json.decode(value) if isinstance(value, str) else value
