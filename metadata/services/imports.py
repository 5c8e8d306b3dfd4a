"""Imports of item lines: streamed, a transaction a chunk, bad lines listed, resumable, undone as a whole."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Final, TypeVar

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from msgspec import structs

from metadata.intake.lines import BadLine, ItemLine
from metadata.intake.registry import reader_of
from metadata.kernel.canonical import canonical_json, sha256_hex
from metadata.kernel.errors import Conflict, InvalidInput, NotFound
from metadata.kernel.fields import Field, InvalidRecord, declared_fields, inferred_fields
from metadata.kernel.ids import new_id
from metadata.kernel.json_guard import Json
from metadata.models import Batch, Dataset, Item, Job, RefusedLine, Source
from metadata.services import audit, events, items, jobs, versions
from metadata.services.datasets import DatasetArchived
from metadata.versions.item_rows import item_row

CHUNK_ITEMS: Final = 5_000
CHUNK_CHARACTERS: Final = 4_000_000
CHUNKS_AHEAD: Final = 2
INFERRED_FROM: Final = 2_000
MOST_REFUSED_KEPT: Final = 100_000
PIECE: Final = 1 << 20
IMPORT_JOB: Final = "metadata.import_lines"
WORDS_JOB: Final = "metadata.index_words"
T = TypeVar("T")


class BatchEnded(Conflict):
    """This import was finished or undone; start a new one."""

    code = "batch_ended"


class NothingToResume(Conflict):
    """The uploaded file of this import is gone; import it again, repeats are harmless."""

    code = "nothing_to_resume"


@dataclass(frozen=True)
class Imported:
    """What became of the lines of one import, over all its runs."""

    batch_id: int
    created: int
    repeated: int
    refused: int


@dataclass
class Chunk:
    """Some lines of a file, checked, and the number of the last of them."""

    ready: list[items.PreparedItem] = field(default_factory=list)
    bad: list[BadLine] = field(default_factory=list)
    last_line: int = 0


def open_batch(dataset_id: int, *, name: str, source: str = "", by: int | None) -> Batch:
    """A delivery of items that may come in; `source` names where they are from."""
    if not name.strip() or len(name) > 200 or "\0" in name or len(source) > 120 or "\0" in source:
        raise InvalidInput(fields={"name": "1 to 200 characters, of a source of at most 120"})
    with transaction.atomic():
        dataset = Dataset.objects.filter(pk=dataset_id, archived_at=None).first()
        if dataset is None:
            raise NotFound
        origin = Source.objects.get_or_create(dataset=dataset, name=source)[0] if source else None
        return Batch.objects.create(dataset=dataset, source=origin, name=name.strip(), created_by_id=by)


def import_lines(
    dataset_id: int,
    lines: Iterable[bytes],
    *,
    format: str,  # noqa: A002 - the word that users know
    batch: Batch,
    by: int | None,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Reads items from pieces of a file into a batch. Memory stays flat; what was read before is not read again.

    A bad line is listed with its number, field and reason and stops none of the others. `progress` is told the
    number of the last line after each chunk, between transactions.
    """
    dataset = Dataset.objects.filter(pk=dataset_id, archived_at=None).first()
    if dataset is None or batch.dataset_id != dataset_id:
        raise NotFound
    if batch.state != Batch.State.OPEN:
        raise BatchEnded
    batch.refresh_from_db()
    read = reader_of(format)(lines)
    fresh = (entry for entry in read if entry.line > batch.lines_read) if batch.lines_read else read
    declared, entries = _declaration(dataset, fresh)
    many, likely_new = False, True
    with _ahead(_chunks(bytes(dataset.leaf_key), declared, entries)) as chunks:
        for chunk in chunks:
            many |= len(chunk.ready) > items.SEARCH_AT_ONCE
            put = write_chunk(batch, chunk, by, waits_for_disk=False, likely_new=likely_new)
            likely_new = not (put.repeated or put.clashes or put.restored)
            if progress is not None:
                progress(chunk.last_line)
    if many:
        jobs.enqueue(WORDS_JOB, args={"dataset": dataset_id}, dataset_id=dataset_id, by=by)
    return end_batch(batch, by)


