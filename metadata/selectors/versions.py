"""Reading versions: which there are, what belongs to one, and how two differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from django.db import connection
from django.db.models import QuerySet

from metadata.kernel.errors import NotFound
from metadata.models import Item, Version, VersionFile, VersionMember
from metadata.selectors.access import Caller
from metadata.selectors.datasets import DatasetAccess, dataset_for, nothing_here

Status: TypeAlias = Literal["added", "removed", "changed"]
MemberKey: TypeAlias = tuple[int, int, int]

LARGEST_NUMBER: Final = 2**31 - 1
KIND_NAMES: Final = {int(kind): kind.name.lower() for kind in VersionMember.Kind}


@dataclass(frozen=True, slots=True)
class Change:
    """One member that differs between two versions; a row is None where it does not belong."""

    kind: int
    subject: int
    facet: int
    status: Status
    row_a: int | None
    row_b: int | None

    @property
    def key(self) -> MemberKey:
        return self.kind, self.subject, self.facet


@dataclass(frozen=True, slots=True)
class Diff:
    """How version `b` differs from version `a`: counts of everything, and one page of the changes."""

    a: int
    b: int
    counts: dict[str, dict[Status, int]]
    changes: tuple[Change, ...]
    next: MemberKey | None


@dataclass(frozen=True, slots=True)
class MemberRow:
    kind: int
    subject: int
    facet: int
    row: int
    leaf: bytes


def version_of(dataset_id: int, number: int) -> Version:
    """The version of that number, or NotFound."""
    version = Version.objects.filter(dataset_id=dataset_id, number=number).first()
    if version is None:
        raise NotFound
    return version


# A member valid at both ends began before and ended after: untouched. What is left are two index ranges.
_CHANGED = """
WITH low AS (
    SELECT kind, subject, facet, row, leaf FROM metadata_versionmember
    WHERE dataset_id = %(dataset)s AND valid_to > %(low)s AND valid_to <= %(high)s AND valid_from <= %(low)s
), high AS (
    SELECT kind, subject, facet, row, leaf FROM metadata_versionmember
    WHERE dataset_id = %(dataset)s AND valid_from > %(low)s AND valid_from <= %(high)s
      AND (valid_to IS NULL OR valid_to > %(high)s)
), changed AS (
    SELECT kind, subject, facet, low.row AS row_low, high.row AS row_high, coalesce(high.leaf, low.leaf) AS leaf,
        low.leaf IS NULL AS is_new, high.leaf IS NULL AS is_gone
    FROM low FULL JOIN high USING (kind, subject, facet)
    WHERE low.leaf IS DISTINCT FROM high.leaf
)
"""

_COUNTED = "SELECT kind, is_new, is_gone, count(*) FROM changed GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
_PAGE = """
SELECT kind, subject, facet, is_new, is_gone, row_low, row_high FROM changed
WHERE NOT %(after)s OR (kind, subject, facet) > (%(kind)s, %(subject)s, %(facet)s)
ORDER BY kind, subject, facet LIMIT %(limit)s
"""

_DELTA = """
SELECT kind, subject, facet, coalesce(row_high, row_low), leaf, is_gone FROM changed ORDER BY kind, subject, facet
"""


def diff(dataset_id: int, a: int, b: int, *, after: MemberKey | None = None, size: int | None = 500) -> Diff:
    """How version `b` differs from `a`, by content: something changed and changed back does not count."""
    version_of(dataset_id, a)
    version_of(dataset_id, b)
    values: dict[str, Any] = {"dataset": dataset_id, "low": min(a, b), "high": max(a, b)}
    counts: dict[str, dict[Status, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _CHANGED + _COUNTED,
            values,
        )
        for kind, is_new, is_gone, count in cursor.fetchall():
            counts.setdefault(KIND_NAMES[kind], {})[_status(is_new, is_gone, swapped=a > b)] = count
        values |= {"limit": None if size is None else size + 1, "after": after is not None}
        values |= dict(zip(("kind", "subject", "facet"), after or (0, 0, 0), strict=True))
        cursor.execute(
            _CHANGED + _PAGE,
            values,
        )
        changes = [
            Change(
                kind,
                subject,
                facet,
                _status(is_new, is_gone, swapped=a > b),
                row_high if a > b else row_low,
                row_low if a > b else row_high,
            )
            for kind, subject, facet, is_new, is_gone, row_low, row_high in cursor.fetchall()
        ]
    more = size is not None and len(changes) > size
    page = tuple(changes[:size])
    return Diff(a, b, counts, page, page[-1].key if more else None)


def _status(is_new: bool, is_gone: bool, *, swapped: bool) -> Status:
    if not is_new and not is_gone:
        return "changed"
    return "added" if is_new != swapped else "removed"


def members_at(dataset_id: int, number: int, *, chunk: int = 10_000) -> Iterator[list[MemberRow]]:
    """Everything that belongs to a version, in canonical order, a chunk at a time; memory stays flat."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            """
            SELECT kind, subject, facet, row, leaf FROM metadata_versionmember
            WHERE dataset_id = %s AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
            ORDER BY kind, subject, facet
            """,
            [dataset_id, number, number],
        )
        while rows := cursor.fetchmany(chunk):
            yield [MemberRow(k, s, f, row, bytes(leaf)) for k, s, f, row, leaf in rows]


@dataclass(frozen=True, slots=True)
class DeltaRow:
    """A member that a later version holds otherwise than an earlier one; gone, if it no longer belongs."""

    member: MemberRow
    is_gone: bool


def changed_members(dataset_id: int, a: int, b: int, *, chunk: int = 10_000) -> Iterator[list[DeltaRow]]:
    """What turns version `a` into the later version `b`, in canonical order, a chunk at a time."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(_CHANGED + _DELTA, {"dataset": dataset_id, "low": a, "high": b})
        while rows := cursor.fetchmany(chunk):
            yield [
                DeltaRow(MemberRow(k, s, f, row, bytes(leaf)), is_gone)
                for k, s, f, row, leaf, is_gone in rows
            ]


