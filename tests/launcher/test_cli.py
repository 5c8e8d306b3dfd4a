"""What the command line says: help, refusals and exit codes. Nothing here starts a server."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from labeling.config.launcher.cli import COMMANDS, HELP, import_command
from labeling.config.launcher.data import DataDirectory
from labeling.config.launcher.postgres import DISPOSABLE, Postgres

ROOT = Path(__file__).resolve().parents[2]


def concord(*line: object, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("CONCORD_", "DATABASE_"))
    }
    return subprocess.run(
        [sys.executable, str(ROOT / "concord"), *map(str, line)],
        env={**kept, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_help_fits_a_screen_and_names_every_command() -> None:
    lines = HELP.splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    assert all(f"./concord {name} " in HELP.replace("\n", " \n") for name in COMMANDS)


def test_alone_it_prints_its_help() -> None:
    done = concord()
    assert (done.returncode, done.stdout) == (0, HELP)


def test_votes_are_imported_by_a_command_of_their_own() -> None:
    assert import_command(["--migrate", "a.json", "b.xml"]) == ["import_project", "a.json", "b.xml"]
    assert import_command(["--votes", "a.csv", "--json"]) == ["import_votes", "a.csv", "--json"]
    assert import_command(["a.csv", "--dataset", "votes"]) == ["import_items", "a.csv", "--dataset", "votes"]


@pytest.mark.parametrize("command", ["up", "status", "stop", "test", "check", "bench"])
def test_every_own_command_explains_itself(command: str) -> None:
    done = concord(command, "--help")
    assert done.returncode == 0
    assert f"./concord {command}" in done.stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["upp"], "'upp' is none of: up, "),
        (["user"], "Say ./concord user add"),
        (["token", "make"], "Say ./concord token create"),
        (["--data"], "--data needs a directory"),
        (["up", "--port", "0"], "--port is 0; expected"),
        (["bench", "nonsense"], "'nonsense' is none of"),
    ],
)
def test_what_is_not_understood_ends_with_2(line: list[str], said: str) -> None:
    done = concord(*line)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CONCORD_PORT", "http", "a whole number from 1 to 65535"),
        ("CONCORD_DEBUG", "perhaps", "one of 1, true"),
        ("CONCORD_TLS", "2", "one of 1, true"),
        ("CONCORD_SECRET_KEY", "short", "at least 32 characters"),
        ("CONCORD_STORAGE", "/srv/blobs", "file:///an/absolute/directory"),
        ("CONCORD_LOG_LEVEL", "loud", "DEBUG, INFO"),
        ("CONCORD_API_RATE", "many", "a rate such as 6000/min"),
        ("CELERY_BROKER_URL", "kafka://queue", "pgmq://"),
        ("DATABASE_URL", "mysql://root:hush@db/concord", "postgresql://user:password@host"),
    ],
)
def test_a_wrong_variable_is_named_with_what_is_expected(
    name: str, value: str, expected: str, tmp_path: Path
) -> None:
    done = concord("up", "--data", tmp_path / "data", **{name: value})
    assert done.returncode == 2
    assert f"{name} is " in done.stderr
    assert f"expected {expected}" in done.stderr
    assert "short" not in done.stderr
    assert "hush" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_busy_port_is_named(busy_port: int, tmp_path: Path) -> None:
    done = concord("up", "--data", tmp_path / "data", "--port", busy_port)
    assert done.returncode == 1
    assert f"127.0.0.1:{busy_port} is taken; choose another one with --port." in done.stderr


def test_a_foreign_directory_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    done = concord("up", "--data", tmp_path)
    assert done.returncode == 1
    assert f"{tmp_path} is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.fixture
def small_disk(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A disk of its own, as small as asked for."""
    with tempfile.TemporaryDirectory(prefix="cdisk-") as name:
        options = ["-t", "tmpfs", "-o", f"size={request.param}m", "tmpfs", name]
        if (
            os.geteuid() != 0
            or subprocess.run(["mount", *options], capture_output=True, check=False).returncode
        ):
            pytest.skip("only root may mount a small disk: a full disk was not tested")
        yield Path(name)
        subprocess.run(["umount", "--lazy", name], check=True)