def end_batch(batch: Batch, by: int | None) -> Imported:
    """Everything was read: nothing more comes in under this batch."""
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk, state=Batch.State.OPEN).update(state=Batch.State.DONE)
        audit.record("batch.imported", agent_id=by, dataset_id=batch.dataset_id, subject=f"batch {batch.pk}")
    batch.refresh_from_db()
    return Imported(batch.pk, batch.created, batch.repeated, batch.refused)


def _declaration(
    dataset: Dataset, entries: Iterator[ItemLine | BadLine]
) -> tuple[Sequence[Field], Iterator[ItemLine | BadLine]]:
    """The declared fields; an empty dataset that declares none takes them from its first lines."""
    declared = declared_fields(dataset.fields)
    if declared or Item.objects.filter(dataset=dataset).exists():
        return declared, entries
    first = list(islice(entries, INFERRED_FROM))
    inferred = inferred_fields(entry.fields for entry in first if isinstance(entry, ItemLine))
    try:
        declared = declared_fields([one.as_json() for one in inferred])
    except InvalidInput as error:  # a column's name is none that a field can have
        raise InvalidInput("The file's columns cannot become fields.", fields=error.fields) from None
    Dataset.objects.filter(pk=dataset.pk).update(fields=[one.as_json() for one in declared])
    return declared, _again(first, entries)


def _again(first: list[T], rest: Iterator[T]) -> Iterator[T]:
    yield from first
    yield from rest


def _chunks(
    leaf_key: bytes, declared: Sequence[Field], entries: Iterable[ItemLine | BadLine]
) -> Iterator[Chunk]:
    chunk, characters = Chunk(), 0
    for entry in entries:
        _sort_in(chunk, leaf_key, declared, entry)
        if isinstance(entry, ItemLine):
            characters += sum(len(part.text or "") for part in entry.parts)
        if len(chunk.ready) + len(chunk.bad) >= CHUNK_ITEMS or characters >= CHUNK_CHARACTERS:
            yield chunk
            chunk, characters = Chunk(), 0
    if chunk.last_line:
        yield chunk


def _sort_in(chunk: Chunk, leaf_key: bytes, declared: Sequence[Field], entry: ItemLine | BadLine) -> None:
    """Among the ready ones, or among the bad ones with a reason for each field."""
    chunk.last_line = entry.line
    if isinstance(entry, BadLine):
        chunk.bad.append(entry)
        return
    try:
        chunk.ready.append(_prepared(leaf_key, declared, entry))
    except InvalidRecord as error:
        chunk.bad.extend(
            BadLine(entry.line, name[:120], error.code, reason) for name, reason in error.fields.items()
        )


def _prepared(leaf_key: bytes, declared: Sequence[Field], entry: ItemLine) -> items.PreparedItem:
    key = entry.key
    if key is None:
        content = item_row("", entry.fields, [(p.role, p.ordinal, p.text, p.sha256) for p in entry.parts])
        try:
            key = f"content-{sha256_hex(canonical_json(content))[:24]}"
        except ValueError:
            raise InvalidRecord(fields={"": "holds what JSON has not"}) from None
    return items.prepared(
        leaf_key, declared, line=entry.line, key=key, fields=entry.fields, parts=entry.parts
    )


class _ahead:  # noqa: N801 - reads as a with-statement
    """Prepares the next chunks in a thread while the database takes the last one."""

    def __init__(self, chunks: Iterator[Chunk]) -> None:
        self._chunks = chunks
        self._queue: queue.Queue[Chunk | BaseException | None] = queue.Queue(CHUNKS_AHEAD)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._prepare, name="import-ahead", daemon=True)

    def _prepare(self) -> None:
        try:
            for chunk in self._chunks:
                if not self._give(chunk):
                    return
            self._give(None)
        except BaseException as error:  # noqa: BLE001 - raised again where the chunks are taken
            self._give(error)

    def _give(self, what: Chunk | BaseException | None) -> bool:
        while not self._stopped.is_set():
            try:
                self._queue.put(what, timeout=0.5)
            except queue.Full:
                continue
            return True
        return False

    def __enter__(self) -> Iterator[Chunk]:
        self._thread.start()
        return self._taken()

    def _taken(self) -> Iterator[Chunk]:
        while (what := self._queue.get()) is not None:
            if isinstance(what, BaseException):
                raise what
            yield what

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()


