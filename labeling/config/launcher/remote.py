"""Commands about a Concord that runs in another process."""

from __future__ import annotations

import json
import os
import signal
import time
from dataclasses import asdict
from pathlib import Path

from labeling.config.launcher.data import DataDirectory
from labeling.config.launcher.errors import LauncherError, NotRunning
from labeling.config.launcher.process import alive
from labeling.config.launcher.up import page_status

STOPPED_WITHIN_S = 60.0


def status(path: Path, *, as_json: bool) -> int:
    """Print what runs; exit code 3 if nothing does."""
    state = DataDirectory(path).state()
    answers = state is not None and page_status(state.port, "/healthz") == 200
    if as_json:
        told = asdict(state) if state else {}
        told.pop("database_url", None)
        print(
            json.dumps(
                {"running": state is not None, "answers": answers, "data": str(path), **told}, indent=1
            )
        )
    elif state is not None:
        print(f"{'Running' if answers else 'Starting, or not answering'}: {state.url} since {state.started}")
        for name, pid in {"concord": state.pid, **state.processes}.items():
            print(f"  {name:<10} process {pid}")
        print(f"  data in {path}")
    else:
        print(f"Not running on {path}")
    return 0 if state is not None else NotRunning.exit_code


def stop(path: Path) -> int:
    """End the running Concord and wait until it is gone."""
    state = DataDirectory(path).state()
    if state is None:
        raise NotRunning(str(path))
    os.kill(state.pid, signal.SIGTERM)
    deadline = time.monotonic() + STOPPED_WITHIN_S
    while alive(state.pid):
        if time.monotonic() > deadline:
            raise LauncherError(f"Process {state.pid} was asked to stop and still runs.")
        time.sleep(0.05)
    print(f"Stopped {state.url}")
    return 0
