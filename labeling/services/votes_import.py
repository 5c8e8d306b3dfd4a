"""Votes that exist already: `item, worker, label` become annotations of external agents, in bulk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, Final
from uuid import UUID

import msgspec
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from labeling.interchange import votes_csv, votes_jsonl
from labeling.interchange.lines import LineError, UnreadableFile
from labeling.interchange.votes import VoteRow
from labeling.label_types.classes import COLORS, MOST_CLASSES
from labeling.models import Pool, Project, Question, Round
from labeling.services import projects
from labeling.services.leaves import annotation_leaf
from metadata.kernel.errors import InvalidInput
from metadata.kernel.ids import new_id
from metadata.kernel.json_guard import Json
from metadata.selectors.items import ids_of_keys
from metadata.selectors.jobs import payload_of_job
from metadata.services import accounts, datasets, derived, events, items, jobs, versions

IMPORT_VOTES_JOB: Final = "labeling.import_votes"
FORMATS: Final = {"csv": votes_csv.read_votes, "jsonl": votes_jsonl.read_votes}
LINES_OF_JSON: Final = ("jsonl", "ndjson", "json")
ITEMS_AT_ONCE: Final = 5_000
MOST_LISTED: Final = 500
MOST_VOTES_AN_ITEM: Final = 32_000  # places are numbered in small integers
LONGEST_CLASS_NAME: Final = 200
LONGEST_TEXT: Final = 500_000
PIECE: Final = 1 << 20
TEXT_COLUMNS: Final = ("text", "sentence", "message", "body")


class UnknownVotesFormat(InvalidInput):
    """Votes are read from CSV or JSON Lines."""

    code = "unknown_format"


@dataclass(slots=True)
class ImportedVotes:
    """What came of a file of votes; `refused` lists the first lines that could not be used, and why."""

    dataset: int = 0
    project: int = 0
    question: int = 0
    round: int = 0
    items: int = 0
    workers: int = 0
    classes: int = 0
    votes: int = 0
    repeated: int = 0
    refused_lines: int = 0
    refused: list[LineError] = field(default_factory=list)

    def refuse(self, error: LineError) -> None:
        self.refused_lines += 1
        if len(self.refused) < MOST_LISTED:
            self.refused.append(error)

    def as_json(self) -> dict[str, Json]:
        return {
            "dataset": self.dataset,
            "project": self.project,
            "question": self.question,
            "round": self.round,
            "items": self.items,
            "workers": self.workers,
            "classes": self.classes,
            "votes": self.votes,
            "repeated": self.repeated,
            "refused_lines": self.refused_lines,
            "refused": [
                {"line": e.line, "field": e.field, "code": e.code, "reason": e.reason[:300]}
                for e in self.refused
            ],
        }


@dataclass(slots=True)
class _Votes:
    """The usable votes as parallel lists, and what the items said about themselves."""

    item: list[str] = field(default_factory=list)
    worker: list[str] = field(default_factory=list)
    label: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


def import_votes(
    dataset_id: int | None,
    name: str,
    lines: Iterable[bytes],
    *,
    format: str,  # noqa: A002 - the word that users know
    by: int | None,
    progress: Callable[[int], None] | None = None,
    job_id: UUID | None = None,
) -> ImportedVotes:
    """A project of one choice question whose classes are the file's labels, with every vote in a seat of its own.

    Items are found by their external keys or made; the same worker of a dataset is always the same agent. A bad line
    is listed and stops none of the others. One vote an item and worker counts: a repeat is harmless, another label is
    refused. All of it is one transaction.
    """
    result = ImportedVotes()
    votes = _gathered(_reader(format)(lines), result, progress)
    if not votes.item:
        raise UnreadableFile("There is no usable vote in this file.", fields=_first_reason(result))
    labels = _ordered(set(votes.label))
    if len(labels) > MOST_CLASSES:
        raise UnreadableFile(
            fields={"label": f"{len(labels)} different labels; at most {MOST_CLASSES} can be classes"}
        )
    with transaction.atomic():
        if dataset_id is None:
            dataset_id = datasets.create_dataset(name=name, fields=[], by=by).pk
        project = projects.create_project(
            dataset_id=dataset_id, name=name, questions=[_question(labels)], by=by
        )
        question = Question.objects.get(project=project)
        code_of = dict(zip(labels, (entry["code"] for entry in question.spec["classes"]), strict=True))
        item_of = _items(dataset_id, votes, by)
        agent_of = accounts.external_agents(f"dataset {dataset_id}", list(dict.fromkeys(votes.worker)))
        opened = _round(project, by)
        rows = sorted(
            (item_of[item], agent_of[worker], code_of[label])
            for item, worker, label in zip(votes.item, votes.worker, votes.label, strict=True)
        )
        _written(dataset_id, project, question, opened, rows)
        result.dataset, result.project, result.question, result.round = (
            dataset_id,
            project.pk,
            question.pk,
            opened.pk,
        )
        result.items, result.workers = len(item_of), len(agent_of)
        result.classes, result.votes = len(labels), len(rows)
        events.append(
            "votes.imported",
            dataset_id=dataset_id,
            project_id=project.pk,
            subject_id=opened.pk,
            agent_id=by,
            payload={**result.as_json(), "job": None if job_id is None else str(job_id)},
        )
    return result


def format_of(file_name: str) -> str:
    """The format of a file by its ending.

    >>> format_of("votes.ndjson"), format_of("votes.TSV"), format_of("votes")
    ('jsonl', 'csv', 'csv')
    """
    return "jsonl" if file_name.rpartition(".")[2].lower() in LINES_OF_JSON else "csv"


def _reader(file_format: str) -> Callable[[Iterable[bytes]], Iterator[VoteRow | LineError]]:
    if file_format not in FORMATS:
        raise UnknownVotesFormat(fields={"format": f"must be one of {', '.join(FORMATS)}"})
    return FORMATS[file_format]


def _gathered(
    rows: Iterator[VoteRow | LineError], result: ImportedVotes, progress: Callable[[int], None] | None
) -> _Votes:
    votes = _Votes()
    said: dict[tuple[str, str], str] = {}
    count: dict[str, int] = {}
    for row in rows:
        if isinstance(row, LineError):
            result.refuse(row)
            continue
        before = said.get((row.item, row.worker))
        if before is not None:
            if before == row.label:
                result.repeated += 1
            else:
                result.refuse(
                    LineError(row.line, "", "voted_twice", "this worker gave this item another label before")
                )
            continue
        if len(row.label) > LONGEST_CLASS_NAME:
            result.refuse(
                LineError(row.line, "label", "too_long", f"longer than {LONGEST_CLASS_NAME} characters")
            )
            continue
        if count.get(row.item, 0) >= MOST_VOTES_AN_ITEM:
            result.refuse(
                LineError(row.line, "item", "too_many", f"more than {MOST_VOTES_AN_ITEM} votes on one item")
            )
            continue
        said[row.item, row.worker] = row.label
        count[row.item] = count.get(row.item, 0) + 1
        votes.item.append(row.item)
        votes.worker.append(row.worker)
        votes.label.append(row.label)
        if row.extra and row.item not in votes.texts:
            _note_text(votes, row)
        if progress is not None and len(votes.item) % 10_000 == 0:
            progress(row.line)
    return votes


def _note_text(votes: _Votes, row: VoteRow) -> None:
    """A column of texts shows the item; what else came along is not kept."""
    for name, cell in row.extra.items():
        if name.strip().lower() in TEXT_COLUMNS and cell.strip():
            votes.texts[row.item] = cell[:LONGEST_TEXT]
            return


def _first_reason(result: ImportedVotes) -> dict[str, str]:
    return {f"line {error.line}": error.reason for error in result.refused[:5]} or {"file": "is empty"}


def _ordered(labels: set[str]) -> list[str]:
    """Numbers by value, texts by letter."""

    def rank(label: str) -> tuple[bool, float, str]:
        is_number = label.lstrip("-").isdecimal() and len(label) < 16
        return (not is_number, float(label) if is_number else 0.0, label)

    return sorted(labels, key=rank)


def _question(labels: Sequence[str]) -> dict[str, Any]:
    classes: list[dict[str, Any]] = []
    names: set[str] = set()
    for code, label in enumerate(labels, start=1):
        is_taken = (
            label.casefold() in names
        )  # "Yes" beside "yes": they stay two classes, and the page shows it
        shown = f"{label[: LONGEST_CLASS_NAME - 8]} ({code})" if is_taken else label
        names.add(shown.casefold())
        entry: dict[str, Any] = {"code": code, "name": shown, "color": (code - 1) % COLORS + 1}
        if code <= 9:
            entry["hotkey"] = str(code)
        classes.append(entry)
    return {
        "key": "label",
        "prompt": "Which class is it?",
        "label_type": "choice",
        "spec": {"classes": classes},
        "required": True,
    }


def _items(dataset_id: int, votes: _Votes, by: int | None) -> dict[str, int]:
    """The items by key: those that are there, and the others made, in the order they came."""
    keys = list(dict.fromkeys(votes.item))
    leaf_key = versions.leaf_key(dataset_id)
    known: dict[str, int] = {}
    for chunk in _chunks(keys, ITEMS_AT_ONCE):
        known.update(ids_of_keys(dataset_id, chunk))
    missing = (key for key in keys if key not in known)
    for chunk in _chunks(missing, ITEMS_AT_ONCE):
        ready = [
            items.prepared(
                leaf_key,
                [],
                line=0,
                key=key,
                fields={},
                parts=[derived.text_part(votes.texts.get(key, key))],
            )
            for key in chunk
        ]
        known.update(items.put(dataset_id, ready, batch_id=None, by=by).ids)
    return {key: known[key] for key in keys}


def _chunks(values: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(values)
    while chunk := list(islice(left, size)):
        yield chunk


def _round(project: Project, by: int | None) -> Round:
    guideline = project.guideline_versions.get()
    opened = Round.objects.create(
        project=project,
        name="Imported votes",
        kind=Round.Kind.IMPORTED,
        state=Round.State.CLOSED,
        guideline_version=guideline,
        places_per_task=1,
        created_by_id=by,
        closed_at=timezone.now(),
    )
    opened.questions.set(Question.objects.filter(project=project))
    return opened


_TASKS = """
INSERT INTO labeling_task (round_id, item_id, state)
SELECT %(round)s, item, 1 FROM unnest(%(items)s::bigint[]) AS t(item) RETURNING item_id, id
"""
_PLACES = """
INSERT INTO labeling_place (task_id, pool_id, wanted, taken, held, lane, pos)
SELECT task, %(pool)s, n, n, 0, 2, task FROM unnest(%(tasks)s::bigint[], %(counts)s::integer[]) AS p(task, n)
"""
_VOTES = """
INSERT INTO labeling_vote (annotation_id, question_id, facet, item_id, agent_id, code, current)
SELECT annotation, %(question)s, '', item, agent, code, true
FROM unnest(%(annotations)s::bigint[], %(items)s::bigint[], %(agents)s::bigint[], %(codes)s::integer[])
    AS v(annotation, item, agent, code)