def write_chunk(
    batch: Batch, chunk: Chunk, by: int | None, *, waits_for_disk: bool = True, likely_new: bool = False
) -> items.Put:
    """One transaction: items, refusals and how far the file was read stand or fall together.

    One that does not wait for the disk may be lost in a crash, and then its place in the file is lost with it: whoever
    goes on reads those lines again. The next commit that waits makes it last.
    """
    with transaction.atomic():
        if not waits_for_disk:
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
        put = _put(batch.dataset_id, batch.pk, chunk, by, likely_new=likely_new)
        refused = len({entry.line for entry in chunk.bad})
        updated = Batch.objects.filter(pk=batch.pk, state=Batch.State.OPEN).update(
            created=F("created") + put.created,
            repeated=F("repeated") + put.repeated,
            refused=F("refused") + refused,
            lines_read=chunk.last_line,
        )
        if not updated:
            raise BatchEnded
        if chunk.bad and batch.refused < MOST_REFUSED_KEPT:
            RefusedLine.objects.bulk_create(
                (
                    RefusedLine(
                        batch=batch, line=e.line, field=e.field[:120], code=e.code[:60], reason=e.reason[:500]
                    )
                    for e in chunk.bad
                ),
                ignore_conflicts=True,
            )
    batch.refused += refused
    return put


def _put(
    dataset_id: int, batch_id: int | None, chunk: Chunk, by: int | None, *, likely_new: bool = False
) -> items.Put:
    """Puts what is ready; items whose file is missing or whose key is taken join the bad ones."""
    missing = items.missing_assets(
        part.sha256 for item in chunk.ready for part in item.parts if part.sha256 is not None
    )
    ready = chunk.ready
    if missing:
        ready = [item for item in chunk.ready if not any(part.sha256 in missing for part in item.parts)]
        kept = {item.line for item in ready}
        chunk.bad.extend(
            BadLine(item.line, "sha256", "file_missing", "the file was not uploaded")
            for item in chunk.ready
            if item.line not in kept
        )
    put = items.put(dataset_id, ready, batch_id=batch_id, by=by, likely_new=likely_new)
    chunk.bad.extend(
        BadLine(
            clash.line, "key", "key_taken", f"{clash.key[:200]!r} is there with other content; not changed"
        )
        for clash in put.clashes
    )
    return put


@dataclass(frozen=True)
class Added:
    """What became of items that were sent in one request."""

    created: int
    repeated: int
    ids: dict[str, int]
    refused: list[BadLine]


def add_items(
    dataset_id: int, entries: Sequence[ItemLine | BadLine], *, batch: Batch | None, by: int | None
) -> Added:
    """Adds some items in one transaction; the bad ones are given back, the good ones go in."""
    dataset = Dataset.objects.filter(pk=dataset_id).first()
    if dataset is None:
        raise NotFound
    if dataset.archived_at is not None:
        raise DatasetArchived
    before = 0
    with transaction.atomic():
        declared, again = _declaration(dataset, iter(entries))
        if batch is not None:  # its lines are counted on from request to request
            before = Batch.objects.select_for_update().get(pk=batch.pk).lines_read
        chunk = Chunk()
        for entry in again:
            _sort_in(
                chunk, bytes(dataset.leaf_key), declared, structs.replace(entry, line=before + entry.line)
            )
        put = _put(dataset_id, None, chunk, by) if batch is None else write_chunk(batch, chunk, by)
    bad = [structs.replace(entry, line=entry.line - before) for entry in chunk.bad]
    return Added(put.created, put.repeated, put.ids, sorted(bad, key=lambda entry: (entry.line, entry.field)))


def start_import(
    dataset_id: int,
    upload: File[bytes],
    format: str,  # noqa: A002
    by: int | None,
    *,
    name: str = "",
    source: str = "",
) -> Job:
    """Keeps the uploaded file and imports it by a job; the job's arguments name the batch."""
    reader_of(format)
    stored = default_storage.save(f"uploads/{new_id()}", upload)
    with transaction.atomic():
        batch = open_batch(dataset_id, name=(name or upload.name or format)[:200], source=source, by=by)
        return _enqueued(batch, stored, format, by)


def _enqueued(batch: Batch, stored: str, file_format: str, by: int | None) -> Job:
    args: dict[str, Json] = {"batch": batch.pk, "upload": stored, "format": file_format}
    return jobs.enqueue(IMPORT_JOB, args=args, dataset_id=batch.dataset_id, by=by)


