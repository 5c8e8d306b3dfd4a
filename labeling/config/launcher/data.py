"""The data directory: everything one installation keeps, marked as Concord's, locked while in use."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from labeling.config.launcher.errors import AlreadyRunning, ForeignDirectory, NewerData
from labeling.config.launcher.process import alive

FORMAT = 1
BACKUPS_KEPT = 5
LOCKED_WITHIN_S = 15.0


@dataclass(frozen=True)
class State:
    """What a running Concord tells other commands."""

    pid: int
    port: int
    url: str
    database_url: str
    started: str
    processes: Mapping[str, int]


@dataclass(frozen=True)
class Prepared:
    """What has been done to the database and the files, so that a later start need not do it again."""

    schema: str = ""
    static: str = ""
    database: str = ""
    migrations: tuple[str, ...] = ()
    demo: bool = False


class DataDirectory:
    """Paths and small files of one data directory."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.marker = path / "concord.json"
        self.cluster = path / "pg"
        self.logs = path / "logs"
        self.backups = path / "backups"

    def claim(self) -> None:
        """Make the directory Concord's and complete, or refuse it: foreign or written by a newer version."""
        if not self.marker.exists():
            self._refuse_unless_empty()
            self._write("concord.json", {"made_by": "concord", "format": FORMAT})
        self._refuse_unless_ours()
        for part in (self.logs, self.backups, self.path / "blobs", self.path / "static"):
            part.mkdir(mode=0o700, exist_ok=True)
        if not (self.path / "secret").exists():
            self._write_text("secret", secrets.token_urlsafe(48))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the directory alone. One that is shutting down is waited for; a running one is named."""
        if not self.marker.exists():
            self._refuse_unless_empty()
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.path / "lock").open("a") as file:
            deadline = time.monotonic() + LOCKED_WITHIN_S
            while True:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    state = self.state()
                    if state is not None:
                        raise AlreadyRunning(f"{self.path}: process {state.pid}, {state.url}") from error
                    if time.monotonic() > deadline:
                        raise AlreadyRunning(f"{self.path} is locked by another command.") from error
                    time.sleep(0.1)
            yield

    def state(self) -> State | None:
        """The running Concord of this directory, if there is one."""
        told = self._read("state.json")
        try:
            state = State(**told)
        except TypeError:
            return None
        return state if alive(state.pid) and self._is_locked() else None

    def _is_locked(self) -> bool:
        """A number of a process says little: it may have been given to another one since."""
        try:
            with (self.path / "lock").open() as file:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def announce(self, state: State) -> None:
        self._write("state.json", asdict(state))

    def forget_state(self) -> None:
        (self.path / "state.json").unlink(missing_ok=True)

    def prepared(self) -> Prepared:
        told = self._read("prepared.json")
        try:
            return Prepared(**{**told, "migrations": tuple(told.get("migrations", ()))})
        except TypeError:
            return Prepared()

    def remember(self, prepared: Prepared) -> None:
        self._write("prepared.json", asdict(prepared))

    def new_backup(self) -> Path:
        """Where the next backup goes; the oldest ones make room."""
        kept = sorted(self.backups.glob("before-upgrade-*.dump"))
        for old in kept[: max(0, len(kept) - BACKUPS_KEPT + 1)]:
            old.unlink()
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        return self.backups / f"before-upgrade-{moment}.dump"

    def _refuse_unless_empty(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise ForeignDirectory(f"{self.path} is not a directory.")
        if self.path.exists() and {entry.name for entry in self.path.iterdir()} - {"lock"}:
            raise ForeignDirectory(f"{self.path} is not empty; choose another one with --data.")

    def _refuse_unless_ours(self) -> None:
        told = self._read("concord.json")
        if told.get("made_by") != "concord" or not isinstance(told.get("format"), int):
            raise ForeignDirectory(f"{self.marker} is not Concord's.")
        if told["format"] > FORMAT:
            raise NewerData(f"{self.path} has format {told['format']}; this version knows up to {FORMAT}.")

    def _read(self, name: str) -> dict[str, Any]:
        try:
            told = json.loads((self.path / name).read_text())
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def _write(self, name: str, content: Mapping[str, Any]) -> None:
        self._write_text(name, json.dumps(content, indent=1))

    def _write_text(self, name: str, content: str) -> None:
        """All or nothing, readable by its owner only."""
        draft = self.path / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(content + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / name)
