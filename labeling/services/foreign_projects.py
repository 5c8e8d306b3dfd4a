"""A project of another tool becomes one of ours: questions, items, people, models and what they said, with a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from labeling.interchange.foreign import (
    ForeignAnswer,
    ForeignPart,
    ForeignTask,
    QuestionDraft,
    Report,
    ShownFacts,
)
from labeling.interchange.lines import UnreadableFile
from labeling.label_types.base import AnyLabelType
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.models import ModelRun, Pool, Prediction, Project, Question, Round
from labeling.selectors.foreign import migrated_before
from labeling.services import bulk_answers, gold, projects
from labeling.services.foreign_files import Gathered, NamedFile, gathered, spellings
from metadata.kernel.errors import Conflict, DomainError, InvalidInput
from metadata.kernel.fields import Field, declared_fields, inferred_fields
from metadata.kernel.ids import new_id
from metadata.kernel.json_guard import Json
from metadata.selectors.datasets import declared_of
from metadata.selectors.items import ids_in_dataset, ids_of_keys, items_by_file_name
from metadata.selectors.jobs import payload_of_job
from metadata.selectors.parts import ShownPart, parts_of
from metadata.services import accounts, audit, datasets, derived, events, items, jobs, versions

IMPORT_PROJECT_JOB: Final = "labeling.import_project"
MIGRATED: Final = "project.migrated"
TASKS_AT_ONCE: Final = 2_000
MOST_UPLOADS: Final = 500
MOST_GOLD: Final = 10_000
LONGEST_NAME: Final = 120


class QuestionChanged(Conflict):
    """A question of this project is of another kind now than when it was first brought in."""

    code = "question_changed"


@dataclass(slots=True)
class Migrated:
    """What came over, and the report of what did not."""

    dataset: int = 0
    project: int = 0
    round: int = 0
    tool: str = ""
    questions: int = 0
    items: int = 0
    people: int = 0
    models: int = 0
    answers: int = 0
    predictions: int = 0
    known: int = 0
    repeated: int = 0
    report: Report = field(default_factory=Report)

    def as_json(self) -> dict[str, Json]:
        return {
            "dataset": self.dataset,
            "project": self.project,
            "round": self.round,
            "tool": self.tool,
            "questions": self.questions,
            "items": self.items,
            "people": self.people,
            "models": self.models,
            "answers": self.answers,
            "predictions": self.predictions,
            "known": self.known,
            "repeated": self.repeated,
            "remarks": sum(one.count for one in self.report.remarks),
            "report": self.report.as_json(),
        }


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as the export has it, as ours, and how the classes of the one are called in the other."""

    draft: QuestionDraft
    id: int
    kind: AnyLabelType
    read_spec: Any
    spec: Any
    codes: Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Met:
    """A task of the export and the item it is here."""

    task: ForeignTask
    item_id: int
    facts: Mapping[str, ShownFacts]
    parts: Mapping[str, Any]


def migrate(
    files: Sequence[NamedFile],
    *,
    name: str,
    dataset_id: int | None,
    by: int | None,
    progress: Callable[[int], None] | None = None,
    job_id: UUID | None = None,
) -> Migrated:
    """Brings in an export of Label Studio or CVAT: all of it or nothing, but for files, which are stored by hash.

    The same export again changes nothing: items are known by their names, answers by their numbers there. What came
    since is added to the project it became the first time.
    """
    result = Migrated()
    export = gathered(files, result.report, progress=progress)
    with transaction.atomic():
        _bring(export, result, name=name.strip() or export.project.name, dataset_id=dataset_id, by=by)
        events.append(
            MIGRATED,
            dataset_id=result.dataset,
            project_id=result.project,
            subject_id=result.round,
            agent_id=by,
            payload={
                **result.as_json(),
                "job": None if job_id is None else str(job_id),
            },
        )
        audit.record(
            MIGRATED,
            agent_id=by,
            dataset_id=result.dataset,
            subject=f"project {result.project}: {result.tool}",
        )
    return result


