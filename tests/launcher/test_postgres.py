"""The embedded database, as whoever runs it and in whatever state its directory is."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from labeling.config.launcher import postgres as module
from labeling.config.launcher.errors import (
    DatabaseFailed,
    DatabaseNotFound,
    DiskFull,
    ForeignDirectory,
    NewerData,
)
from labeling.config.launcher.postgres import (
    DISPOSABLE,
    DURABLE,
    Postgres,
    Programs,
    programs_for,
    require_space,
)
from labeling.config.launcher.process import Identity, alive

ROOT = Path(__file__).resolve().parents[2]


def server_in(directory: Path, **options: object) -> Postgres:
    return Postgres(directory / "pg", log=directory / "log", settings=DISPOSABLE, **options)  # type: ignore[arg-type]


@pytest.fixture
def place() -> Iterator[Path]:
    """Short enough for a socket's address."""
    with tempfile.TemporaryDirectory(prefix="cpg-") as directory:
        yield Path(directory)


@pytest.fixture
def server(place: Path) -> Iterator[Postgres]:
    made = server_in(place)
    made.create()
    yield made
    made.stop()


def asked(server: Postgres, question: str) -> object:
    with psycopg.connect(server.url("postgres")) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def test_it_answers_on_a_closed_socket_and_on_no_port(server: Postgres) -> None:
    server.start()
    assert asked(server, "SELECT 1") == 1
    assert asked(server, "SHOW listen_addresses") == ""
    assert server.sockets.stat().st_mode & 0o777 == 0o700


def test_by_default_an_acknowledged_commit_is_on_the_disk() -> None:
    assert DURABLE["fsync"] == DURABLE["synchronous_commit"] == DURABLE["full_page_writes"] == "on"


def test_what_was_committed_survives_a_stop_and_a_killed_server(server: Postgres) -> None:
    server.start()
    assert server.process is not None
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1), (2)")
    server.stop()
    server.start()
    assert asked(server, "SELECT count(*) FROM kept") == 2
    server.process.kill()
    server.process.wait()
    server.start()
    assert asked(server, "SELECT count(*) FROM kept") == 2


def test_a_lock_file_that_names_another_program_is_no_obstacle(server: Postgres) -> None:
    lock = server.cluster / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{server.cluster}\n0\n5432\n{server.sockets}\n\n\n")
    server.start()
    assert asked(server, "SELECT 1") == 1


def test_the_server_ends_with_a_killed_launcher_and_can_start_again(place: Path) -> None:
    code = f"""
import time
from pathlib import Path
from labeling.config.launcher.postgres import DISPOSABLE, Postgres
server = Postgres(Path({str(place)!r}) / "pg", log=Path({str(place)!r}) / "log", settings=DISPOSABLE)
server.create()
server.start()
print(server.process.pid, flush=True)
time.sleep(600)
"""
    launcher = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    assert launcher.stdout is not None
    first = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    launcher.stdout.close()
    again = server_in(place)
    again.start()
    try:
        assert not alive(first)
        assert asked(again, "SELECT 1") == 1
    finally:
        again.stop()


def test_a_directory_of_somebody_else_is_left_alone(place: Path) -> None:
    (place / "pg").mkdir()
    (place / "pg" / "thesis.txt").write_text("mine")
    with pytest.raises(ForeignDirectory, match="not empty"):
        server_in(place).create()
    assert [path.name for path in (place / "pg").iterdir()] == ["thesis.txt"]


def test_a_half_made_cluster_is_made_anew(place: Path) -> None:
    (place / "pg.new").mkdir()
    (place / "pg.new" / "rest").write_text("of a killed start")
    assert server_in(place).create()
    assert not (place / "pg.new").exists()


def test_a_cluster_of_a_newer_postgresql_is_refused(place: Path) -> None:
    (place / "pg").mkdir()
    (place / "pg" / "PG_VERSION").write_text("99\n")
    with pytest.raises(NewerData, match="99"):
        server_in(place)


def test_a_cluster_is_served_by_programs_of_its_own_version(place: Path) -> None:
    installed = [Programs(Path("/a"), 18), Programs(Path("/b"), 16)]
    (place / "PG_VERSION").write_text("16\n")
    assert programs_for(place, installed).major == 16
    (place / "PG_VERSION").write_text("17\n")
    with pytest.raises(DatabaseNotFound, match="17"):
        programs_for(place, installed)


def test_a_machine_without_postgresql_is_told_what_to_do(place: Path) -> None:
    with pytest.raises(DatabaseNotFound, match="DATABASE_URL"):
        programs_for(place, [])


def test_too_little_space_is_said_with_both_numbers(place: Path) -> None:
    with pytest.raises(DiskFull, match=r"MB free; \d+ MB are needed"):
        require_space(place / "not" / "yet", 2**60)


def test_a_disk_that_fills_up_is_named() -> None:
    message = 'FATAL: could not write to file "pg_wal/xlogtemp": No space left on device'
    assert isinstance(module._explained(message, Path("/data/pg")), DiskFull)


def test_a_server_that_cannot_start_says_why(server: Postgres) -> None:
    (server.cluster / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(DatabaseFailed, match="no_such_setting"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_it_runs_for_root_without_user_namespaces(place: Path) -> None:
    """Where namespaces are forbidden, the server becomes `nobody` and its directory with it."""
    place.chmod(0o711)
    Path(place / "log").touch()
    server = server_in(place, identity=Identity("nobody"), programs=_programs_for_everybody())
    server.create()
    server.start()
    try:
        assert asked(server, "SELECT 1") == 1
        assert server.process is not None
        assert Path(f"/proc/{server.process.pid}").stat().st_uid == pwd.getpwnam("nobody").pw_uid
    finally:
        server.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_programs_that_the_other_user_cannot_reach_are_named(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    shutil.copy("/bin/true", closed / "initdb")
    server = server_in(place, identity=Identity("nobody"), programs=Programs(closed, 18))
    with pytest.raises(DatabaseFailed, match="initdb cannot be run by the user"):
        server.create()


def _programs_for_everybody() -> Programs:
    """Programs that `nobody` may reach: a checkout below /root is closed to others."""
    for programs in module.installed_programs():
        readable = subprocess.run(
            ["setpriv", "--reuid", "nobody", "--clear-groups", programs["postgres"], "--version"],
            capture_output=True,
            check=False,
        )
        if readable.returncode == 0:
            return programs
    pytest.skip("no PostgreSQL that nobody may run")


def test_a_stop_ends_sessions_that_are_still_open(server: Postgres) -> None:
    server.start()
    connection = psycopg.connect(server.url("postgres"))
    connection.execute("SELECT 1")
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 5
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()
