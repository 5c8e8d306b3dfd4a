"""Freezing a closed version: its members with their content as Parquet, a base and small deltas over it.

Exports read only these files, so that what comes out of a version is what went in, whatever happens later.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, Final, TypeAlias
from uuid import UUID

import msgspec
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from metadata.kernel.canonical import canonical_json, leaf_hash
from metadata.kernel.errors import Conflict, NotFound
from metadata.kernel.json_guard import Json
from metadata.models import Version, VersionFile
from metadata.selectors import versions as selectors
from metadata.selectors.versions import MemberRow
from metadata.services import jobs, versions
from metadata.versions.digest import version_digest
from metadata.versions.rows import Row
from metadata.versions.segments import gone, merged_rows, segment_rows, write_segment

FREEZE_JOB: Final = "metadata.freeze"
FROZEN: Final = "frozen"
MEMBERS_AT_ONCE: Final = 2_000
MOST_SEGMENTS: Final = 6
DELTA_SHARE: Final = 0.25  # of the members; beyond it a new base reads faster than base and delta


class VersionStillOpen(Conflict):
    """The version is still open; close it first."""

    code = "version_still_open"


@dataclass(frozen=True, slots=True)
class Content:
    """What a member holds: `row` is what its leaf was computed over, `about` what readers need besides."""

    row: Mapping[str, Json]
    about: Mapping[str, Json]


ContentReader: TypeAlias = Callable[[int, Sequence[MemberRow]], Sequence[Content | None]]
Progress: TypeAlias = Callable[[int, int | None], None]
_readers: dict[int, ContentReader] = {}


def register_content(kind: int, reader: ContentReader) -> None:
    """The owner of a kind of member says how to read the content of such members, in order."""
    _readers[kind] = reader


@dataclass
class _Written:
    missing: int = 0
    mismatched: int = 0
    counts: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredFile:
    storage_key: str
    size: int
    sha256: str


def closed_version(version_id: int) -> Version:
    """The version, if it is closed."""
    version = Version.objects.filter(pk=version_id).first()
    if version is None:
        raise NotFound
    if version.closed_at is None:
        raise VersionStillOpen
    return version


def freeze(version_id: int, *, job_id: UUID | None = None, progress: Progress | None = None) -> Version:
    """Writes a closed version's files and its digest; a version that has them is left as it is."""
    version = closed_version(version_id)
    if version.frozen_at is not None:
        return version
    digest = version_digest(
        member.leaf for rows in selectors.members_at(version.dataset_id, version.number) for member in rows
    )
    written = _Written()
    before = _chain_below(version, digest.count)
    name = f"{len(before)}-{'delta' if before else 'base'}-v{version.number}.parquet"
    rows = (
        _delta(version, before[-1].version.number, written, progress)
        if before
        else _base(version, written, progress)
    )
    stored = _stored_segment(f"versions/{version.dataset_id}/{version.number}/{name}", rows)
    with transaction.atomic():
        locked = Version.objects.select_for_update().get(pk=version_id)
        if locked.frozen_at is not None:
            return locked
        for file in before:
            VersionFile.objects.create(
                version=version,
                job_id=job_id,
                kind=FROZEN,
                name=file.name,
                storage_key=file.storage_key,
                size=file.size,
                sha256=file.sha256,
            )
        VersionFile.objects.create(
            version=version,
            job_id=job_id,
            kind=FROZEN,
            name=name,
            storage_key=stored.storage_key,
            size=stored.size,
            sha256=stored.sha256,
        )
        locked.digest = digest.hex
        locked.counts = {**_counts(version), "missing": written.missing, "mismatched": written.mismatched}
        locked.frozen_at = timezone.now()
        locked.save(update_fields=["digest", "counts", "frozen_at"])
    return locked


def _counts(version: Version) -> dict[str, Json]:
    counts: dict[str, int] = dict.fromkeys(selectors.KIND_NAMES.values(), 0)
    for rows in selectors.members_at(version.dataset_id, version.number):
        for member in rows:
            counts[selectors.KIND_NAMES[member.kind]] += 1
    return dict(counts)


