"""A throw-away PostgreSQL for each process of the tests, started before Django reads its settings.

One for all would let a long transaction in one process hold back what another waits for: events are read behind the
oldest transaction of the whole server.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from labeling.config.launcher.errors import LauncherError
from labeling.config.launcher.postgres import DISPOSABLE, Postgres
from labeling.config.launcher.process import alive

# Tells the processes that this one starts that the address is not one that somebody gave.
OURS = "CONCORD_TESTS_DATABASE_IS_OURS"
PREFIX = f"concord-tests-{os.geteuid()}-"
DIRECTORY = pytest.StashKey[Path]()
SERVER = pytest.StashKey[Postgres]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """A wrapper runs before pytest-django's own hook, which already reads the settings."""
    directory = _directory()
    early_config.stash[DIRECTORY] = directory
    os.environ["CONCORD_DATA"] = str(directory)
    os.environ.setdefault("CONCORD_SECRET_KEY", secrets.token_urlsafe(48))
    if OURS in os.environ or "DATABASE_URL" not in os.environ:
        server = _started(directory)
        early_config.stash[SERVER] = server
        os.environ["DATABASE_URL"] = server.url()
        os.environ[OURS] = "1"
    return (yield)


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(SERVER, None)
    if server is not None:
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop(OURS, None)
        server.stop()
    directory = config.stash.get(DIRECTORY, None)
    if directory is not None:
        shutil.rmtree(directory, ignore_errors=True)


def _directory() -> Path:
    temporary = Path(tempfile.gettempdir())
    _forget_killed_runs(temporary)
    directory = temporary / f"{PREFIX}{os.getpid()}"
    directory.mkdir(mode=0o700)
    (directory / "static").mkdir()  # whitenoise warns where there is none
    return directory


def _started(directory: Path) -> Postgres:
    try:
        server = Postgres(directory / "pg", log=directory / "postgres.log", settings=DISPOSABLE)
        server.create()
        server.start()
        server.create_database()
    except LauncherError as error:
        raise pytest.UsageError(f"The tests' database: {error}") from error
    return server


def _forget_killed_runs(temporary: Path) -> None:
    for leftover in temporary.glob(f"{PREFIX}*"):
        owner = leftover.name.removeprefix(PREFIX)
        if owner.isdigit() and not alive(int(owner)):
            shutil.rmtree(leftover, ignore_errors=True)