@transaction.atomic
def resume_import(batch_id: int, by: int | None) -> Job:
    """Goes on with an import whose job failed or was canceled, after the last line that went in."""
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    if batch.state != Batch.State.OPEN:
        raise BatchEnded
    last = Job.objects.filter(args__batch=batch_id, args__has_key="upload").order_by("-id").first()
    if last is None or not default_storage.exists(last.args["upload"]):
        raise NothingToResume
    if last.state in (Job.State.QUEUED, Job.State.RUNNING):
        return last
    return jobs.enqueue(last.kind, args=last.args, dataset_id=batch.dataset_id, by=by)


def run_import(context: jobs.JobContext) -> dict[str, Json]:
    """The job of start_import: safe to run twice, since each chunk's place is kept with it."""
    stored = str(context.args["upload"])
    batch = Batch.objects.filter(pk=context.args["batch"]).first()
    if batch is None:
        raise NotFound
    if batch.state != Batch.State.OPEN:
        return result_of(batch)
    if not default_storage.exists(stored):
        raise NothingToResume
    with default_storage.open(stored, "rb") as file:
        total = file.size
        done = [0]
        imported = import_lines(
            batch.dataset_id,
            pieces_of(file, done),
            format=str(context.args["format"]),
            batch=batch,
            by=context.agent_id,
            progress=lambda _line: context.progress(min(done[0], total), total),
        )
    default_storage.delete(stored)
    return result_of(imported)


def result_of(imported: Imported | Batch) -> dict[str, Json]:
    """What an import's job leaves as its result."""
    return {
        "batch": imported.batch_id if isinstance(imported, Imported) else imported.pk,
        "created": imported.created,
        "repeated": imported.repeated,
        "refused": imported.refused,
    }


def pieces_of(file: IO[bytes] | File[bytes], done: list[int]) -> Iterator[bytes]:
    """The file's bytes in pieces; `done[0]` is how many were read."""
    while piece := file.read(PIECE):
        done[0] += len(piece)
        yield piece


def run_words(context: jobs.JobContext) -> dict[str, Json]:
    """Makes what a large import brought findable by its words."""
    dataset_id, after, done = int(context.args["dataset"]), 0, 0
    while ids := items.unindexed(dataset_id, after=after):
        items.index_words(ids)
        after, done = ids[-1], done + len(ids)
        context.progress(done)
    return {"indexed": done}


@transaction.atomic
def undo_batch(batch_id: int, by: int | None) -> Batch:
    """Takes back what a batch brought: its items leave the open version and the lists. Closed versions keep them."""
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound
    if batch.state == Batch.State.UNDONE:
        return batch
    batch.state = Batch.State.UNDONE
    batch.undone_at = timezone.now()
    batch.save(update_fields=["state", "undone_at"])
    number = versions.open_number(batch.dataset_id)
    with connection.cursor() as cursor:
        for statement in _UNDO:
            cursor.execute(statement, {"dataset": batch.dataset_id, "batch": batch.pk, "number": number})
    events.append(
        "batch.undone",
        dataset_id=batch.dataset_id,
        subject_id=batch.pk,
        agent_id=by,
        payload={"created": batch.created},
    )
    audit.record("batch.undone", agent_id=by, dataset_id=batch.dataset_id, subject=f"batch {batch.pk}")
    return batch


# As versions.end_members does for a list: what only the open version had goes, what a closed one has ends there.
_UNDO: Final = (
    """
    DELETE FROM metadata_versionmember m USING metadata_item i
    WHERE i.batch_id = %(batch)s AND i.archived_at IS NULL AND m.dataset_id = %(dataset)s AND m.kind = 1
      AND m.subject = i.id AND m.valid_to IS NULL AND m.valid_from = %(number)s
    """,
    """
    UPDATE metadata_versionmember m SET valid_to = %(number)s FROM metadata_item i
    WHERE i.batch_id = %(batch)s AND i.archived_at IS NULL AND m.dataset_id = %(dataset)s AND m.kind = 1
      AND m.subject = i.id AND m.valid_to IS NULL AND m.valid_from < %(number)s
    """,
    "UPDATE metadata_item SET archived_at = now() WHERE batch_id = %(batch)s AND archived_at IS NULL",
)
