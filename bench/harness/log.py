"""A client's own record of the answers it was told of."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Given:
    """One answer, as its labeler was told of it and as the database keeps it."""

    task: int
    agent: int
    annotation: int
    code: int


class Log:
    """A client's own record of what it was told, on disk before the client goes on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append(self, given: Given) -> None:
        os.write(self._file, json.dumps(asdict(given)).encode() + b"\n")
        os.fsync(self._file)

    def read(self) -> Iterator[Given]:
        for line in self.path.read_text().splitlines():
            yield Given(**json.loads(line))
