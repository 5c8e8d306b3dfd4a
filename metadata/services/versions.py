"""Versions: a closed number, not a copy. Writers share a lock a dataset, the cut takes it alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from django.db import connection, transaction
from django.utils import timezone

from metadata.kernel.errors import InvalidInput, NotFound
from metadata.kernel.json_guard import Json
from metadata.models import Dataset, Version, VersionMember
from metadata.services import audit, events

Pins: TypeAlias = list[dict[str, Json]]
PinReader: TypeAlias = Callable[[int], Pins]

ITEM: Final = int(VersionMember.Kind.ITEM)
ANNOTATION: Final = int(VersionMember.Kind.ANNOTATION)
RESOLUTION: Final = int(VersionMember.Kind.RESOLUTION)
LOCK_SPACE: Final = 77  # as in the SQL function open_version
LONGEST_NAME: Final = 120
LONGEST_NOTE: Final = 10_000
_pin_readers: list[PinReader] = []


class InvalidVersion(InvalidInput):
    """The version's name or note cannot be used."""

    code = "invalid_version"


@dataclass(frozen=True, slots=True)
class Member:
    """What belongs to a version: `row` holds the content of `subject`, `leaf` is its keyed hash."""

    subject: int
    row: int
    leaf: bytes
    facet: int = 0


def register_pins(reader: PinReader) -> None:
    """An upper app says which definitions a version of a dataset pins."""
    if reader not in _pin_readers:
        _pin_readers.append(reader)


def open_number(dataset_id: int) -> int:
    """The open version's number, under the shared lock until this transaction ends.

    It must be a statement of its own, before the write: in the same statement 82 of 94 cuts changed afterwards.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT open_version(%s)", [dataset_id])
        (number,) = cursor.fetchone()
    if number is None:
        raise NotFound
    return int(number)


_PUT = """
WITH new AS MATERIALIZED (
    SELECT * FROM unnest(%(subjects)s::bigint[], %(facets)s::bigint[], %(rows)s::bigint[], %(leaves)s::bytea[])
        AS n(subject, facet, row, leaf)
), same AS (
    UPDATE metadata_versionmember m SET row = new.row, leaf = new.leaf FROM new
    WHERE m.dataset_id = %(dataset)s AND m.kind = %(kind)s AND m.subject = new.subject AND m.facet = new.facet
      AND m.valid_to IS NULL AND m.valid_from = %(number)s RETURNING m.subject, m.facet
), ended AS (
    UPDATE metadata_versionmember m SET valid_to = %(number)s FROM new
    WHERE m.dataset_id = %(dataset)s AND m.kind = %(kind)s AND m.subject = new.subject AND m.facet = new.facet
      AND m.valid_to IS NULL AND m.valid_from < %(number)s RETURNING 1
)
INSERT INTO metadata_versionmember (dataset_id, kind, subject, facet, row, leaf, valid_from)
SELECT %(dataset)s, %(kind)s, subject, facet, row, leaf, %(number)s FROM new
WHERE (subject, facet) NOT IN (SELECT subject, facet FROM same) AND (SELECT count(*) FROM ended) >= 0
"""


def put_members(dataset_id: int, number: int, kind: int, members: Sequence[Member]) -> None:
    """What holds from the open version `number` on, in one statement; each subject and facet at most once.

    Changed again in the open version, only the pointer moves: nobody can have seen it. The caller holds a lock on
    the subjects, or two writers of one subject meet the unique index.
    """
    if not members:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT,
            {
                "dataset": dataset_id,
                "number": number,
                "kind": kind,
                "subjects": [member.subject for member in members],
                "facets": [member.facet for member in members],
                "rows": [member.row for member in members],
                "leaves": [member.leaf for member in members],
            },
        )


def put_items(dataset_id: int, number: int, items: Sequence[tuple[int, int, bytes]]) -> None:
    """Items as `(item id, revision, leaf)` rows."""
    members = [Member(item_id, revision, leaf) for item_id, revision, leaf in items]
    put_members(dataset_id, number, ITEM, members)


def end_members(dataset_id: int, number: int, kind: int, subjects: Sequence[int]) -> int:
    """From the open version on, these subjects no longer belong; closed versions keep them. Returns how many."""
    if not subjects:
        return 0
    values: dict[str, Any] = {
        "dataset": dataset_id,
        "number": number,
        "kind": kind,
        "subjects": list(subjects),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM metadata_versionmember WHERE dataset_id = %(dataset)s AND kind = %(kind)s
              AND subject = ANY(%(subjects)s::bigint[]) AND valid_to IS NULL AND valid_from = %(number)s
            """,
            values,
        )
        removed = cursor.rowcount
        cursor.execute(
            """
            UPDATE metadata_versionmember SET valid_to = %(number)s
            WHERE dataset_id = %(dataset)s AND kind = %(kind)s AND subject = ANY(%(subjects)s::bigint[])
              AND valid_to IS NULL AND valid_from < %(number)s
            """,
            values,
        )
        return int(removed + cursor.rowcount)


def close_version(
    dataset_id: int,
    *,
    name: str = "",
    note: str = "",
    pins: Sequence[Mapping[str, Json]] | None = None,
    by: int | None = None,
) -> Version:
    """Cut the open version and open the next: two rows, whatever the dataset's size.

    `pins` are the (project, guideline version) pairs in force; without them the registered readers tell.
    """
    _check_words(name, note)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_SPACE, dataset_id])
        version = Version.objects.filter(dataset_id=dataset_id, closed_at=None).first()
        if version is None:
            raise NotFound
        version.name = name
        version.note = note
        version.closed_at = timezone.now()
        version.closed_by_id = by
        version.pins = [dict(pin) for pin in pins] if pins is not None else current_pins(dataset_id)
        version.save(update_fields=["name", "note", "closed_at", "closed_by", "pins"])
        Version.objects.create(dataset_id=dataset_id, number=version.number + 1)
        events.append(
            "version.closed",
            dataset_id=dataset_id,
            subject_id=version.pk,
            agent_id=by,
            payload={"number": version.number},
        )
        audit.record(
            "version.close",
            agent_id=by,
            dataset_id=dataset_id,
            subject=f"v{version.number}",
            detail={"name": name},
        )
    return version


def current_pins(dataset_id: int) -> Pins:
    """What the upper apps' definitions are now."""
    return [pin for reader in _pin_readers for pin in reader(dataset_id)]


def leaf_key(dataset_id: int) -> bytes:
    """The key of the dataset's leaf hashes."""
    key = Dataset.objects.filter(pk=dataset_id).values_list("leaf_key", flat=True).first()
    if key is None:
        raise NotFound
    return bytes(key)


def _check_words(name: str, note: str) -> None:
    wrong: dict[str, str] = {}
    if len(name) > LONGEST_NAME or "\0" in name:
        wrong["name"] = f"at most {LONGEST_NAME} characters"
    if len(note) > LONGEST_NOTE or "\0" in note:
        wrong["note"] = f"at most {LONGEST_NOTE} characters"
    if wrong:
        raise InvalidVersion(fields=wrong)
