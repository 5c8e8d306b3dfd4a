"""Files behind parts: stored once under their hash, typed by their bytes, measured before anything shows them."""

from __future__ import annotations

from typing import IO, Final

from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from metadata.kernel.canonical import sha256_hex
from metadata.kernel.json_guard import Json
from metadata.modalities.base import TooLarge
from metadata.modalities.registry import modality_of
from metadata.modalities.sniff import media_type_of
from metadata.models import Asset
from metadata.selectors.assets import blob_key
from metadata.services.leftovers import STORING

LARGEST_FILE: Final = 256 * 2**20


def store(file: bytes | IO[bytes] | File[bytes]) -> Asset:
    """The asset of these bytes, new or known. Its type is read from the bytes, never from a name.

    The bytes are in storage before the row that promises them.
    """
    data = file if isinstance(file, bytes) else file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise TooLarge(fields={"file": f"is larger than {LARGEST_FILE} bytes"})
    address = sha256_hex(data)
    known = Asset.objects.filter(sha256=address).first()
    if known is not None and _is_kept(known):
        return known
    media_type = media_type_of(data)
    facts = modality_of(media_type).probe(data)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [STORING])
        if not default_storage.exists(blob_key(address)):
            default_storage.save(blob_key(address), ContentFile(data))
        asset, is_new = Asset.objects.get_or_create(
            sha256=address,
            defaults={
                "size": len(data),
                "media_type": media_type,
                "width": _whole(facts.get("width")),
                "height": _whole(facts.get("height")),
                "duration_ms": _whole(facts.get("duration_ms")),
                "facts": facts,
                "probed_at": timezone.now(),
            },
        )
        if not is_new:
            Asset.objects.filter(pk=asset.pk, left_at__isnull=False).update(left_at=None)
    return asset


def _is_kept(known: Asset) -> bool:
    """Whether row and bytes are there to stay: a deleted dataset's mark is taken off, which nothing can if it is gone."""
    if not default_storage.exists(blob_key(known.sha256)):
        return False
    return known.left_at is None or bool(Asset.objects.filter(pk=known.pk).update(left_at=None))


def _whole(number: Json) -> int | None:
    return number if isinstance(number, int) and not isinstance(number, bool) else None
