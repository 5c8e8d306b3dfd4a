"""Media go to storage by hash, once; what is known of them is probed when they arrive."""

from __future__ import annotations

import hashlib
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from metadata.kernel.errors import InvalidInput
from metadata.modalities.registry import modality_of
from metadata.modalities.sniff import media_type_of
from metadata.models import Asset
from metadata.selectors.assets import blob_key

LARGEST_FILE = 64 * 1024 * 1024


class FileTooLarge(InvalidInput):
    """The file is larger than a part may be."""

    code = "file_too_large"
    status = 413


def store(file: bytes | IO[bytes]) -> Asset:
    """Keeps a file by its hash: sniffed, probed, and stored before its row, so that a row always has its bytes.

    The same bytes again are the same asset.
    """
    data = file if isinstance(file, bytes) else file.read(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise FileTooLarge(fields={"file": f"larger than {LARGEST_FILE // 1024**2} MB"})
    sha256 = hashlib.sha256(data).hexdigest()
    known = Asset.objects.filter(sha256=sha256).first()
    if known is not None:
        return known
    media_type = media_type_of(data)
    facts = dict(modality_of(media_type).probe(data))
    key = blob_key(sha256)
    if not default_storage.exists(key):
        default_storage.save(key, ContentFile(data))
    with transaction.atomic():
        asset, _ = Asset.objects.get_or_create(
            sha256=sha256,
            defaults={
                "size": len(data),
                "media_type": media_type,
                "width": facts.get("width"),
                "height": facts.get("height"),
                "duration_ms": facts.get("duration_ms"),
                "facts": facts,
                "probed_at": timezone.now(),
            },
        )
    return asset
