"""The brokers that CELERY_BROKER_URL may name, each started for a test, and the product's background beside one."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from kombu.connection import Connection

from labeling.config.env import database_address
from labeling.config.launcher.data import DataDirectory
from labeling.config.launcher.prepare import install_queues
from labeling.config.launcher.process import Identity, before_exec
from labeling.config.launcher.supervisor import Supervisor
from labeling.config.launcher.up import programs
from labeling.config.launcher.variables import process_variables
from metadata.jobs import run_job

ROOT = Path(__file__).resolve().parents[2]
RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server"
STARTED_WITHIN_S = 60.0


def wait_until(true: Callable[[], bool], within_s: float, said: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, said()
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@contextmanager
def child(command: list[str], log: Path, port: int, **variables: str) -> Iterator[None]:
    """A server that ends with the test, however the test ends."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env={**os.environ, **variables}, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            preexec_fn=before_exec(Identity("same"), signal.SIGTERM),
        )  # fmt: skip
    try:
        wait_until(lambda: accepts(port), STARTED_WITHIN_S, log.read_text)
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


@contextmanager
def broker(name: str, place: Path) -> Iterator[str]:
    """The address of a running broker of that name; the test is skipped where the program is missing."""
    if name == "pgmq":
        install_queues()
        try:
            yield ""
        finally:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA pgmq CASCADE")
        return
    port = free_port()
    if name == "redis":
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("redis-server is not installed: jobs over Redis were not tested")
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(place)]
        with child([program, *options], place / "redis.log", port):
            yield f"redis://127.0.0.1:{port}/0"
        return
    if not Path(RABBITMQ).exists():
        pytest.skip("rabbitmq-server is not installed: jobs over RabbitMQ were not tested")
    names = str(free_port())
    settings = place / "rabbitmq.conf"
    settings.write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\nlog.console.level = warning\n")
    variables = {
        "HOME": str(place), "RABBITMQ_NODENAME": f"concord{port}@localhost", "RABBITMQ_CONFIG_FILE": str(settings),
        "RABBITMQ_MNESIA_BASE": str(place / "mnesia"), "RABBITMQ_LOG_BASE": str(place), "RABBITMQ_LOGS": "-",
        "RABBITMQ_DIST_PORT": str(free_port()), "ERL_EPMD_PORT": names, "ERL_EPMD_ADDRESS": "127.0.0.1",
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "plugins"), "RABBITMQ_PID_FILE": str(place / "rabbit.pid"),
    }  # fmt: skip
    (place / "plugins").write_text("[].\n")
    try:
        with child([RABBITMQ], place / "rabbitmq.log", port, **variables):
            yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        # Erlang's port mapper is a daemon of its own; this one is ours, by its port.
        epmd = shutil.which("epmd") or next(map(str, Path("/usr/lib/erlang").glob("erts-*/bin/epmd")))
        subprocess.run(
            [epmd, "-kill"], env={**os.environ, "ERL_EPMD_PORT": names}, capture_output=True, check=False
        )


class Background:
    """The product's own worker and beat under its own supervisor, on the tests' database."""

    def __init__(self, place: Path, broker_url: str) -> None:
        data = DataDirectory(place)
        data.logs.mkdir(exist_ok=True)
        settings = connection.settings_dict
        self._database = f"postgresql://postgres@/{settings['NAME']}?host={settings['HOST']}"
        variables = dict(process_variables(Path(os.environ["CONCORD_DATA"]), 1, self._database))
        variables.pop("CELERY_BROKER_URL", None)
        if broker_url:
            variables["CELERY_BROKER_URL"] = broker_url
        self.said: list[str] = []
        self.supervisor = Supervisor(self.said.append)
        self._logs = data.logs
        for program in programs(ROOT, data, variables):
            if program.name != "web":
                command = [
                    "tests.metadata.killed_app:app" if word == "labeling.config.celery:app" else word
                    for word in program.command
                ]
                self.supervisor.add(replace(program, command=command))

    def send(self, job_id: UUID) -> None:
        """Wakes this worker over the queue in the tests' database, as the web process does over its own."""
        queue = database_address(self._database).queue_conninfo
        options = {**run_job.app.conf.broker_transport_options, "conn_string": queue}
        with Connection("pgmq://", transport_options=options) as sender:  # type: ignore[no-untyped-call]  # kombu has no types
            run_job.apply_async(args=[str(job_id)], connection=sender, retry=False)

    def wait_until(self, true: Callable[[], bool], within_s: float) -> None:
        def tended() -> bool:
            self.supervisor.tend()
            return true()

        wait_until(tended, within_s, self.told)

    def told(self) -> str:
        logs = [f"--- {path.name}\n{path.read_text()[-4_000:]}" for path in sorted(self._logs.glob("*.log"))]
        return "\n".join([*self.said, *logs])

    def stop(self) -> None:
        self.supervisor.hurry = True
        self.supervisor.stop()


@contextmanager
def background(name: str, place: Path) -> Iterator[Background]:
    with broker(name, place) as url:
        running = Background(place, url)
        try:
            yield running
        finally:
            running.stop()
