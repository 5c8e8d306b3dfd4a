"""`./concord up` for real: the whole product on a port of its own, then what may befall it."""

from __future__ import annotations

import os
import re
import select
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from labeling.config.launcher.data import DataDirectory
from labeling.config.launcher.postgres import DISPOSABLE, Postgres
from labeling.config.launcher.process import alive

ROOT = Path(__file__).resolve().parents[2]


class Running:
    """One `up` on a data directory."""

    def __init__(self, data: Path, port: int, **given: str) -> None:
        self.data = DataDirectory(data)
        self.port = port
        self.output = data.with_name(f"{data.name}.out")
        variables = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("CONCORD_", "DATABASE_", "CELERY_", "DJANGO_"))
        }
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    str(ROOT / "concord"),
                    "up",
                    "--no-demo",
                    "--port",
                    str(port),
                    "--data",
                    str(data),
                ],
                cwd="/",
                env={**variables, **given},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )

    def told(self) -> str:
        return self.output.read_text()

    def wait_until(self, true: Callable[[], bool], within_s: float = 120.0) -> None:
        deadline = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < deadline, self.told()
            time.sleep(0.05)

    def wait_until_ready(self) -> None:
        self.wait_until(lambda: "READY" in self.told() or self.process.poll() is not None)
        assert "READY" in self.told(), self.told()
        assert {"web", "worker", "beat"} <= self.processes().keys()  # a command may follow at once

    def wait_until_replaced(self, name: str, killed: int) -> None:
        self.wait_until(lambda: self.processes().get(name) not in (None, killed))

    def processes(self) -> dict[str, int]:
        state = self.data.state()
        return dict(state.processes) if state else {}

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as page:
                return bool(page.read() == b"ok")
        except OSError:
            return False


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="cup-") as directory:
        yield Path(directory) / "data"


def descendants(pid: int) -> set[int]:
    """A process's children, and theirs."""
    listed = subprocess.run(
        ["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    parents = {int(line.split()[0]): int(line.split()[1]) for line in listed.splitlines()}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def over_tcp(socket_path: str) -> Iterator[int]:
    """A port of this machine that leads to a server's unix socket: a database as others run it."""

    class Passed(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as server:
                server.connect(socket_path)
                ends = {self.request: server, server: self.request}
                while True:
                    for end in select.select(list(ends), [], [])[0]:
                        received = end.recv(65_536)
                        if not received:
                            return
                        ends[end].sendall(received)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Passed) as proxy:
        proxy.daemon_threads, proxy.block_on_close = True, False
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            yield proxy.server_address[1]
        finally:
            proxy.shutdown()


def test_an_external_database_over_tcp_carries_data_and_jobs(place: Path) -> None:
    external = Postgres(place.with_name("pg"), log=place.with_name("pg.log"), settings=DISPOSABLE)
    external.create()
    external.start()
    external.create_database()
    with over_tcp(f"{external.sockets}/.s.PGSQL.5432") as database_port:
        url = f"postgresql://postgres:not%20asked@127.0.0.1:{database_port}/concord"
        running = Running(place, free_port(), DATABASE_URL=url)
        try:
            running.wait_until_ready()
            assert running.answers()
            assert not running.data.cluster.exists()

            def a_worker_was_woken() -> bool:
                with psycopg.connect(external.url()) as connection:
                    return connection.execute("SELECT name FROM metadata_workerheartbeat").fetchone() == (
                        "worker",
                    )

            running.wait_until(a_worker_was_woken)
            running.process.send_signal(signal.SIGINT)
            assert running.process.wait(30) == 0
        finally:
            running.process.kill()
            running.process.wait()
            external.stop()


def test_everything_starts_heals_and_ends(place: Path) -> None:
    port = free_port()
    running = Running(place, port)
    try:
        running.wait_until_ready()
        assert running.answers()
        running.wait_until(lambda: set(running.processes()) == {"web", "worker", "beat", "database"})

        for name in ("web", "worker", "beat", "database"):
            killed = running.processes()[name]
            os.kill(killed, signal.SIGKILL)
            running.wait_until_replaced(name, killed)
            running.wait_until(running.answers)

        second = Running(place.with_name("second"), port)
        assert second.process.wait(60) == 1
        assert f"127.0.0.1:{port} is taken" in second.told()

        family = descendants(running.process.pid)
        assert len(family) > 8
        running.process.kill()
        running.process.wait()
        running.wait_until(lambda: not any(map(alive, family)), 20)

        running = Running(place, port)
        running.wait_until_ready()
        assert "Database schema" not in running.told(), "a later start does nothing twice"
        family = descendants(running.process.pid)
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(30) == 0
        assert re.search(r"Stopping\n.*Stopped\n$", running.told(), re.DOTALL)
        assert not any(map(alive, family))
        assert running.data.state() is None
    finally:
        running.process.kill()
        running.process.wait()
