"""One parent for all processes: starts them, restarts what dies with growing pauses, and ends them in order."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labeling.config.launcher.process import Identity, before_exec, end_group, group_alive

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0
STEADY_AFTER_S = 60.0
LARGEST_LOG = 10 * 2**20
LOGS_KEPT = 3
ORPHANS_END_WITHIN_S = 3.0


@dataclass(frozen=True)
class Program:
    """What to run, and how long it may take to end by itself."""

    name: str
    command: Sequence[str]
    variables: Mapping[str, str]
    directory: Path
    log: Path
    grace_s: float = 10.0


class Guard:
    """A forked watcher that ends every child's process group when this process is killed outright.

    A death signal reaches only direct children; their own children (web workers, the job pool) are found by
    process group.
    """

    def __init__(self) -> None:
        self.groups: set[int] = set()
        self.pid = 0
        self.pipe = -1

    def ensure(self) -> None:
        """Start the watcher, or start it anew if it was killed itself."""
        if self.pid and os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            return
        if self.pipe >= 0:
            os.close(self.pipe)
        reading, self.pipe = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(self.pipe)
                _watch(reading)
            finally:
                os._exit(0)
        os.close(reading)
        for group in self.groups:
            self._tell("+", group)

    def add(self, group: int) -> None:
        self.groups.add(group)
        self._tell("+", group)

    def remove(self, group: int) -> None:
        self.groups.discard(group)
        self._tell("-", group)

    def close(self) -> None:
        if self.pipe >= 0:
            os.close(self.pipe)
            os.waitpid(self.pid, 0)
            self.pid, self.pipe = 0, -1

    def _tell(self, sign: str, group: int) -> None:
        if self.pipe >= 0:
            with contextlib.suppress(BrokenPipeError):
                os.write(self.pipe, f"{sign}{group}\n".encode())


class Child:
    """One supervised program."""

    def __init__(self, program: Program, guard: Guard, say: Callable[[str], None]) -> None:
        self.program = program
        self.failures = 0
        self.process: subprocess.Popen[bytes] | None = None
        self._guard = guard
        self._say = say
        self._due = 0.0
        self._began = 0.0

    def start(self) -> None:
        program = self.program
        keep_log_small(program.log)
        with program.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(program.command),
                env=dict(program.variables),
                cwd=program.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=before_exec(Identity("same"), signal.SIGTERM),
            )
        self._began = time.monotonic()
        self._guard.add(self.process.pid)

    def tend(self) -> None:
        """Notice an end, clear away what it left, and start it again when its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self._due:
                self.start()
        elif self.process.poll() is not None:
            code = self.process.returncode
            self._clear()
            self.failures = 1 if now - self._began > STEADY_AFTER_S else self.failures + 1
            pause = min(FIRST_PAUSE_S * 2 ** (self.failures - 1), LONGEST_PAUSE_S)
            self._due = now + pause
            self._say(f"{self.program.name} ended ({_reason(code)}); starting it again in {pause:.1f} s")
        else:
            keep_log_small(self.program.log)

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end(self, within_s: float) -> None:
        """Wait for the end, then force it, on the whole group."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(within_s)
        self._clear()

    def _clear(self) -> None:
        process = self.process
        if process is None:
            return
        end_group(process.pid, signal.SIGKILL)
        process.wait()
        self._guard.remove(process.pid)
        self.process = None


class Supervisor:
    """The children in the order they were added; they are asked to end together and the database comes last."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.children: list[Child] = []
        self.guard = Guard()
        self.hurry = False
        self._say = say

    def add(self, program: Program) -> Child:
        self.guard.ensure()
        child = Child(program, self.guard, self._say)
        child.start()
        self.children.append(child)
        return child

    def tend(self) -> None:
        self.guard.ensure()
        for child in self.children:
            child.tend()

    def stop(self) -> None:
        for child in reversed(self.children):
            child.ask_to_end()
        began = time.monotonic()
        for child in self.children:
            while child.process is not None and child.process.poll() is None and not self.hurry:
                if time.monotonic() - began > child.program.grace_s:
                    break
                time.sleep(0.02)
            child.end(0)
        self.guard.close()


def keep_log_small(log: Path) -> None:
    """Copy a grown log aside and empty it; its writers append, so they go on at the new start."""
    try:
        if log.stat().st_size < LARGEST_LOG:
            return
    except OSError:
        return
    for number in range(LOGS_KEPT - 1, 0, -1):
        older = log.with_name(f"{log.name}.{number}")
        if older.exists():
            older.replace(log.with_name(f"{log.name}.{number + 1}"))
    first = log.with_name(f"{log.name}.1")
    first.write_bytes(log.read_bytes())
    os.truncate(log, 0)


def _watch(reading: int) -> None:
    """The watcher's life: follow the list of groups; once the parent is gone, end them all."""
    os.setsid()
    for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sig, signal.SIG_IGN)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            os.close(stream.fileno())
    groups: set[int] = set()
    rest = b""
    while True:
        select.select([reading], [], [])
        received = os.read(reading, 4096)
        if not received:
            break
        *lines, rest = (rest + received).split(b"\n")
        for line in lines:
            group = int(line[1:])
            groups = groups | {group} if line[:1] == b"+" else groups - {group}
    for group in groups:
        end_group(group, signal.SIGTERM)
    deadline = time.monotonic() + ORPHANS_END_WITHIN_S
    while any(group_alive(group) for group in groups) and time.monotonic() < deadline:
        time.sleep(0.05)
    for group in groups:
        end_group(group, signal.SIGKILL)


def _reason(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
