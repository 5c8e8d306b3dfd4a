"""The questions of another tool's project as they are asked here, and the closed round that holds its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from labeling.interchange.foreign import QuestionDraft
from labeling.label_types.base import AnyLabelType
from labeling.label_types.registry import label_type
from labeling.models import Pool, Project, Question, Round
from labeling.services import projects
from metadata.kernel.errors import Conflict


class QuestionChanged(Conflict):
    """A question of this project is of another kind now than when it was first brought in."""

    code = "question_changed"


@dataclass(frozen=True, slots=True)
class AskedThere:
    """A question as the export has it, as ours, and how the classes of the one are called in the other."""

    draft: QuestionDraft
    id: int
    kind: AnyLabelType
    read_spec: Any
    spec: Any
    codes: Mapping[int, Sequence[int]]


def questions_of(
    project: Project | None, drafts: Sequence[QuestionDraft], dataset_id: int, title: str, by: int | None
) -> list[AskedThere]:
    """The questions as they are asked here; a second import adds what is new and takes nothing away."""
    if project is None:
        project = projects.create_project(
            dataset_id=dataset_id, name=title, questions=[one.as_raw() for one in drafts], by=by
        )
    there = {one.key: one for one in project.questions.filter(retired_at=None)}
    found: list[AskedThere] = []
    for draft in drafts:
        question = there.get(draft.key)
        if question is None:
            question = projects.add_question(project.pk, draft.as_raw(), by=by)
        elif question.label_type != draft.label_type:
            raise QuestionChanged(
                fields={draft.key: f"is a {question.label_type} here and a {draft.label_type} in the export"}
            )
        else:
            question = _with_what_is_new(question, draft, by)
        kind = label_type(draft.label_type)
        codes = {entry["name"].casefold(): entry["code"] for entry in question.spec.get("classes", ())}
        found.append(
            AskedThere(
                draft,
                question.pk,
                kind,
                kind.check_spec(draft.spec),
                kind.check_spec(question.spec),
                {
                    entry["code"]: (codes[entry["name"].casefold()],)
                    for entry in draft.spec.get("classes", ())
                },
            )
        )
    return found


def _with_what_is_new(question: Question, draft: QuestionDraft, by: int | None) -> Question:
    """Classes and relations that came since, and what may be answered by now that was never asked about."""
    spec = dict(question.spec)
    for name in ("classes", "relations"):
        known = {entry["name"].casefold() for entry in spec.get(name, ())}
        new = [entry for entry in draft.spec.get(name, ()) if entry["name"].casefold() not in known]
        if new:
            fresh = [{"name": one["name"]} for one in new] if name == "classes" else new
            spec[name] = [*spec.get(name, ()), *fresh]
    spec |= {name: True for name, value in draft.spec.items() if value is True and name not in spec}
    if spec == question.spec:
        return question
    return projects.update_question(question.pk, spec=spec, by=by)


def round_of(project: Project, tool: str, question_ids: Sequence[int], by: int | None) -> tuple[Round, Pool]:
    """The closed round that holds what was brought in."""
    name = round_name(tool)
    opened = Round.objects.filter(project=project, kind=Round.Kind.IMPORTED, name=name).order_by("pk").first()
    if opened is None:
        guideline = project.guideline_versions.order_by("-major", "-minor").first()
        assert guideline is not None
        opened = Round.objects.create(
            project=project,
            name=name,
            kind=Round.Kind.IMPORTED,
            state=Round.State.CLOSED,
            guideline_version=guideline,
            places_per_task=1,
            created_by_id=by,
            closed_at=timezone.now(),
        )
        Pool.objects.create(round=opened, share=1)
    opened = Round.objects.select_for_update().get(pk=opened.pk)
    newest = project.guideline_versions.order_by("-major", "-minor").values_list("pk", flat=True).first()
    if newest is not None and opened.guideline_version_id != newest:
        opened.guideline_version_id = newest
        opened.save(update_fields=["guideline_version"])
    opened.questions.add(*question_ids)
    return opened, opened.pools.order_by("pk")[0]


def round_name(tool: str) -> str:
    return f"Imported from {tool}"
