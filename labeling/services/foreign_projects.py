"""A project of another tool becomes one of ours: questions, items, people, models and what they said, with a report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from labeling.interchange.foreign import Report
from labeling.interchange.lines import UnreadableFile
from labeling.models import Question
from labeling.selectors.foreign import migrated_before
from labeling.services import bulk_answers, gold
from labeling.services.foreign_answers import passes_of, stored_predictions
from labeling.services.foreign_files import Gathered, NamedFile, gathered
from labeling.services.foreign_items import chunks, fields_of, items_of
from labeling.services.foreign_questions import questions_of, round_name, round_of
from metadata.kernel.errors import InvalidInput
from metadata.kernel.ids import new_id
from metadata.kernel.json_guard import Json
from metadata.selectors.jobs import payload_of_job
from metadata.services import audit, datasets, events, jobs

IMPORT_PROJECT_JOB: Final = "labeling.import_project"
MIGRATED: Final = "project.migrated"
MOST_UPLOADS: Final = 500
MOST_GOLD: Final = 10_000
LONGEST_NAME: Final = 120


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
    project = migrated_before(round_name(foreign.tool), title, dataset_id=dataset_id, agent_id=by)
    if project is not None:
        dataset_id = project.dataset_id
    elif dataset_id is None:
        dataset_id = datasets.create_dataset(name=title, fields=fields_of(foreign.tasks, report), by=by).pk
    asked = questions_of(project, foreign.questions, dataset_id, title, by)
    project = Question.objects.select_related("project").get(pk=asked[0].id).project
    opened, pool = round_of(project, foreign.tool, [one.id for one in asked], by)
    met = items_of(dataset_id, export, report, by)
    given, predicted, known = passes_of(met, asked, opened, dataset_id, report)
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
    result.predictions = stored_predictions(project, foreign.tool, predicted, dataset_id, report)
    for question_id, answers in known.items():
        for chunk in chunks(sorted(answers.items()), MOST_GOLD):
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