def _chain_below(version: Version, members: int) -> list[VersionFile]:
    """The segments of the newest frozen version before this one, if a delta over them is worth it."""
    frozen = Version.objects.filter(
        dataset_id=version.dataset_id, number__lt=version.number, frozen_at__isnull=False
    )
    nearest = frozen.order_by("-number").first()
    if nearest is None:
        return []
    chain = list(nearest.files.filter(kind=FROZEN).order_by("name").select_related("version"))
    difference = selectors.diff(version.dataset_id, nearest.number, version.number, size=1)
    changed = sum(sum(counts.values()) for counts in difference.counts.values())
    if len(chain) >= MOST_SEGMENTS or changed > DELTA_SHARE * max(members, 1):
        return []
    return chain


def _base(version: Version, written: _Written, progress: Progress | None) -> Iterator[Row]:
    key = versions.leaf_key(version.dataset_id)
    done = 0
    for members in selectors.members_at(version.dataset_id, version.number, chunk=MEMBERS_AT_ONCE):
        yield from _rows(key, version.dataset_id, members, written)
        done += len(members)
        if progress is not None:
            progress(done, None)


def _delta(version: Version, since: int, written: _Written, progress: Progress | None) -> Iterator[Row]:
    key = versions.leaf_key(version.dataset_id)
    done = 0
    for changes in selectors.changed_members(
        version.dataset_id, since, version.number, chunk=MEMBERS_AT_ONCE
    ):
        kept = _rows(key, version.dataset_id, [one.member for one in changes if not one.is_gone], written)
        lost = [gone(_bare(one.member)) for one in changes if one.is_gone]
        yield from sorted([*kept, *lost], key=lambda row: row.key)
        done += len(changes)
        if progress is not None:
            progress(done, None)


def _bare(member: MemberRow) -> Row:
    return Row(member.kind, member.subject, member.facet, member.row, member.leaf, "{}")


def _rows(key: bytes, dataset_id: int, members: Sequence[MemberRow], written: _Written) -> list[Row]:
    """The members with their content, in the order given; each content is checked against its leaf."""
    found: dict[tuple[int, int, int], Row] = {}
    for kind in {member.kind for member in members}:
        own = [member for member in members if member.kind == kind]
        for member, content in zip(own, _readers[kind](dataset_id, own), strict=True):
            if content is None:
                written.missing += 1
                continue
            if leaf_hash(key, content.row) != member.leaf:
                written.mismatched += 1
            text = canonical_json({"row": content.row, "about": content.about}).decode("utf-8")
            row = Row(member.kind, member.subject, member.facet, member.row, member.leaf, text)
            found[row.key] = row
    wanted = ((member.kind, member.subject, member.facet) for member in members)
    return [found[place] for place in wanted if place in found]


def _stored_segment(storage_key: str, rows: Iterable[Row]) -> StoredFile:
    with tempfile.TemporaryFile() as sink:
        write_segment(sink, rows)
        return stored_file(storage_key, sink)


def stored_file(storage_key: str, source: IO[bytes]) -> StoredFile:
    """Puts a file into the storage; its size and SHA-256 are those of the bytes that were read."""
    size = source.seek(0, 2)
    source.seek(0)
    digest = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]  # IO lacks readinto
    source.seek(0)
    return StoredFile(default_storage.save(storage_key, File(source)), size, digest)


def frozen_rows(version_id: int) -> Iterator[tuple[Row, Content]]:
    """Everything a frozen version holds, in canonical order, read from its files and nowhere else."""
    files = VersionFile.objects.filter(version_id=version_id, kind=FROZEN).order_by("name")
    with ExitStack() as stack:
        segments = [
            segment_rows(stack.enter_context(default_storage.open(file.storage_key))) for file in files
        ]
        for row in merged_rows(segments):
            content = msgspec.json.decode(row.content)
            yield row, Content(content["row"], content["about"])


def request_freeze(version_id: int, *, by: int | None) -> UUID:
    """Asks a worker to freeze a version; the job."""
    version = closed_version(version_id)
    return jobs.enqueue(FREEZE_JOB, args={"version": version_id}, dataset_id=version.dataset_id, by=by).pk


def run_freeze(context: jobs.JobContext) -> Mapping[str, Json]:
    """The job: a second run finds the files of the first."""
    version = freeze(int(context.args["version"]), job_id=context.job_id, progress=context.progress)
    return {"version": version.pk, "digest": version.digest, "counts": version.counts}
