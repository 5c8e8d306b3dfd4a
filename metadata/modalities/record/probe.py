"""What can be measured of a record."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from metadata.kernel.json_guard import Json, guarded_json
from metadata.modalities.base import UnreadableFile


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """`empty` counts fields that are null, blank text or an empty list or object."""

    fields: int
    empty: int

    def as_json(self) -> dict[str, Json]:
        return asdict(self)


def probe(data: bytes) -> RecordFacts:
    """Facts of one JSON object, or `InvalidJson` or `UnreadableFile`."""
    record = guarded_json(data)
    if not isinstance(record, dict):
        raise UnreadableFile(fields={"file": "is not a JSON object"})
    return RecordFacts(fields=len(record), empty=sum(1 for value in record.values() if _is_empty(value)))


def _is_empty(value: Json) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())
