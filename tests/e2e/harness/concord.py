"""A whole Concord for browser tests: web server, Celery worker, beat and database under their real parent."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
READY_WITHIN_S = 180.0
ENDED_WITHIN_S = 40.0
PARENT = """
import sys
from pathlib import Path
from labeling.config.launcher.progress import Progress
from labeling.config.launcher.up import Options, up
sys.exit(up(Options(Path.cwd(), Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "demo"), Progress()))
"""


class Concord:
    """`./concord up` on a data directory of its own, without the installation that precedes it.

    Nothing of the surrounding test run reaches it: it has its own PostgreSQL (with fsync), its own secret, and a
    real worker that takes jobs from the embedded queue.
    """

    def __init__(self, data: Path, *, demo: bool) -> None:
        self.data = data
        self.port = _free_port()
        self.first_link = ""
        self._demo = demo
        self._log = data.with_name(f"{data.name}.log")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Concord:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    PARENT,
                    str(self.data),
                    str(self.port),
                    "demo" if self._demo else "empty",
                ],
                cwd=ROOT,
                env=_variables(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + READY_WITHIN_S
        while "(works once): " not in (said := self._log.read_text(errors="replace")):
            assert self._process.poll() is None, f"Concord ended:\n{said}"
            assert time.monotonic() < deadline, f"Concord was not ready in time:\n{said}"
            time.sleep(0.1)
        self.first_link = said.partition("(works once): ")[2].split()[0]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process = self._process
        if process is None:
            return
        process.send_signal(signal.SIGINT)
        try:
            process.wait(ENDED_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()  # its guard ends the children
            process.wait()
            raise

    def manage(self, *arguments: str) -> str:
        """What a management command prints, run beside the servers."""
        state = json.loads((self.data / "state.json").read_text())
        variables = {
            **_variables(),
            "CONCORD_DATA": str(self.data),
            "DATABASE_URL": state["database_url"],
        }
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {arguments[0]} ended with {done.returncode}:\n{done.stderr}"
        return done.stdout

    def new_account(self, email: str, *options: str) -> str:
        """The sign-in link of a new account, good once."""
        made: dict[str, Any] = json.loads(self.manage("user_add", email, "--json", *options))
        return self.url + str(made["link"])


def _variables() -> dict[str, str]:
    """The environment without what the test run, or a developer, has set for another Concord."""
    foreign: Sequence[str] = ("CONCORD_", "CELERY_", "DATABASE_URL", "DJANGO_")
    return {name: value for name, value in os.environ.items() if not name.startswith(tuple(foreign))}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