def _bring(export: Gathered, result: Migrated, *, name: str, dataset_id: int | None, by: int | None) -> None:
    foreign, report = export.project, result.report
    title = (name or f"{foreign.tool} {foreign.source}").strip()[:LONGEST_NAME]
    project = migrated_before(_round_name(foreign.tool), title, dataset_id=dataset_id, agent_id=by)
    if project is not None:
        dataset_id = project.dataset_id
    elif dataset_id is None:
        dataset_id = datasets.create_dataset(name=title, fields=_fields(foreign.tasks, report), by=by).pk
    asked = _questions(project, foreign.questions, dataset_id, title, by)
    project = Question.objects.select_related("project").get(pk=asked[0].id).project
    opened, pool = _round(project, foreign.tool, [one.id for one in asked], by)
    met = _items(dataset_id, export, report, by)
    given, predicted, known = _passes(met, asked, opened, dataset_id, report)
    wrote = bulk_answers.write_given(dataset_id, opened, pool, given)
    if wrote.beside:
        report.note(
            "answer",
            "another answer of the same person",
            "kept beside the first answer; it takes no place and is not counted",
            count=wrote.beside,
        )
    for key in wrote.changed:
        report.note("answer", "changed since", "is another now than when it came: the first one stays", key)
    result.predictions = _predicted(project, foreign.tool, predicted, dataset_id, report)
    for question_id, answers in known.items():
        for chunk in _chunks(sorted(answers.items()), MOST_GOLD):
            result.known += gold.set_gold(question_id, chunk, by=by).known
    result.dataset, result.project, result.round, result.tool = (
        dataset_id,
        project.pk,
        opened.pk,
        foreign.tool,
    )
    result.questions, result.items = len(asked), len(met)
    result.people = len({one.agent_id for one in given})
    result.models = len({one[0] for one in predicted})
    result.answers, result.repeated = wrote.stored, wrote.repeated


def _fields(tasks: Iterable[ForeignTask], report: Report) -> list[dict[str, object]]:
    """Fields for what tasks say of themselves beside what they show."""
    usable: list[dict[str, object]] = []
    for one in inferred_fields(task.fields for task in tasks):
        try:
            declared_fields([*usable, one.as_json()])
        except DomainError as error:
            report.note("field", one.name, next(iter(error.fields.values()), error.message))
            continue
        usable.append(one.as_json())
    return usable


