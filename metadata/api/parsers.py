"""JSON enters through a guard: depth, size, NUL, surrogates and numbers are checked before anything reads it."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework.parsers import BaseParser

from metadata.kernel.json_guard import MAX_BYTES, guarded_json


class GuardedJSONParser(BaseParser):
    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return guarded_json(stream.read(MAX_BYTES + 1))
