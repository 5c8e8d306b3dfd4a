"""The product itself, started as an operator starts it, to be killed piece by piece."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.harness.processes import answering, free_port, process_tree
from labeling.config.launcher.data import DataDirectory
from labeling.config.launcher.process import alive

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN_S = 120.0
LEFT_BEHIND_AFTER_S = 20.0


class Product:
    """`./concord up` on a directory and a port of its own."""

    def __init__(self, place: Path) -> None:
        self.data = DataDirectory(place / "data")
        self.output = place / "up.log"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        ours = ("CONCORD_", "DATABASE_", "CELERY_", "DJANGO_")
        variables = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        variables["CONCORD_API_RATE"] = "1000000/min"
        command = [sys.executable, str(ROOT / "concord"), "up", "--no-demo"]
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--data", str(self.data.path)],
                cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
            )  # fmt: skip
        self.wait_until(lambda: "READY" in self.output.read_text() and len(self.processes()) == 4)

    def processes(self) -> Mapping[str, int]:
        state = self.data.state()
        return state.processes if state else {}

    def wait_until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + UP_WITHIN_S
        while not true():
            if time.monotonic() > deadline or self.process is None or self.process.poll() is not None:
                raise SystemExit(f"It did not come up:\n{self.output.read_text()[-3_000:]}")
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """Kills one process outright, and waits until it is replaced and pages are answered again."""
        killed = self.processes()[name]
        os.kill(killed, signal.SIGKILL)
        self.wait_until(lambda: self.processes().get(name) not in (None, killed))
        answering(self.port)

    def kill_parent(self) -> int:
        """Kills the parent outright; how many processes are left behind a while later."""
        assert self.process is not None
        family = set(process_tree(self.process.pid)) - {self.process.pid}
        self.process.kill()
        self.process.wait()
        deadline = time.monotonic() + LEFT_BEHIND_AFTER_S
        while (left := sum(map(alive, family))) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()


def disconnect() -> None:
    """Nothing here holds a connection while the database is killed."""
    from django.db import connections

    connections.close_all()


def connect(product: Product) -> None:
    """Gives this process the product's own database and secret."""
    state = product.data.state()
    assert state is not None
    os.environ.update(
        DATABASE_URL=state.database_url,
        CONCORD_DATA=str(product.data.path),
        DJANGO_SETTINGS_MODULE="labeling.config.settings",
    )
    os.environ.pop("CONCORD_SECRET_KEY", None)
    import django

    django.setup()
