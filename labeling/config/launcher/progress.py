"""One line per step, with the time since the command began."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import TextIO

STARTED_AT = "CONCORD_STARTED_AT"


class Progress:
    """The clock is handed over when the command continues in another interpreter."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = sys.stdout if stream is None else stream
        self.started = float(os.environ.pop(STARTED_AT, "") or time.time())

    def say(self, text: str) -> None:
        """A terminal that was closed is no reason to stop."""
        with contextlib.suppress(OSError):
            print(f"[{self.elapsed_s():6.1f}s] {text}", file=self.stream, flush=True)

    def elapsed_s(self) -> float:
        return max(0.0, time.time() - self.started)

    def handed_over(self) -> dict[str, str]:
        return {STARTED_AT: repr(self.started)}
