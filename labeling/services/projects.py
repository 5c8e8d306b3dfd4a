"""Projects, their questions and their guideline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from labeling.label_types.conditions import condition_at
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.models import GuidelineVersion, Project, ProjectMembership, Question, Round
from labeling.selectors.questions import answered_among
from labeling.services import members
from metadata.kernel.errors import Conflict, InvalidInput, NotFound
from metadata.selectors.datasets import unarchived_dataset
from metadata.selectors.items import ids_in_dataset
from metadata.services import audit, events

if TYPE_CHECKING:
    from metadata.models import Dataset

QUESTION_KEY_LENGTH = 40


@transaction.atomic
def create_project(
    *,
    dataset_id: int,
    name: str,
    questions: Sequence[Mapping[str, Any]],
    visible_fields: Sequence[str] = (),
    description: str = "",
    by: int | None,
    demo: bool = False,
) -> Project:
    """A project with its questions under guideline 1.0; its maker becomes its manager."""
    if not name.strip():
        raise InvalidInput(fields={"name": "must not be empty"})
    if not questions:
        raise InvalidInput(fields={"questions": "a project asks at least one question"})
    dataset = unarchived_dataset(dataset_id)
    if dataset is None:
        raise NotFound
    _check_visible(dataset, visible_fields)
    project = Project.objects.create(
        dataset=dataset,
        name=name.strip(),
        description=description,
        visible_fields=list(visible_fields),
        created_by_id=by,
        demo=demo,
    )
    if by is not None:
        members.add_member(project.pk, by, ProjectMembership.Role.MANAGER, by=by)
    for at, raw in enumerate(questions):
        _add_question(project, raw, ordinal=at, where=f"questions.{at}")
    _publish(project, major=1, minor=0, changes="", body="", by=by)
    events.append("project.created", dataset_id=dataset_id, project_id=project.pk, agent_id=by)
    return project


@transaction.atomic
def update_project(
    project_id: int,
    *,
    name: str | None = None,
    description: str | None = None,
    state: str | None = None,
    visible_fields: Sequence[str] | None = None,
    by: int | None,
) -> Project:
    project = Project.objects.select_for_update().select_related("dataset").get(pk=project_id)
    if name is not None:
        if not name.strip():
            raise InvalidInput(fields={"name": "must not be empty"})
        project.name = name.strip()
    if description is not None:
        project.description = description
    if state is not None:
        if state not in Project.State.values:
            raise InvalidInput(fields={"state": f"must be one of {', '.join(Project.State.values)}"})
        project.state = state
    if visible_fields is not None:
        _check_visible(project.dataset, visible_fields)
        project.visible_fields = list(visible_fields)
    project.save()
    events.append("project.changed", dataset_id=project.dataset_id, project_id=project_id, agent_id=by)
    audit.record(
        "project.changed", agent_id=by, dataset_id=project.dataset_id, subject=f"project {project_id}"
    )
    return project


@transaction.atomic
def add_question(project_id: int, raw: Mapping[str, Any], *, by: int | None) -> Question:
    """A further question; open rounds do not ask it, the next one may."""
    project = Project.objects.select_for_update().get(pk=project_id)
    question = _add_question(project, raw, ordinal=project.questions.count(), where="")
    publish_guideline(project_id, changes=f"Asks also: {question.prompt}", by=by)
    return question


@transaction.atomic
def update_question(
    question_id: int,
    *,
    prompt: str | None = None,
    spec: Mapping[str, Any] | None = None,
    required: bool | None = None,
    shown_if: Mapping[str, Any] | None = None,
    by: int | None,
) -> Question:
    """Clearer words and added classes make a MINOR version. Once anybody answered, a class is not removed."""
    question = Question.objects.select_for_update().select_related("project").get(pk=question_id)
    _change(question, prompt=prompt, spec=spec, required=required, shown_if=shown_if)
    question.save()
    publish_guideline(question.project_id, changes=f"Changed: {question.prompt}", by=by)
    return question


def questions_if(
    project: Project, raw: Mapping[str, Any], *, question_id: int | None
) -> list[dict[str, Any]]:
    """What would be asked if this question were added, or that one changed so; nothing is stored. The project may be
    one that is not made yet."""
    asked = list(project.questions.filter(retired_at=None)) if project.pk else []
    if question_id is None:
        ordinal = project.questions.count() if project.pk else 0
        asked.append(_read_question(project, raw, ordinal=ordinal, where=""))
    for question in asked:
        if question.pk is not None and question.pk == question_id:
            _change(
                question,
                prompt=raw["prompt"],
                spec=raw["spec"],
                required=raw["required"],
                shown_if=raw.get("shown_if"),
            )
    return [_as_published(question) for question in asked]


def _change(
    question: Question,
    *,
    prompt: str | None,
    spec: Mapping[str, Any] | None,
    required: bool | None,
    shown_if: Mapping[str, Any] | None,
) -> None:
    if prompt is not None:
        if not prompt.strip():
            raise InvalidInput(fields={"prompt": "must not be empty"})
        question.prompt = prompt.strip()
    if required is not None:
        question.required = required
    if shown_if is not None:
        question.shown_if = _condition(question.project, shown_if, question.ordinal, where="shown_if")
    if spec is not None:
        _check_removed(question, spec)
        question.spec, question.next_code = _coded_spec(
            question.project, question.label_type, spec, question.next_code, where="spec"
        )


def _check_removed(question: Question, spec: Mapping[str, Any]) -> None:
    """A class may be taken out again as long as nobody answered and no other question waits for it."""
    given = spec.get("classes")
    listed = given if isinstance(given, Sequence) and not isinstance(given, str) else ()
    kept = {c["code"] for c in listed if isinstance(c, Mapping) and "code" in c}
    gone = {c["code"]: c["name"] for c in question.spec.get("classes", []) if c["code"] not in kept}
    if not gone:
        return
    fields = {"spec.classes": f"missing: {', '.join(gone.values())}"}
    if answered_among([question.pk]):
        raise Conflict(
            "A class that may have answers is not removed: map it to another one instead.", fields=fields
        )
    others = question.project.questions.filter(retired_at=None, shown_if__question=question.key)
    if waiting := [one.prompt for one in others if gone.keys() & set(one.shown_if["classes"])]:
        raise Conflict(
            "Other questions are asked only after such an answer: change them first.",
            fields={**fields, "question": ", ".join(waiting)},
        )


@transaction.atomic
def retire_question(question_id: int, *, by: int | None) -> None:
    question = Question.objects.select_for_update().get(pk=question_id)
    if question.retired_at is None:
        asked = Question.objects.filter(project=question.project_id, retired_at=None)
        if waiting := [one.prompt for one in asked if one.shown_if.get("question") == question.key]:
            raise Conflict(
                "Other questions are asked only after certain answers to this one: change them first.",
                fields={"question": ", ".join(waiting)},
            )
        question.retired_at = timezone.now()
        question.save(update_fields=["retired_at"])
        publish_guideline(question.project_id, changes=f"No longer asks: {question.prompt}", by=by)
        audit.record("question.retired", agent_id=by, subject=f"question {question_id}")


@transaction.atomic
def publish_guideline(
    project_id: int, *, changes: str, body: str | None = None, by: int | None
) -> GuidelineVersion:
    """The next MINOR version: what is asked now becomes what open rounds show."""
    project = Project.objects.select_for_update().get(pk=project_id)
    last = project.guideline_versions.order_by("-major", "-minor").first()
    if last is None:
        return _publish(project, major=1, minor=0, changes=changes, body=body or "", by=by)
    words = last.body if body is None else body
    return _publish(project, major=last.major, minor=last.minor + 1, changes=changes, body=words, by=by)


def _publish(
    project: Project, *, major: int, minor: int, changes: str, body: str, by: int | None
) -> GuidelineVersion:
    asked = Question.objects.filter(project=project, retired_at=None)
    version = GuidelineVersion.objects.create(
        project=project,
        major=major,
        minor=minor,
        body=body,
        changes=changes,
        published_by_id=by,
        questions=[_as_published(question) for question in asked],
    )
    Round.objects.filter(project=project).exclude(state=Round.State.CLOSED).update(guideline_version=version)
    events.append(
        "guideline.published",
        dataset_id=project.dataset_id,
        project_id=project.pk,
        subject_id=version.pk,
        agent_id=by,
    )
    return version


def _as_published(question: Question) -> dict[str, Any]:
    return {
        "id": question.pk,
        "key": question.key,
        "prompt": question.prompt,
        "label_type": question.label_type,
        "required": question.required,
        "shown_if": question.shown_if,
        "spec": question.spec,
    }


def _add_question(project: Project, raw: Mapping[str, Any], *, ordinal: int, where: str) -> Question:
    question = _read_question(project, raw, ordinal=ordinal, where=where)
    question.save()
    return question


def _read_question(project: Project, raw: Mapping[str, Any], *, ordinal: int, where: str) -> Question:
    """The question as it would be stored, or a refusal naming the field."""
    dot = f"{where}." if where else ""
    prompt = raw.get("prompt")
    if not isinstance(prompt, str) or not prompt.strip():
        raise InvalidInput(fields={f"{dot}prompt": "must not be empty"})
    kind = raw.get("label_type")
    if not isinstance(kind, str):
        raise InvalidInput(fields={f"{dot}label_type": "must name a label type"})
    label_type(kind)
    key = raw.get("key") or slugify(prompt)[:QUESTION_KEY_LENGTH] or f"question-{ordinal + 1}"
    if not isinstance(key, str) or slugify(key) != key.lower() or len(key) > QUESTION_KEY_LENGTH:
        raise InvalidInput(fields={f"{dot}key": "letters, digits, hyphens and underscores, at most 40"})
    if project.pk and project.questions.filter(key=key).exists():
        raise InvalidInput(fields={f"{dot}key": f"{key!r} is used already"})
    required = raw.get("required", True)
    if not isinstance(required, bool):
        raise InvalidInput(fields={f"{dot}required": "must be true or false"})
    shown_if = _condition(project, raw.get("shown_if", {}), ordinal, where=f"{dot}shown_if")
    spec, next_code = _coded_spec(project, kind, raw.get("spec") or {}, 1, where=f"{dot}spec")
    return Question(
        project=project,
        key=key,
        prompt=prompt.strip()[:300],
        label_type=kind,
        required=required,
        shown_if=shown_if,
        spec=spec,
        next_code=next_code,
        ordinal=ordinal,
    )


def _condition(project: Project, raw: object, ordinal: int, *, where: str) -> dict[str, Any]:
    """When a question is asked, as stored; it waits only for questions before it, so that none waits for itself."""
    before = project.questions.filter(retired_at=None, ordinal__lt=ordinal) if project.pk else ()
    earlier = {q.key: {c["code"] for c in q.spec.get("classes", ())} for q in before}
    try:
        found = condition_at({} if raw is None else raw, where, earlier)
    except InvalidValue as error:
        raise InvalidInput(fields=error.fields) from None
    return {"question": found.question, "classes": sorted(found.classes)} if found else {}


def _coded_spec(
    project: Project, kind: str, raw: object, next_code: int, *, where: str
) -> tuple[dict[str, Any], int]:
    """The spec as stored, new classes numbered; codes are never reused."""
    if not isinstance(raw, Mapping):
        raise InvalidInput(fields={where: "must be an object"})
    spec = dict(raw)
    classes = spec.get("classes")
    if isinstance(classes, Sequence) and not isinstance(classes, str):
        numbered: list[Any] = []
        for entry in classes:
            if isinstance(entry, Mapping) and isinstance(entry.get("code"), int):
                next_code = max(next_code, entry["code"] + 1)
        for entry in classes:
            if isinstance(entry, Mapping) and entry.get("code") is None:
                numbered.append({**entry, "code": next_code})
                next_code += 1
            else:
                numbered.append(entry)
        spec["classes"] = [_under_parent(entry, numbered) for entry in numbered]
    try:
        label_type(kind).check_spec(spec)
    except InvalidValue as error:
        raise error.within(where) from None
    _check_examples(project, spec, where=where)
    return spec, next_code


def _under_parent(entry: Any, classes: Sequence[Any]) -> Any:
    """A parent may be named: a class that is new has no code yet. The first of that name is meant."""
    if not isinstance(entry, Mapping) or not isinstance(entry.get("parent"), str):
        return entry
    codes = [
        one["code"] for one in classes if isinstance(one, Mapping) and one.get("name") == entry["parent"]
    ]
    return {**entry, "parent": codes[0]} if codes else entry


def _check_examples(project: Project, spec: Mapping[str, Any], *, where: str) -> None:
    """Examples are items of the project's dataset: labelers will see them."""
    named = [
        (f"{where}.classes.{row}.examples.{kind}.{at}", item)
        for row, one in enumerate(spec.get("classes", ()))
        for kind, items in one.get("examples", {}).items()
        for at, item in enumerate(items)
    ]
    if not named:
        return
    known = ids_in_dataset(project.dataset_id, {item for _, item in named})
    if unknown := {path: "is not an item of this dataset" for path, item in named if item not in known}:
        raise InvalidInput(fields=unknown)


def _check_visible(dataset: Dataset, names: Sequence[str]) -> None:
    declared = {field["name"] for field in dataset.fields}
    if unknown := [name for name in names if name not in declared]:
        raise InvalidInput(fields={"visible_fields": f"not declared in the dataset: {', '.join(unknown)}"})
