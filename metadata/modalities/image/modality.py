"""Still pictures; of a moving one the first frame."""

from __future__ import annotations

from metadata.kernel.json_guard import Json
from metadata.modalities.image.probe import probe


class ImageModality:
    name = "image"
    media_types = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/tiff"})

    def probe(self, data: bytes) -> dict[str, Json]:
        return probe(data).as_json()
