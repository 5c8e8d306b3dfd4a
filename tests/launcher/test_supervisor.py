"""One parent: what dies comes back, and nothing outlives the parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labeling.config.launcher import supervisor as module
from labeling.config.launcher.process import alive
from labeling.config.launcher.supervisor import Program, Supervisor, keep_log_small

ROOT = Path(__file__).resolve().parents[2]

# A child with a child of its own, both deaf to polite requests, both writing their number down.
STUBBORN = """
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    pathlib.Path(sys.argv[1], f"{sys.argv[2]}-grandchild").write_text(str(os.getpid()))
else:
    pathlib.Path(sys.argv[1], f"{sys.argv[2]}-child").write_text(str(os.getpid()))
time.sleep(600)
"""
PARENT = """
import pathlib, sys, time
from labeling.config.launcher import supervisor as module
module.ORPHANS_END_WITHIN_S = 0.3
from labeling.config.launcher.supervisor import Program, Supervisor
place = pathlib.Path(sys.argv[1])
supervisor = Supervisor(lambda text: None)
for name in ("one", "two"):
    command = (sys.executable, "-c", sys.argv[2], str(place), name)
    supervisor.add(Program(name, command, {}, place, place / f"{name}.log"))
while True:
    supervisor.tend()
    time.sleep(0.05)
"""


def wait_until(true: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


def pid_in(path: Path) -> int:
    wait_until(lambda: path.exists() and path.read_text().isdigit())
    return int(path.read_text())


def program(place: Path, code: str, name: str = "one", grace_s: float = 5.0) -> Program:
    command = (sys.executable, "-c", code, str(place), name)
    return Program(name, command, {}, place, place / f"{name}.log", grace_s)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Iterator[Supervisor]:
    running = Supervisor(said.append)
    yield running
    running.hurry = True
    running.stop()


def tended(supervisor: Supervisor, true: Callable[[], bool]) -> None:
    def tend_and_ask() -> bool:
        supervisor.tend()
        return true()

    wait_until(tend_and_ask)


def test_a_killed_child_and_its_own_children_are_replaced(
    supervisor: Supervisor, said: list[str], tmp_path: Path
) -> None:
    child = supervisor.add(program(tmp_path, STUBBORN))
    first, grandchild = pid_in(tmp_path / "one-child"), pid_in(tmp_path / "one-grandchild")
    os.kill(first, signal.SIGKILL)
    tended(supervisor, lambda: child.process is not None and child.process.pid != first)
    assert not alive(grandchild)
    assert said == ["one ended (signal SIGKILL); starting it again in 0.2 s"]


def test_the_pauses_between_restarts_grow(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    supervisor.add(program(tmp_path, "raise SystemExit(7)"))
    tended(supervisor, lambda: len(said) == 3)
    assert [line.rpartition(" in ")[2] for line in said] == ["0.2 s", "0.4 s", "0.8 s"]
    assert "exit code 7" in said[0]


def test_a_stop_lets_children_finish_their_work(supervisor: Supervisor, tmp_path: Path) -> None:
    polite = """
import pathlib, signal, sys, time
def finish(*_):
    time.sleep(0.3)
    pathlib.Path(sys.argv[1], "finished").touch()
    sys.exit()
signal.signal(signal.SIGTERM, finish)
pathlib.Path(sys.argv[1], "started").touch()
time.sleep(600)
"""
    supervisor.add(program(tmp_path, polite))
    wait_until((tmp_path / "started").exists)
    supervisor.stop()
    assert (tmp_path / "finished").exists()


def test_a_child_that_does_not_stop_is_killed_after_its_grace(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.add(program(tmp_path, STUBBORN, grace_s=0.3))
    pids = [pid_in(tmp_path / "one-child"), pid_in(tmp_path / "one-grandchild")]
    began = time.monotonic()
    supervisor.stop()
    assert 0.25 < time.monotonic() - began < 3
    wait_until(lambda: not any(map(alive, pids)))


def test_a_killed_parent_leaves_nothing_behind(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path), STUBBORN], cwd=ROOT)
    pids = [pid_in(tmp_path / f"{name}-{kin}") for name in ("one", "two") for kin in ("child", "grandchild")]
    assert all(map(alive, pids))
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(map(alive, pids)))


def test_a_killed_guard_is_replaced_and_still_guards(tmp_path: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path), STUBBORN], cwd=ROOT)
    pids = [pid_in(tmp_path / f"{name}-{kin}") for name in ("one", "two") for kin in ("child", "grandchild")]

    def guard() -> int | None:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        others = set(map(int, children)) - set(pids)
        return next((pid for pid in others if alive(pid)), None)

    first = guard()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: guard() not in (None, first))
    parent.kill()
    parent.wait()
    wait_until(lambda: not any(map(alive, pids)))


def test_a_grown_log_is_moved_aside_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_LOG", 10)
    log = tmp_path / "web.log"
    with log.open("ab", buffering=0) as writer:
        for number in range(6):
            writer.write(b"%d was written\n" % number)
            keep_log_small(log)
        writer.write(b"last\n")
    assert log.read_bytes() == b"last\n"
    assert (tmp_path / "web.log.1").read_bytes() == b"5 was written\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "web.log",
        "web.log.1",
        "web.log.2",
        "web.log.3",
    ]
