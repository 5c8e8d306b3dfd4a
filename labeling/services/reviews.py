"""Reviewing: accept, correct or return an answer; one objection by its labeler, and the reply.

A correction is an annotation of the reviewer's that takes no seat, casts no vote and is not independent. What is
accepted or corrected becomes the item's accepted answer, a ruling that a count of the votes leaves alone.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from labeling import policies
from labeling.errors import AlreadyObjected, AnswerChanged, NotReviewed
from labeling.label_types.base import Difference
from labeling.label_types.errors import InvalidValue
from labeling.models import Annotation, Answer, Assignment, Project, Review, Task
from labeling.selectors import votes
from labeling.selectors.access import nothing_here, project_for
from labeling.services import flags, resolutions
from labeling.services.asked import Asked, asked_under, parsed_answers
from metadata.kernel.canonical import canonical_json
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors.access import Caller
from metadata.services import events

REASON_LENGTH: Final = 2000


@dataclass(frozen=True)
class Reviewed:
    """An answer under review: the newest of its chain, in the project of its task."""

    annotation: Annotation
    task: Task
    project: Project


@transaction.atomic
def review_answer(
    caller: Caller,
    annotation_id: int,
    *,
    verdict: str,
    reason: str = "",
    answers: Mapping[str, Any] | None = None,
) -> Review:
    """Decides on the newest answer of somebody to a task. Correcting and returning need a reason."""
    found = _reviewed(caller, annotation_id)
    reason = _reason(reason, needed=verdict != Review.Verdict.ACCEPTED)
    if verdict not in Review.Verdict.values:
        raise InvalidInput(fields={"verdict": f"must be one of {', '.join(Review.Verdict.values)}"})
    if (answers is not None) != (verdict == Review.Verdict.CORRECTED):
        raise InvalidInput(fields={"answers": "belong to a correction, and only to one"})
    correction, differences = None, list[dict[str, Any]]()
    if verdict == Review.Verdict.CORRECTED:
        correction, differences = _corrected(caller, found, answers)
    made = Review.objects.create(
        task=found.task,
        annotation=found.annotation,
        agent_id=found.annotation.agent_id,
        reviewer_id=caller.agent_id,
        verdict=verdict,
        reason=reason,
        correction=correction,
        differences=differences,
    )
    if verdict != Review.Verdict.RETURNED:
        _rule(found, correction or found.annotation, by=caller.agent_id)
        flags.settle_flags(found.task, by=caller.agent_id)
    _happened(f"answer.{verdict}", found, made, caller)
    return made


@transaction.atomic
def settle_task(caller: Caller, task_id: int) -> int:
    """A reviewer looked at a task's marks and leaves its answers as they are; how many marks that settled."""
    task = Task.objects.select_related("round").filter(pk=task_id).first()
    if task is None:
        raise NotFound
    policies.require(policies.can_review(access := project_for(caller, task.round.project_id)), access)
    return flags.settle_flags(task, by=caller.agent_id)


@transaction.atomic
def object_to_review(caller: Caller, review_id: int, text: str) -> Review:
    """The labeler's one objection to what was decided about their answer."""
    found = _review(caller, review_id)
    project_for(caller, found.task.round.project_id)
    if found.agent_id != caller.agent_id:
        raise NotFound
    if found.objected_at is not None:
        raise AlreadyObjected
    if found.verdict == Review.Verdict.ACCEPTED:
        raise InvalidInput(fields={"objection": "the answer was accepted as it is"})
    found.objection = _reason(text, field="objection")
    found.objected_at = timezone.now()
    found.save(update_fields=["objection", "objected_at"])
    _note("review.objected", found, caller)
    return found


@transaction.atomic
def reply_to_objection(caller: Caller, review_id: int, *, upheld: bool, text: str) -> Review:
    """Answers an objection. Where it is upheld, the labeler's own answer becomes the accepted one."""
    found = _review(caller, review_id)
    policies.require(policies.can_review(access := project_for(caller, found.task.round.project_id)), access)
    if found.objected_at is None or found.replied_at is not None:
        raise NotReviewed
    found.reply = _reason(text, field="reply")
    found.upheld = upheld
    found.replied_at = timezone.now()
    found.replied_by_id = caller.agent_id
    found.save(update_fields=["reply", "upheld", "replied_at", "replied_by"])
    if upheld and found.verdict == Review.Verdict.CORRECTED:
        about = Reviewed(found.annotation, found.task, found.task.round.project)
        _rule(about, found.annotation, by=caller.agent_id)
    _note("review.replied", found, caller)
    return found


