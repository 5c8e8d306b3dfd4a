"""Files that a deleted dataset leaves: its versions' at once, its items' when nobody turns out to need them.

Bytes are stored once under their hash, so another dataset, or an import on its way to one, may use the same. What a
dataset leaves is therefore marked, and goes only after a while in which storing the bytes again takes the mark off.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from metadata.models import Asset
from metadata.selectors.assets import blob_key, preview_folder

GRACE: Final = dt.timedelta(hours=1)
AT_ONCE: Final = 200
STORING: Final = (
    0x626C6F62  # the advisory lock of blobs: shared while one is stored, alone while some are removed
)

_MARK: Final = """
UPDATE metadata_asset SET left_at = now() WHERE id IN (
    SELECT p.asset_id FROM metadata_part p JOIN metadata_item i ON i.id = p.item_id WHERE i.dataset_id = %(dataset)s)
OR sha256 IN (
    SELECT part ->> 'sha256' FROM metadata_item i JOIN metadata_itemrevision r ON r.item_id = i.id,
        jsonb_array_elements(r.parts) part WHERE i.dataset_id = %(dataset)s)
"""
_LEFT: Final = """
SELECT id, sha256 FROM metadata_asset WHERE left_at <= %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_USED: Final = """
SELECT asset_id FROM metadata_part WHERE asset_id = ANY(%(ids)s)
UNION
SELECT a.id FROM metadata_itemrevision r, jsonb_array_elements(r.parts) part
    JOIN metadata_asset a ON a.sha256 = part ->> 'sha256' WHERE a.id = ANY(%(ids)s)
"""


def mark_left(dataset_id: int) -> None:
    """Marks what a dataset's items show and showed; in the transaction that deletes it, before its items go."""
    with connection.cursor() as cursor:
        cursor.execute(_MARK, {"dataset": dataset_id})


def remove_version_files(dataset_id: int) -> None:
    """The frozen files and exports of a dataset's versions: nobody else's, so they go with it."""
    for key in list(_files_under(f"versions/{dataset_id}")):
        default_storage.delete(key)


def remove_left(*, grace: dt.timedelta = GRACE) -> int:
    """Removes what was left so long ago and nothing uses: rows, bytes and previews; how many assets."""
    removed = 0
    while (some := _removed_some(timezone.now() - grace)) is not None:
        removed += some
    return removed


@transaction.atomic
def _removed_some(before: dt.datetime) -> int | None:
    """None when there is nothing more to do now: no marked asset, or somebody is just storing files.

    The bytes go before the row is seen to be gone: a kill in between leaves a marked row, which the next run removes,
    and whoever stores the same bytes finds them missing and writes them anew.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [STORING])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute(_LEFT, [before, AT_ONCE])
        left: dict[int, str] = dict(cursor.fetchall())
        if not left:
            return None
        # A statement of its own: it sees what others committed until the rows were locked.
        cursor.execute(_USED, {"ids": list(left)})
        used = {asset_id for (asset_id,) in cursor.fetchall()}
    Asset.objects.filter(pk__in=used).update(left_at=None)
    unused = {asset_id: sha256 for asset_id, sha256 in left.items() if asset_id not in used}
    for sha256 in unused.values():
        for key in [blob_key(sha256), *_previews(sha256)]:
            default_storage.delete(key)
    Asset.objects.filter(pk__in=unused).delete()
    return len(unused)


def _previews(sha256: str) -> list[str]:
    folder = preview_folder(sha256)
    return [f"{folder}/{name}" for name in _listed(folder)[1] if name.startswith(sha256)]


def _files_under(folder: str) -> Iterator[str]:
    folders, files = _listed(folder)
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _files_under(f"{folder}/{name}")


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and files in a folder; none where it was never made."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []
