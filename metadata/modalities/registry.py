"""The modalities there are."""

from __future__ import annotations

from metadata.modalities.audio.modality import AudioModality
from metadata.modalities.base import Modality, UnsupportedType
from metadata.modalities.image.modality import ImageModality
from metadata.modalities.record.modality import RecordModality
from metadata.modalities.text.modality import TextModality

MODALITIES: tuple[Modality, ...] = (ImageModality(), AudioModality(), TextModality(), RecordModality())


def modality_of(media_type: str) -> Modality:
    """The modality that reads files of this type, or `UnsupportedType`."""
    for one in MODALITIES:
        if media_type in one.media_types:
            return one
    raise UnsupportedType(fields={"media_type": "is not a type that is read"})
