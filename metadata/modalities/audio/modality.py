"""Sound as uncompressed WAV."""

from __future__ import annotations

from metadata.kernel.json_guard import Json
from metadata.modalities.audio.probe import probe


class AudioModality:
    name = "audio"
    media_types = frozenset({"audio/wav"})

    def probe(self, data: bytes) -> dict[str, Json]:
        return probe(data).as_json()
