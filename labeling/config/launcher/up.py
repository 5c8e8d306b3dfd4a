"""`./concord up`: the whole product under one parent."""

from __future__ import annotations

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

from labeling.config.launcher.data import DataDirectory, State
from labeling.config.launcher.database import Database, Embedded, open_database
from labeling.config.launcher.errors import Interrupted, PortBusy, StepFailed
from labeling.config.launcher.process import Identity, before_exec
from labeling.config.launcher.progress import Progress
from labeling.config.launcher.supervisor import Child, Program, Supervisor
from labeling.config.launcher.upgrade import bring_up_to_date
from labeling.config.launcher.variables import process_variables

READY_WITHIN_S = 60.0
FAILURES_BEFORE_GIVING_UP = 3
TICK_S = 0.2


@dataclass(frozen=True)
class Options:
    """What `up` was called with."""

    root: Path
    data: Path
    port: int
    demo: bool

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


class Desk:
    """Tells other commands which Concord runs here, and with which processes."""

    def __init__(self, options: Options, data: DataDirectory) -> None:
        self._data = data
        started = datetime.now(UTC).isoformat(timespec="seconds")
        self._state = State(os.getpid(), options.port, options.url, "", started, {})
        data.announce(self._state)

    def announce(self, database: Database, supervisor: Supervisor) -> None:
        running = {child.program.name: child.process.pid for child in supervisor.children if child.process}
        embedded_url = ""
        if isinstance(database, Embedded):
            embedded_url = database.url
            if database.server.process:
                running["database"] = database.server.process.pid
        state = replace(self._state, processes=running, database_url=embedded_url)
        if state != self._state:
            self._state = state
            self._data.announce(state)


def up(options: Options, progress: Progress) -> int:
    """Start everything, say READY, and stay until interrupted."""
    data = DataDirectory(options.data)
    supervisor = Supervisor(progress.say)
    with _interruptible(supervisor), data.locked():
        data.claim()
        require_free_port(options.port)
        desk = Desk(options, data)
        database: Database | None = None
        try:
            database = open_database(data, progress.say)
            _serve(options, data, database, supervisor, desk, progress)
        except Interrupted:
            progress.say("Stopping")
        finally:
            supervisor.stop()
            if database is not None:
                database.stop()
            data.forget_state()
        progress.say("Stopped")
    return 0


def require_free_port(port: int) -> None:
    """A line that names the port, instead of a server that restarts for ever."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortBusy(f"127.0.0.1:{port} is taken; choose another one with --port.") from error
            raise PortBusy(f"127.0.0.1:{port} cannot be used: {error.strerror}.") from error


def page_status(port: int, path: str) -> int | None:
    """The status of a page, redirects on this very server followed; none if nothing answers."""
    for _ in range(4):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", path, headers={"Host": f"127.0.0.1:{port}"})
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status in (301, 302, 303, 307, 308):
            target = urlsplit(answer.getheader("Location", ""))
            path = target.path + (f"?{target.query}" if target.query else "")
            continue
        return answer.status
    return None


def _serve(
    options: Options,
    data: DataDirectory,
    database: Database,
    supervisor: Supervisor,
    desk: Desk,
    progress: Progress,
) -> None:
    variables = process_variables(data.path, options.port, database.url)
    bring_up_to_date(options.root, data, database, variables, progress, demo=options.demo)
    web, *background = programs(options.root, data, variables)
    link = _ask_for_link(options.root, data, variables)
    first = supervisor.add(web)
    _wait_until_ready(options.port, first, supervisor, database)
    for program in background:
        supervisor.add(program)
    path = link.communicate()[0].decode().strip()
    if link.returncode != 0:
        progress.say(f"No sign-in link could be made; see {data.logs / 'link.log'}")
    desk.announce(database, supervisor)  # a command may follow READY at once
    progress.say(f"READY {options.url}")
    if path:
        progress.say(f"Sign in as the first admin (works once): {options.url.rstrip('/')}{path}")
    while True:
        desk.announce(database, supervisor)
        supervisor.tend()
        database.tend()
        time.sleep(TICK_S)


def programs(root: Path, data: DataDirectory, variables: Mapping[str, str]) -> tuple[Program, ...]:
    """The web server first, then what works in the background."""
    python = sys.executable
    celery = (python, "-m", "celery", "-A", "labeling.config.celery:app")
    log_level = os.environ.get("CONCORD_LOG_LEVEL", "INFO")

    def program(name: str, *command: str, grace_s: float = 10.0) -> Program:
        return Program(name, command, variables, root, data.logs / f"{name}.log", grace_s)

    return (
        program("web", python, "-m", "labeling.config.launcher.web"),
        program(
            "worker", *celery, "worker", "--loglevel", log_level, "--concurrency", "2",
            "--without-gossip", "--without-mingle", "-O", "fair", grace_s=15.0,
        ),
        program("beat", *celery, "beat", "--loglevel", log_level, "--pidfile="),
    )  # fmt: skip


def _wait_until_ready(port: int, web: Child, supervisor: Supervisor, database: Database) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while (status := page_status(port, "/healthz")) != 200 or (status := page_status(port, "/")) != 200:
        if web.failures >= FAILURES_BEFORE_GIVING_UP or time.monotonic() > deadline:
            tail = "\n".join(web.program.log.read_text(errors="replace").splitlines()[-15:])
            raise StepFailed(
                f"The first page answers {status}. (The web server's output is in {web.program.log}.)\n{tail}"
            )
        supervisor.tend()
        database.tend()
        time.sleep(0.1)


def _ask_for_link(root: Path, data: DataDirectory, variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Runs beside the web server's start, so that it costs no time."""
    with (data.logs / "link.log").open("wb") as errors:
        return subprocess.Popen(
            [sys.executable, "manage.py", "admin_link"],
            cwd=root, env=dict(variables), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            preexec_fn=before_exec(Identity("same"), signal.SIGTERM),
        )  # fmt: skip


@contextmanager
def _interruptible(supervisor: Supervisor) -> Iterator[None]:
    """The first signal ends the start or the run; a second one, while stopping, forces the end."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def hurry(_number: int, _frame: FrameType | None) -> None:
        supervisor.hurry = True

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in signals:
            signal.signal(number, hurry)
        raise Interrupted

    before = {number: signal.signal(number, interrupt) for number in signals}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