def _questions(
    project: Project | None, drafts: Sequence[QuestionDraft], dataset_id: int, title: str, by: int | None
) -> list[_Asked]:
    """The questions as they are asked here; a second import adds what is new and takes nothing away."""
    if project is None:
        project = projects.create_project(
            dataset_id=dataset_id, name=title, questions=[one.as_raw() for one in drafts], by=by
        )
    there = {one.key: one for one in project.questions.filter(retired_at=None)}
    found: list[_Asked] = []
    for draft in drafts:
        question = there.get(draft.key)
        if question is None:
            question = projects.add_question(project.pk, draft.as_raw(), by=by)
        elif question.label_type != draft.label_type:
            raise QuestionChanged(
                fields={draft.key: f"is a {question.label_type} here and a {draft.label_type} in the export"}
            )
        else:
            question = _with_new_classes(question, draft, by)
        kind = label_type(draft.label_type)
        codes = {entry["name"].casefold(): entry["code"] for entry in question.spec.get("classes", ())}
        found.append(
            _Asked(
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


def _with_new_classes(question: Question, draft: QuestionDraft, by: int | None) -> Question:
    known = {entry["name"].casefold() for entry in question.spec.get("classes", ())}
    new = [
        {"name": entry["name"]}
        for entry in draft.spec.get("classes", ())
        if entry["name"].casefold() not in known
    ]
    if not new:
        return question
    spec = {**question.spec, "classes": [*question.spec["classes"], *new]}
    return projects.update_question(question.pk, spec=spec, by=by)


def _round(project: Project, tool: str, question_ids: Sequence[int], by: int | None) -> tuple[Round, Pool]:
    """The closed round that holds what was brought in."""
    name = _round_name(tool)
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


def _round_name(tool: str) -> str:
    return f"Imported from {tool}"


# --- Items


def _items(dataset_id: int, export: Gathered, report: Report, by: int | None) -> list[_Met]:
    """Every task's item: the one that is there, or one made of what the task shows."""
    met: list[_Met] = []
    declared = declared_of(dataset_id)
    for chunk in _chunks(export.project.tasks, TASKS_AT_ONCE):
        known = _there(dataset_id, chunk)
        missing = [task for task in chunk if task.ident not in known]
        known |= _made(dataset_id, missing, export, declared, report, by)
        shown = parts_of(known.values())
        for task in chunk:
            item_id = known.get(task.ident)
            if item_id is not None:
                found = _met(task, item_id, shown[item_id], report)
                if found is not None:
                    met.append(found)
    return met


def _there(dataset_id: int, tasks: Sequence[ForeignTask]) -> dict[str, int]:
    """By task, the item of the dataset that it is about: by its key, by its path, or by the name of its file."""
    names = {task.ident: _names(task) for task in tasks}
    keys = ids_of_keys(dataset_id, list({one for listed in names.values() for one in listed}))
    usable = ids_in_dataset(dataset_id, keys.values())
    found: dict[str, int] = {}
    for ident, listed in names.items():
        item_id = next((keys[one] for one in listed if keys.get(one) in usable), None)
        if item_id is not None:
            found[ident] = item_id
    files = {
        task.ident: [
            one.rpartition("/")[2] for part in task.parts if part.path for one in spellings(part.path)
        ]
        for task in tasks
        if task.ident not in found
    }
    by_file = items_by_file_name(dataset_id, list({one for listed in files.values() for one in listed}))
    for ident, listed in files.items():
        near = next((by_file[one] for one in listed if one in by_file), [])
        if len(near) == 1:
            found[ident] = near[0]
    return found


def _names(task: ForeignTask) -> list[str]:
    """What the item of a task may be called, the surest first."""
    found: dict[str, None] = {task.key: None}
    for part in task.parts:
        for path in spellings(part.path) if part.path else ():
            steps = path.split("/")
            found.update(dict.fromkeys("/".join(steps[at:]) for at in range(len(steps))))
    return [one for one in found if one]


def _made(
    dataset_id: int,
    tasks: Sequence[ForeignTask],
    export: Gathered,
    declared: Sequence[Field],
    report: Report,
    by: int | None,
) -> dict[str, int]:
    leaf_key = versions.leaf_key(dataset_id)
    names = {one.name for one in declared}
    ready: list[items.PreparedItem] = []
    ident_of: dict[str, str] = {}
    for task in tasks:
        where = f"task {task.ident}"
        parts = [made for part in task.parts if (made := _part(part, export, report, where)) is not None]
        if not parts or len(parts) < len(task.parts):
            if not task.parts:
                report.note("item", "", "shows nothing that can be labeled here", where)
            continue
        for name in task.fields.keys() - names:
            report.note("field", name, "is not declared in this dataset", where)
        fields = {name: value for name, value in task.fields.items() if name in names}
        try:
            one = items.prepared(leaf_key, declared, line=0, key=task.key, fields=fields, parts=parts)
        except DomainError as error:
            field, why = next(iter(error.fields.items()), ("", error.message))
            report.note("item", field, why, where)
            continue
        if task.key in ident_of:
            report.note(
                "item", task.key, "two tasks are about an item of this name: the first is kept", where
            )
            continue
        ident_of[task.key] = task.ident
        ready.append(one)
    put = items.put(dataset_id, ready, batch_id=None, by=by)
    for clash in put.clashes:
        report.note("item", clash.key, "another item has this key here", f"task {ident_of[clash.key]}")
    return {ident_of[key]: item_id for key, item_id in put.ids.items()}


def _part(part: ForeignPart, export: Gathered, report: Report, where: str) -> Any | None:
    if part.text is not None:
        if "\0" in part.text or not part.text.strip():
            report.note("item", "text", "is empty, or holds a NUL character", where)
            return None
        return derived.text_part(part.text, role=part.role)
    file = export.file_of(part.path)
    if file is None:
        report.note(
            "file", part.path, "is not in the dataset and did not come along: its answers stay behind", where
        )
        return None
    if file.kind != part.kind:
        report.note("file", part.path, f"is not of the kind that is shown ({part.kind})", where)
        return None
    return derived.file_part(file.sha256, role=part.role)


def _met(task: ForeignTask, item_id: int, shown: Sequence[ShownPart], report: Report) -> _Met | None:
    """The task's parts as they are here: the nth picture there is the nth picture here."""
    facts: dict[str, ShownFacts] = {}
    count: dict[str, int] = {}
    for part in task.parts:
        same = [one for one in shown if one.kind == part.kind]
        nth = count.get(part.kind, 0)
        count[part.kind] = nth + 1
        if nth >= len(same):
            report.note("item", part.role, "the item that is here lacks this part", f"task {task.ident}")
            return None
        one = same[nth]
        if part.text is not None and one.text != part.text:
            report.note("item", task.key, "another text has this key here", f"task {task.ident}")
            return None
        facts[part.role] = ShownFacts(one.role, one.width, one.height, one.duration_ms, one.text)
    parts = {
        one.role: {
            "width": one.width,
            "height": one.height,
            "duration_ms": one.duration_ms,
            "characters": None if one.text is None else len(one.text),
        }
        for one in shown
    }
    return _Met(task, item_id, facts, parts)


# --- What people and models said

_Predicted = tuple[str, int, int, Any, dict[str, float]]


def _passes(
    met: Sequence[_Met], asked: Sequence[_Asked], opened: Round, dataset_id: int, report: Report
) -> tuple[list[bulk_answers.GivenAnswer], list[_Predicted], dict[int, dict[int, Any]]]:
    """Answers of people, predictions (model, item, question, value, probabilities), and what is known, by question."""
    by_key = {one.draft.key: one for one in asked}
    people: list[tuple[_Met, ForeignAnswer, dict[str, Any]]] = []
    predicted: list[_Predicted] = []
    known: dict[int, dict[int, Any]] = {}
    for one in met:
        for answer in one.task.answers(one.facts, report):
            where = (
                f"task {one.task.ident}, {'prediction' if answer.is_model else 'annotation'} {answer.ident}"
            )
            values = {
                key: value
                for key, raw in answer.values.items()
                if (value := _read(by_key[key], raw, one.parts, report, where)) is not None
            }
            if not values:
                report.note("answer", "empty", "holds nothing that can be kept", where)
            elif answer.is_model:
                predicted += [
                    (
                        answer.who,
                        one.item_id,
                        by_key[key].id,
                        value,
                        _probabilities(by_key[key], value, answer),
                    )
                    for key, value in values.items()
                ]
            else:
                people.append((one, answer, values))
                if answer.is_known:
                    for key, value in values.items():
                        known.setdefault(by_key[key].id, {})[one.item_id] = by_key[key].kind.dump(value)
    people.sort(key=lambda row: (row[0].item_id, _moment_of(row[1]), row[1].ident))
    agents = accounts.external_agents(
        f"dataset {dataset_id}", list(dict.fromkeys(answer.who for _, answer, _ in people))
    )
    return (
        [_given(one, answer, values, by_key, agents, opened) for one, answer, values in people],
        predicted,
        known,
    )


def _moment_of(answer: ForeignAnswer) -> float:
    return answer.created_at.timestamp() if answer.created_at else 0.0


def _given(
    one: _Met,
    answer: ForeignAnswer,
    values: Mapping[str, Any],
    by_key: Mapping[str, _Asked],
    agents: Mapping[str, int],
    opened: Round,
) -> bulk_answers.GivenAnswer:
    dumped = {key: by_key[key].kind.dump(value) for key, value in values.items()}
    return bulk_answers.GivenAnswer(
        item_id=one.item_id,
        agent_id=agents[answer.who],
        key=f"foreign-{opened.pk}-{one.item_id}-{answer.ident}"[:200],
        values={by_key[key].id: value for key, value in dumped.items()},
        votes=[
            (by_key[key].id, vote.facet, vote.code)
            for key, value in values.items()
            for vote in by_key[key].kind.votes(value, by_key[key].spec)
        ],
        by_question_key=dumped,
        independent=answer.independent,
        active_ms=answer.active_ms,
        created_at=answer.created_at,
    )


def _read(asked: _Asked, raw: Any, parts: Mapping[str, Any], report: Report, where: str) -> Any | None:
    """The value under our question. An element that cannot stand is left out and named; the others stay."""
    while True:
        try:
            value = asked.kind.parse(raw, asked.read_spec, {"parts": parts})
            break
        except InvalidValue as error:
            path, why = next(iter(error.fields.items()))
            at = re.match(r"elements\.(\d+)(?:\.|$)", path)
            if at is None:
                report.note("answer", asked.draft.key, f"{path}: {why}".removeprefix(": "), where)
                return None
            gone = raw["elements"][int(at[1])]
            report.note("region", asked.draft.label_type, why, f"{where}, region {gone.get('id', '')}")
            raw = {**raw, "elements": [*raw["elements"][: int(at[1])], *raw["elements"][int(at[1]) + 1 :]]}
    if all(codes == (code,) for code, codes in asked.codes.items()):
        return value
    return asked.kind.remap(value, asked.codes, asked.spec).value


def _probabilities(asked: _Asked, value: Any, answer: ForeignAnswer) -> dict[str, float]:
    """A model's score is the probability of the one class it names; of anything else it says too little."""
    named = asked.kind.classes_in(value)
    if answer.score is None or len(named) != 1 or asked.kind.elements(value) or not 0 <= answer.score <= 1:
        return {}
    return {str(min(named)): answer.score}


def _predicted(
    project: Project, tool: str, rows: Sequence[_Predicted], dataset_id: int, report: Report
) -> int:
    """Stores predictions, one a model, item and question; how many are new."""
    if not rows:
        return 0
    names = list(dict.fromkeys(model for model, *_ in rows))
    agents = accounts.external_agents(f"models of dataset {dataset_id}", names, are_models=True)
    runs: dict[str, ModelRun] = {}
    for name in names:
        runs[name], _ = ModelRun.objects.get_or_create(
            project=project, agent_id=agents[name], name=f"{tool}: {name}"[:120]
        )
    last: dict[tuple[str, int, int], _Predicted] = {}
    for row in rows:
        if row[:3] in last:
            report.note(
                "prediction", row[0], "says something else about the same item later: the last is kept"
            )
        last[row[:3]] = row
    asked = {row.pk: label_type(row.label_type) for row in project.questions.all()}
    before = Prediction.objects.filter(model_run__project=project).count()
    Prediction.objects.bulk_create(
        (
            Prediction(
                model_run=runs[model],
                item_id=item,
                question_id=question,
                value=asked[question].dump(value),
                probabilities=probabilities,
            )
            for model, item, question, value, probabilities in last.values()
        ),
        batch_size=2_000,
        ignore_conflicts=True,
    )
    return Prediction.objects.filter(model_run__project=project).count() - before


def _chunks(values: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(values)
    while chunk := list(islice(left, size)):
        yield chunk


# --- The job


def start_migration(
    dataset_id: int | None, name: str, uploads: Sequence[File[bytes]], *, by: int | None
) -> UUID:
    """Keeps the uploaded files and brings the project in by a job; the job."""
    if not 1 <= len(uploads) <= MOST_UPLOADS:
        raise InvalidInput(fields={"files": f"1 to {MOST_UPLOADS} at once; more in a zip"})
    if len(name) > LONGEST_NAME or "\0" in name:
        raise InvalidInput(fields={"name": f"at most {LONGEST_NAME} characters"})
    folder = f"uploads/{new_id()}"
    stored: list[Json] = [
        {"name": (file.name or f"file {at}")[:1_000], "key": default_storage.save(f"{folder}/{at}", file)}
        for at, file in enumerate(uploads)
    ]
    args: dict[str, Json] = {"dataset": dataset_id, "name": name.strip(), "files": stored}
    return jobs.enqueue(IMPORT_PROJECT_JOB, args=args, dataset_id=dataset_id, by=by).pk


def run_migration(context: jobs.JobContext) -> Mapping[str, Json]:
    """The job: all or nothing. A second run after a kill begins anew, or finds what the first one committed."""
    stored = [(str(one["name"]), str(one["key"])) for one in context.args["files"]]
    done = payload_of_job(MIGRATED, context.job_id) if context.attempt > 1 else None
    if done is None:
        if not all(default_storage.exists(key) for _, key in stored):
            raise UnreadableFile(
                "The uploaded files are gone; bring them again.", fields={"files": "are gone"}
            )
        dataset = context.args["dataset"]
        done = migrate(
            [(name, partial(default_storage.open, key, "rb")) for name, key in stored],
            name=str(context.args["name"]),
            dataset_id=None if dataset is None else int(dataset),
            by=context.agent_id,
            progress=context.progress,
            job_id=context.job_id,
        ).as_json()
    for _, key in stored:
        default_storage.delete(key)
    return {name: value for name, value in done.items() if name != "job"}
