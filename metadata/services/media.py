"""Imports of files: pictures, sound and texts that were dropped on a page, in a folder, or in a zip."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Final

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from metadata.intake.archive import Entry, entries, is_hidden
from metadata.intake.lines import LONGEST_KEY, LONGEST_TEXT, BadLine, PartLine
from metadata.kernel.errors import DomainError, InvalidInput, NotFound
from metadata.kernel.fields import InvalidRecord, declared_fields
from metadata.kernel.ids import new_id
from metadata.kernel.json_guard import Json
from metadata.modalities.sniff import media_type_of
from metadata.models import Batch, Dataset, Job
from metadata.services import assets, items, jobs
from metadata.services.imports import (
    BatchEnded,
    Chunk,
    Imported,
    NothingToResume,
    end_batch,
    open_batch,
    result_of,
    write_chunk,
)

MEDIA_JOB: Final = "metadata.import_media"
MOST_FILES: Final = 5_000
FILES_AT_ONCE: Final = 50
BYTES_AT_ONCE: Final = 64 * 2**20
NO_TEXT: Final = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".webp",
        ".bmp",
        ".tif",
        ".tiff",
        ".heic",
        ".wav",
        ".mp3",
        ".ogg",
        ".flac",
        ".m4a",
        ".mp4",
        ".mov",
        ".avi",
        ".mkv",
        ".pdf",
        ".doc",
        ".docx",
        ".xls",
        ".xlsx",
        ".ppt",
        ".pptx",
        ".zip",
        ".gz",
        ".7z",
        ".rar",
        ".parquet",
    ]
)
TABLES: Final = frozenset((".csv", ".tsv", ".jsonl", ".ndjson"))


def start_media_import(
    dataset_id: int,
    files: Sequence[File[bytes]],
    by: int | None,
    *,
    paths: Sequence[str] = (),
    name: str = "",
    source: str = "",
) -> Job:
    """Keeps the uploaded files and imports them by a job; each file, and each file in a zip, becomes an item.

    `paths` are the files' places in the folder that was dropped: an upload itself carries only a bare name.
    """
    if paths and len(paths) != len(files):
        raise InvalidInput(fields={"paths": "one for each file, or none"})
    if not 1 <= len(files) <= MOST_FILES:
        raise InvalidInput(fields={"files": f"1 to {MOST_FILES} at once; more in a zip"})
    with transaction.atomic():
        title = name or (files[0].name or "files" if len(files) == 1 else f"{len(files)} files")
        batch = open_batch(dataset_id, name=title[:200], source=source, by=by)
        folder = f"uploads/{new_id()}"
        stored: list[Json] = [
            {
                "name": (paths[at] if paths else file.name or f"file {at}")[:1_000],
                "key": default_storage.save(f"{folder}/{at}", file),
            }
            for at, file in enumerate(files)
        ]
        args: dict[str, Json] = {"batch": batch.pk, "upload": str(folder), "files": stored}
        return jobs.enqueue(MEDIA_JOB, args=args, dataset_id=dataset_id, by=by)


def import_media(
    dataset_id: int,
    files: Iterable[Entry | BadLine],
    *,
    batch: Batch,
    by: int | None,
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """An item a file, under its path as key. A file that cannot be one is listed and stops none of the others."""
    dataset = Dataset.objects.filter(pk=dataset_id, archived_at=None).first()
    if dataset is None or batch.dataset_id != dataset_id:
        raise NotFound
    if batch.state != Batch.State.OPEN:
        raise BatchEnded
    batch.refresh_from_db()
    leaf_key, declared = bytes(dataset.leaf_key), declared_fields(dataset.fields)
    chunk, size = Chunk(), 0
    for file in files:
        number = file.number if isinstance(file, Entry) else file.line
        if number <= batch.lines_read:
            continue
        chunk.last_line = number
        if isinstance(file, BadLine):
            chunk.bad.append(file)
        else:
            size += len(file.data)
            try:
                part = _part(file)
                chunk.ready.append(
                    items.prepared(leaf_key, declared, line=number, key=file.path, fields={}, parts=[part])
                )
            except InvalidRecord as error:
                chunk.bad.extend(
                    BadLine(number, field, error.code, why) for field, why in error.fields.items()
                )
            except DomainError as error:
                why = next(iter(error.fields.values()), error.message)
                chunk.bad.append(BadLine(number, "file", error.code, f"{file.path[:200]}: {why}"))
        if len(chunk.ready) + len(chunk.bad) >= FILES_AT_ONCE or size >= BYTES_AT_ONCE:
            write_chunk(batch, chunk, by)
            if progress is not None:
                progress(chunk.last_line)
            chunk, size = Chunk(), 0
    if chunk.last_line:
        write_chunk(batch, chunk, by)
    return end_batch(batch, by)


def _part(file: Entry) -> PartLine:
    """Short plain text stands in the item itself; everything else is stored by hash."""
    if len(file.path) > LONGEST_KEY or "\0" in file.path:
        raise InvalidInput(fields={"path": f"longer than {LONGEST_KEY} characters"})
    if media_type_of(file.data) == "text/plain":
        suffix = PurePosixPath(file.path).suffix.lower()
        if suffix in NO_TEXT:
            raise InvalidInput(fields={"file": f"is plain text, though its name ends in {suffix}"})
        if suffix in TABLES:
            raise InvalidInput(fields={"file": "is a table of items: import it by itself"})
        text = file.data.decode("utf-8-sig")
        if not text.strip() or len(text) > LONGEST_TEXT or "\0" in text:
            raise InvalidInput(fields={"text": f"is empty, or longer than {LONGEST_TEXT} characters"})
        return PartLine("text", 0, text)
    asset = assets.store(file.data)
    return PartLine(asset.media_type.partition("/")[0], 0, None, asset.sha256)


def run_media_import(context: jobs.JobContext) -> dict[str, Json]:
    """The job of start_media_import: safe to run twice, since each chunk's place is kept with it."""
    batch = Batch.objects.filter(pk=context.args["batch"]).first()
    if batch is None:
        raise NotFound
    if batch.state != Batch.State.OPEN:
        return result_of(batch)
    stored = [(str(one["name"]), str(one["key"])) for one in context.args["files"]]
    if not all(default_storage.exists(key) for _, key in stored):
        raise NothingToResume
    imported = import_media(
        batch.dataset_id,
        _unpacked(stored),
        batch=batch,
        by=context.agent_id,
        progress=context.progress,
    )
    for _, key in stored:
        default_storage.delete(key)
    return result_of(imported)


def _unpacked(stored: Sequence[tuple[str, str]]) -> Iterator[Entry | BadLine]:
    """What was kept of an upload."""
    return unpacked([(name, partial(default_storage.open, key, "rb")) for name, key in stored])


def unpacked(
    files: Sequence[tuple[str, Callable[[], IO[bytes] | File[bytes]]]],
) -> Iterator[Entry | BadLine]:
    """Files and what is in zips, counted through, so that a number always means the same file."""
    number = 0
    for name, opened in files:
        with opened() as file:
            if name.lower().endswith(".zip"):
                last = number
                for entry in entries(file):
                    if isinstance(entry, Entry):
                        last = number + entry.number
                        yield Entry(last, entry.path, entry.data)
                    else:
                        last = number + entry.line
                        yield BadLine(last, entry.field, entry.code, entry.reason)
                number = last
            else:
                number += 1
                path = str(PurePosixPath(name.replace("\\", "/")))
                if not is_hidden(path):
                    yield Entry(number, path, file.read(assets.LARGEST_FILE + 1))