"""
_TALLIES = """
INSERT INTO labeling_tally (question_id, facet, item_id, codes)
SELECT question_id, facet, item_id, array_agg(code ORDER BY code)
FROM labeling_vote WHERE question_id = %(question)s AND current GROUP BY question_id, facet, item_id
"""
_PROFILES = """
INSERT INTO labeling_profile (question_id, facet, codes, n)
SELECT question_id, facet, codes, count(*) FROM labeling_tally WHERE question_id = %(question)s
GROUP BY question_id, facet, codes
"""


def _written(
    dataset_id: int, project: Project, question: Question, opened: Round, rows: Sequence[tuple[int, int, int]]
) -> None:
    """The rows `(item, agent, code)`, in order, as everything a submit would have written."""
    pool = Pool.objects.create(round=opened, share=1)
    counts: dict[int, int] = {}
    for item, _, _ in rows:
        counts[item] = counts.get(item, 0) + 1
    number = versions.open_number(dataset_id)
    with connection.cursor() as cursor:
        cursor.execute(_TASKS, {"round": opened.pk, "items": list(counts)})
        task_of: dict[int, int] = dict(cursor.fetchall())
        tasks = [task_of[item] for item in counts]
        cursor.execute(_PLACES, {"pool": pool.pk, "tasks": tasks, "counts": list(counts.values())})
        cursor.execute(
            "SELECT array_agg(nextval(pg_get_serial_sequence('labeling_annotation', 'id'))) "
            "FROM generate_series(1, %s)",
            [len(rows)],
        )
        ids: list[int] = cursor.fetchone()[0]
        _copied_answers(dataset_id, question, opened, pool, number, rows, ids, task_of)
        given: dict[str, Any] = {
            "question": question.pk,
            "annotations": ids,
            "items": [item for item, _, _ in rows],
            "agents": [agent for _, agent, _ in rows],
            "codes": [code for _, _, code in rows],
        }
        cursor.execute(_VOTES, given)
        cursor.execute(_TALLIES, given)
        cursor.execute(_PROFILES, given)


def _copied_answers(
    dataset_id: int,
    question: Question,
    opened: Round,
    pool: Pool,
    number: int,
    rows: Sequence[tuple[int, int, int]],
    ids: Sequence[int],
    task_of: Mapping[int, int],
) -> None:
    leaf_key = versions.leaf_key(dataset_id)
    guideline = opened.guideline_version_id
    now = timezone.now().isoformat()
    annotations: list[str] = []
    assignments: list[str] = []
    answers: list[str] = []
    members: list[str] = []
    seat, last_item = 0, None
    for annotation, (item, agent, code) in zip(ids, rows, strict=True):
        seat = seat + 1 if item == last_item else 1
        last_item = item
        task, key = task_of[item], f"import-{opened.pk}-{item}"
        value = {"class": code}
        leaf = annotation_leaf(
            leaf_key,
            item_id=item,
            agent_id=agent,
            round_id=opened.pk,
            repeat=0,
            guideline_version_id=guideline,
            answers={question.key: value},
        )
        body = hashlib.sha256(f"{key} {code}".encode()).hexdigest()
        annotations.append(
            f"{annotation}\t{task}\t{agent}\t0\t0\t{pool.pk}\t{seat}\t{guideline}\tt\t0\t{key}\t\\\\x{body}\t{now}\n"
        )
        assignments.append(f"{task}\t{agent}\t0\t{pool.pk}\t2\t{annotation}\n")
        answers.append(f"{annotation}\t{question.pk}\t{item}\t{msgspec.json.encode(value).decode()}\n")
        members.append(f"{dataset_id}\t2\t{annotation}\t0\t{annotation}\t\\\\x{leaf.hex()}\t{number}\n")
    _copy(
        "labeling_annotation (id, task_id, agent_id, repeat, revision, pool_id, seat, guideline_version_id, "
        "independent, active_ms, key, body_hash, created_at)",
        annotations,
    )
    _copy("labeling_assignment (task_id, agent_id, repeat, pool_id, state, head)", assignments)
    _copy("labeling_answer (annotation_id, question_id, item_id, value)", answers)
    _copy("metadata_versionmember (dataset_id, kind, subject, facet, row, leaf, valid_from)", members)


def _copy(target: str, rows: Sequence[str]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for at in range(0, len(rows), 1_000):
            copy.write("".join(rows[at : at + 1_000]).encode())


def start_import(
    dataset_id: int | None,
    name: str,
    upload: File[bytes],
    *,
    format: str,  # noqa: A002
    by: int | None,
) -> UUID:
    """Keeps the uploaded file and imports its votes by a job; the job."""
    _reader(format)
    if not name.strip() or len(name) > datasets.LONGEST_NAME or "\0" in name:
        raise InvalidInput(fields={"name": f"1 to {datasets.LONGEST_NAME} characters"})
    stored = default_storage.save(f"uploads/{new_id()}", upload)
    args: dict[str, Json] = {"dataset": dataset_id, "name": name.strip(), "upload": stored, "format": format}
    return jobs.enqueue(IMPORT_VOTES_JOB, args=args, dataset_id=dataset_id, by=by).pk


def run_import(context: jobs.JobContext) -> Mapping[str, Json]:
    """The job: all or nothing. A second run after a kill begins anew, or finds what the first one committed."""
    stored = str(context.args["upload"])
    if context.attempt > 1 and (done := payload_of_job("votes.imported", context.job_id)) is not None:
        default_storage.delete(stored)
        return {name: value for name, value in done.items() if name != "job"}
    if not default_storage.exists(stored):
        raise UnreadableFile("The uploaded file is gone; import it again.", fields={"file": "is gone"})
    dataset = context.args["dataset"]
    with default_storage.open(stored, "rb") as file:
        imported = import_votes(
            None if dataset is None else int(dataset),
            str(context.args["name"]),
            _pieces(file),
            format=str(context.args["format"]),
            by=context.agent_id,
            progress=context.progress,
            job_id=context.job_id,
        )
    default_storage.delete(stored)
    return imported.as_json()


def _pieces(file: IO[bytes] | File[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
