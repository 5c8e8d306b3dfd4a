"""Plain UTF-8 text."""

from __future__ import annotations

from metadata.kernel.json_guard import Json
from metadata.modalities.text.probe import probe


class TextModality:
    name = "text"
    media_types = frozenset({"text/plain"})

    def probe(self, data: bytes) -> dict[str, Json]:
        return probe(data).as_json()
