"""What a guideline version asks, and answers read by it: every complaint under its question's key."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from labeling.errors import InvalidAnswers
from labeling.label_types.base import AnyLabelType
from labeling.label_types.conditions import Condition, read_condition
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.models import GuidelineVersion
from metadata.kernel.errors import InvalidInput


@dataclass(frozen=True)
class Asked:
    """A question as a guideline version shows it, its settings read by its label type."""

    id: int
    key: str
    required: bool
    kind: AnyLabelType
    spec: Any
    shown_if: Condition | None = None
    classes: frozenset[int] = frozenset()


@lru_cache(maxsize=256)
def asked_under(guideline_version_id: int) -> tuple[int, tuple[Asked, ...]]:
    """The project of a guideline version and its questions. Published versions never change, so this is kept."""
    version = GuidelineVersion.objects.filter(pk=guideline_version_id).first()
    if version is None:
        raise InvalidInput(fields={"guideline_version": "there is no such version"})
    return version.project_id, tuple(
        Asked(
            q["id"],
            q["key"],
            q["required"],
            kind := label_type(q["label_type"]),
            kind.check_spec(q["spec"]),
            read_condition(q.get("shown_if")),
            frozenset(one["code"] for one in q["spec"].get("classes", ())),
        )
        for q in version.questions
    )


def parsed_answers(raw: Any, asked: list[Asked], facts: Mapping[str, Any]) -> list[tuple[Asked, Any]]:
    """Every answer read by its label type; all complaints together, each under answers.<question>.…"""
    if not isinstance(raw, Mapping):
        raise InvalidAnswers(fields={"answers": "must be an object of question key to value"})
    known = {question.key for question in asked}
    fields = {f"answers.{str(name)[:60]}": "is not asked here" for name in raw if name not in known}
    values: list[tuple[Asked, Any]] = []
    deciding = {q.shown_if.question for q in asked if q.shown_if} & known
    named: dict[str, frozenset[int]] = {}
    for question in asked:
        given = raw.get(question.key)
        if complaint := _out_of_place(question, given, deciding, named):
            fields[f"answers.{question.key}"] = complaint
        elif given is not None:
            try:
                value = question.kind.parse(given, question.spec, facts)
            except InvalidValue as error:
                fields.update(error.within(f"answers.{question.key}").fields)
                continue
            values.append((question, value))
            if question.key in deciding:
                named[question.key] = question.kind.classes_in(value)
    if fields:
        raise InvalidAnswers(fields=fields)
    if not values:
        raise InvalidAnswers(fields={"answers": "must hold at least one answer"})
    return values


def refuse_gone_classes(values: Sequence[tuple[Asked, Any]], newest_guideline: int) -> None:
    """An answer under an older version is taken as it is, unless it names a class that was removed since."""
    newest = {question.id: question for question in asked_under(newest_guideline)[1]}
    fields = {}
    for question, value in values:
        now = newest.get(question.id)
        if now and question.kind.classes_in(value) & (question.classes - now.classes):
            fields[f"answers.{question.key}"] = "names a class that was removed since"
    if fields:
        raise InvalidAnswers(fields=fields)


def _out_of_place(
    question: Asked, given: Any, deciding: Set[str], named: Mapping[str, frozenset[int]]
) -> str | None:
    """A required answer is missing, or one was given to a question that is not asked after the others."""
    condition = question.shown_if
    if condition and condition.question in deciding and not condition.holds(named):
        return None if given is None else f"is not asked after this answer to {condition.question}"
    return "an answer is required" if given is None and question.required else None