def fill(disk: Path) -> None:
    """Leaves not one block free."""
    with (disk / "filler").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(b"0" * 4096):
            pass


@pytest.mark.parametrize("small_disk", [16], indirect=True)
def test_a_disk_too_small_for_a_database_is_named_with_both_numbers(small_disk: Path) -> None:
    done = concord("up", "--data", small_disk / "data", "--port", free_port())
    assert done.returncode == 1
    said = "concord: There is too little free space on the disk."
    assert re.search(rf"{re.escape(said)} .* has 1\d MB free; 200 MB are needed\.", done.stderr)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("small_disk", [16], indirect=True)
def test_a_full_disk_is_named(small_disk: Path) -> None:
    fill(small_disk)
    done = concord("up", "--data", small_disk / "data", "--port", free_port())
    assert done.returncode == 1
    assert re.fullmatch(
        r"concord: There is too little free space on the disk\. .+: No space left on device\.\n", done.stderr
    )


@pytest.mark.parametrize("small_disk", [300], indirect=True)
def test_a_disk_that_filled_up_since_the_last_start_is_named(small_disk: Path) -> None:
    data = DataDirectory(small_disk / "data")
    with data.locked():
        data.claim()
    Postgres(data.cluster, log=data.logs / "postgres.log", settings=DISPOSABLE).create()
    (data.path / "state.json").write_text(" " * 4096)
    fill(small_disk)
    done = concord("up", "--data", data.path, "--port", free_port())
    assert done.returncode == 1
    assert done.stderr.startswith("concord: There is too little free space on the disk.")
    assert "Traceback" not in done.stderr


def test_a_data_directory_that_may_not_be_written_is_named() -> None:
    done = concord("up", "--data", "/proc/concord", "--port", free_port())
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "/proc/concord" in done.stderr


def test_an_external_database_that_does_not_answer_is_named(tmp_path: Path) -> None:
    port = free_port()
    url = f"postgresql://me:hush@127.0.0.1:{port}/concord"
    done = concord("up", "--data", tmp_path / "data", "--port", free_port(), DATABASE_URL=url)
    assert done.returncode == 1
    assert f"DATABASE_URL names 127.0.0.1:{port}: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr


def test_data_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "concord.json").write_text(json.dumps({"made_by": "concord", "format": 99}))
    done = concord("up", "--data", tmp_path)
    assert done.returncode == 1
    assert "format 99" in done.stderr


def test_status_and_stop_of_nothing_end_with_3(tmp_path: Path) -> None:
    told = concord("status", "--json", "--data", tmp_path)
    assert (told.returncode, json.loads(told.stdout)["running"]) == (3, False)
    assert concord("stop", "--data", tmp_path).returncode == 3


def test_a_second_up_says_who_is_running(tmp_path: Path) -> None:
    code = """
import os, sys, time
from pathlib import Path
from labeling.config.launcher.data import DataDirectory, State
data = DataDirectory(Path(sys.argv[1]))
with data.locked():
    data.claim()
    data.announce(State(os.getpid(), 8123, "http://127.0.0.1:8123/", "", "today", {}))
    print(os.getpid(), flush=True)
    time.sleep(600)
"""
    first = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE)
    assert first.stdout is not None
    pid = int(first.stdout.readline())
    second = concord("up", "--data", tmp_path)
    first.kill()
    first.wait()
    first.stdout.close()
    assert second.returncode == 1
    assert f"process {pid}, http://127.0.0.1:8123/" in second.stderr
    assert concord("status", "--data", tmp_path).returncode == 3


def test_an_older_python_is_told_so() -> None:
    """The first lines must be readable by the Python that is refused."""
    text = (ROOT / "concord").read_text()
    before_import = text.partition("from labeling")[0].replace("sys.version_info < (3, 11)", "True")
    done = subprocess.run([sys.executable, "-c", before_import], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("Concord needs Python 3.11 or newer; this is Python 3.")