def _reviewed(caller: Caller, annotation_id: int) -> Reviewed:
    annotation = Annotation.objects.select_related("task__round__project").filter(pk=annotation_id).first()
    if annotation is None:
        raise nothing_here(caller)
    project = annotation.task.round.project
    policies.require(policies.can_review(access := project_for(caller, project.pk)), access)
    if annotation.agent_id == caller.agent_id:
        raise InvalidInput(fields={"annotation": "is your own; go back to it and correct it"})
    # The lock that a revision takes: what is reviewed is the newest, or it changed meanwhile.
    held = Assignment.objects.select_for_update().filter(
        task_id=annotation.task_id, agent_id=annotation.agent_id, repeat=annotation.repeat
    )
    is_counted = annotation.seat is not None or annotation.revision > 0
    if not is_counted or not [one for one in held if one.state == Assignment.State.DONE]:
        raise NotReviewed
    chain = Annotation.objects.filter(
        task_id=annotation.task_id, agent_id=annotation.agent_id, repeat=annotation.repeat
    )
    if chain.filter(revision__gt=annotation.revision).exists():
        raise AnswerChanged
    return Reviewed(annotation, annotation.task, project)


def _corrected(
    caller: Caller, found: Reviewed, answers: Mapping[str, Any] | None
) -> tuple[Annotation, list[dict[str, Any]]]:
    """Stores the reviewer's answers beside the labeler's, and how they differ."""
    guideline = found.task.round.guideline_version_id
    asked = asked_of(found.task, guideline)
    facts = votes.facts_of([found.task.item_id])[found.task.item_id]
    values = parsed_answers(answers, asked, facts)
    dumped = {question.key: question.kind.dump(value) for question, value in values}
    given = given_answers(found.annotation)
    changed = differences_between(given, dumped, asked, facts)
    if not changed:
        raise InvalidInput(fields={"answers": "are the same; accept the answer instead"})
    body = {"reviews": found.annotation.pk, "answers": dumped, "by": caller.agent_id}
    made = Annotation.objects.create(
        task=found.task,
        agent_id=caller.agent_id,
        pool_id=found.annotation.pool_id,
        seat=None,
        guideline_version_id=guideline,
        independent=False,
        key=f"review-{uuid.uuid4().hex}",
        body_hash=hashlib.sha256(canonical_json(body)).digest(),
    )
    Answer.objects.bulk_create(
        Answer(
            annotation=made, question_id=question.id, item_id=found.task.item_id, value=dumped[question.key]
        )
        for question, _ in values
    )
    return made, changed


def asked_of(task: Task, guideline_version_id: int) -> list[Asked]:
    """The questions of a task's round, as the guideline words them."""
    wanted = set(task.round.questions.values_list("pk", flat=True))
    return [question for question in asked_under(guideline_version_id)[1] if question.id in wanted]


def given_answers(annotation: Annotation) -> dict[str, Any]:
    return {answer.question.key: answer.value for answer in annotation.answers.select_related("question")}


def differences_between(
    given: Mapping[str, Any], corrected: Mapping[str, Any], asked: Sequence[Asked], facts: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """How the corrected answers (b) differ from the given ones (a), each as its label type names it."""
    found: list[dict[str, Any]] = []
    for question in asked:
        before, after = given.get(question.key), corrected.get(question.key)
        if before is None or after is None:
            if before != after:
                kind = "answered" if before is None else "withdrawn"
                found.append({"question": question.key, "kind": kind})
            continue
        try:
            a = question.kind.parse(before, question.spec, facts)
        except InvalidValue:
            found.append({"question": question.key, "kind": "outdated"})
            continue
        b = question.kind.parse(after, question.spec, facts)
        found += [
            {"question": question.key} | _as_json(one)
            for one in question.kind.differences(a, b, question.spec)
        ]
    return found


def _as_json(one: Difference) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "a": list(one.a),
        "b": list(one.b),
        "class_a": one.class_a,
        "class_b": one.class_b,
        "amount": round(one.amount, 4),
    }


def _rule(found: Reviewed, annotation: Annotation, *, by: int) -> None:
    """Makes these answers the accepted ones of the item."""
    for answer in annotation.answers.all():
        resolutions.rule(answer.question_id, found.task.item_id, answer.value, by=by)


def _review(caller: Caller, review_id: int) -> Review:
    found = (
        Review.objects.select_for_update(of=("self",))
        .select_related("task__round__project", "annotation")
        .filter(pk=review_id)
        .first()
    )
    if found is None:
        raise nothing_here(caller)
    return found


def _reason(text: str, *, needed: bool = True, field: str = "reason") -> str:
    words = text.strip()
    if needed and not words:
        raise InvalidInput(fields={field: "must not be empty"})
    if len(words) > REASON_LENGTH:
        raise InvalidInput(fields={field: f"at most {REASON_LENGTH} characters"})
    return words


def _happened(kind: str, found: Reviewed, made: Review, caller: Caller) -> None:
    events.append(
        kind,
        dataset_id=found.project.dataset_id,
        project_id=found.project.pk,
        subject_id=found.annotation.pk,
        agent_id=caller.agent_id,
        payload={"review": made.pk, "task": found.task.pk, "item": found.task.item_id},
    )


def _note(kind: str, review: Review, caller: Caller) -> None:
    project = review.task.round.project
    events.append(
        kind,
        dataset_id=project.dataset_id,
        project_id=project.pk,
        subject_id=review.pk,
        agent_id=caller.agent_id,
    )