def version_for(caller: Caller, version_id: int) -> tuple[Version, DatasetAccess]:
    """The version with what the caller is to its dataset; NotFound also for one that is not theirs to see."""
    version = Version.objects.select_related("dataset").filter(pk=version_id).first()
    if version is None:
        raise nothing_here(caller)
    return version, dataset_for(caller, version.dataset_id)


def versions_of(dataset_id: int) -> QuerySet[Version]:
    """A dataset's versions, the open one first."""
    return Version.objects.filter(dataset_id=dataset_id).order_by("-number")


def files_of(version_id: int) -> QuerySet[VersionFile]:
    return VersionFile.objects.filter(version_id=version_id).order_by("-pk")


def item_keys(item_ids: Iterable[int]) -> dict[int, str]:
    """The names that items came with."""
    return dict(Item.objects.filter(pk__in=set(item_ids)).values_list("pk", "external_key"))


def newest_versions(dataset_id: int, most: int) -> list[Version]:
    """The open version and the last closed ones, with who closed them."""
    return list(versions_of(dataset_id).select_related("closed_by__identity")[:most])


def newest_files(dataset_id: int, most: int) -> QuerySet[VersionFile]:
    """The files made last for any version of a dataset."""
    files = VersionFile.objects.filter(version__dataset_id=dataset_id).select_related("version")
    return files.order_by("-id")[:most]


def file_for(caller: Caller, file_id: int) -> tuple[VersionFile, DatasetAccess]:
    """A version's file with what the caller is to its dataset; NotFound also for one that is not theirs to see."""
    found = VersionFile.objects.select_related("version").filter(pk=file_id).first()
    if found is None:
        raise nothing_here(caller)
    return found, dataset_for(caller, found.version.dataset_id)
