"""Whether what somebody said is what is known: one rule for exams, pause rules and whoever else asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from labeling.label_types.base import AnyLabelType
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.models import Question
from labeling.selectors import votes

SAME: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Held:
    """An answer (None: none was given) held against the known one."""

    question_id: int
    item_id: int
    known: Any
    given: Any


def right_and_wrong(held: Sequence[Held]) -> tuple[int, int]:
    """How many are the same as what is known, and how many are not; what cannot be read any more counts as neither."""
    facts = votes.facts_of(sorted({one.item_id for one in held}))
    asked = _asked(tuple(sorted({one.question_id for one in held})))
    right = wrong = 0
    for one in held:
        kind, spec = asked[one.question_id]
        if one.given is None:
            wrong += 1
            continue
        try:
            known = kind.parse(one.known, spec, facts[one.item_id])
            given = kind.parse(one.given, spec, facts[one.item_id])
        except InvalidValue:
            continue
        if kind.distance(given, known, spec) <= SAME:
            right += 1
        else:
            wrong += 1
    return right, wrong


def _asked(question_ids: tuple[int, ...]) -> dict[int, tuple[AnyLabelType, Any]]:
    found: dict[int, tuple[AnyLabelType, Any]] = {}
    for question in Question.objects.filter(pk__in=question_ids):
        kind = label_type(question.label_type)
        found[question.pk] = (kind, kind.check_spec(question.spec))
    return found
