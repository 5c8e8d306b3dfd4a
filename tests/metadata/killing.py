"""A kind of job that kills its own worker, once, at the step its arguments name."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from metadata.kernel.json_guard import Json
from metadata.services import imports
from metadata.services.jobs import JobContext

KIND: Final = "tests.killed_import"


def strike(args: Mapping[str, Any], step: str) -> None:
    """Kills the process that does the job, or the worker with all its processes, the first time it gets here."""
    if args.get("step") != step or Path(args["mark"]).exists():
        return
    Path(args["mark"]).touch()
    if args["whole"]:
        os.killpg(os.getpgid(os.getppid()), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


class Struck(JobContext):
    """Strikes in the middle of the work: after a part of it was committed."""

    def progress(self, done: int, total: int | None = None) -> None:
        super().progress(done, total)
        strike(self.args, "middle")


def killed_import(context: JobContext) -> dict[str, Json]:
    """The product's own import, with the killing around and within it."""
    strike(context.args, "start")
    given = {field.name: getattr(context, field.name) for field in fields(JobContext) if field.init}
    result = imports.run_import(Struck(**given))
    strike(context.args, "end")
    return result
