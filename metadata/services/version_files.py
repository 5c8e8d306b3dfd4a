"""The files of a closed version: kept by hash and size, and opened for download."""

from __future__ import annotations

from typing import IO, Final
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from metadata.kernel.errors import NotFound
from metadata.models import Version, VersionFile
from metadata.services.frozen import stored_file

TYPES: Final = {
    ".jsonl": "application/jsonl",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
}


class FileIsMissing(NotFound):
    """The file is missing from storage."""

    code = "file_missing"


def keep(version_id: int, *, kind: str, name: str, source: IO[bytes], job_id: UUID | None) -> VersionFile:
    """Stores a file of a version."""
    version = Version.objects.get(pk=version_id)
    stored = stored_file(f"versions/{version.dataset_id}/{version.number}/exports/{job_id}/{name}", source)
    return VersionFile.objects.create(
        version=version,
        job_id=job_id,
        kind=kind,
        name=name,
        storage_key=stored.storage_key,
        size=stored.size,
        sha256=stored.sha256,
    )


def forget(version_id: int, kind: str, job_id: UUID) -> None:
    """Removes what an earlier attempt of the same job left."""
    files = VersionFile.objects.filter(version_id=version_id, kind=kind, job_id=job_id)
    keys = list(files.values_list("storage_key", flat=True))
    with transaction.atomic():
        files.delete()
    for key in keys:
        default_storage.delete(key)


def headers_of(file: VersionFile) -> dict[str, str]:
    """What is said beside the bytes of a file: their kind and number, and their hash as entity tag."""
    return {
        "Content-Type": media_type(file),
        "Content-Length": str(file.size),
        "ETag": f'"{file.sha256}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=60",
    }


def opened(file: VersionFile) -> File[bytes]:
    """The bytes; FileIsMissing if the storage lost them."""
    try:
        return default_storage.open(file.storage_key)
    except FileNotFoundError:
        raise FileIsMissing from None


def media_type(file: VersionFile) -> str:
    """By the name's ending: these files are our own."""
    return next(
        (kind for ending, kind in TYPES.items() if file.name.endswith(ending)), "application/octet-stream"
    )
