"""One JSON object."""

from __future__ import annotations

from metadata.kernel.json_guard import Json
from metadata.modalities.record.probe import probe


class RecordModality:
    name = "record"
    media_types = frozenset({"application/json"})

    def probe(self, data: bytes) -> dict[str, Json]:
        return probe(data).as_json()
