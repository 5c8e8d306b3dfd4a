"""Commands that Django or a script carries out, with the environment of a data directory."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from labeling.config.launcher.data import DataDirectory
from labeling.config.launcher.database import open_database
from labeling.config.launcher.variables import port_from_environment, process_variables

NEEDS_NO_DATA = ("-h", "--help", "help", "--version", "version")


def management(root: Path, path: Path, arguments: Sequence[str]) -> int:
    """A management command; the database of the data directory is started for it if it does not run."""
    command = [sys.executable, str(root / "manage.py"), *arguments]
    if any(argument in NEEDS_NO_DATA for argument in arguments):
        placeholder = {"CONCORD_SECRET_KEY": secrets.token_urlsafe(48), **os.environ}
        return subprocess.run(command, env=placeholder, check=False).returncode
    with variables_of(path) as variables:
        return subprocess.run(command, env=dict(variables), check=False).returncode


def bench(root: Path, path: Path, name: str, options: Sequence[str]) -> int:
    """A benchmark starts the servers it measures itself."""
    variables = {**os.environ, "CONCORD_DATA": str(path)}
    return subprocess.run(
        [sys.executable, "-m", f"bench.{name}", *options], cwd=root, env=variables, check=False
    ).returncode


@contextmanager
def variables_of(path: Path) -> Iterator[Mapping[str, str]]:
    """The environment of the running Concord; else of its database, started for as long as it is needed."""
    data = DataDirectory(path)
    state = data.state()
    given = os.environ.get("DATABASE_URL")
    if state is not None and (given or state.database_url):
        yield process_variables(path, state.port, given or state.database_url)
        return
    with data.locked():
        data.claim()
        database = open_database(data, _silently)
        try:
            yield process_variables(path, port_from_environment(), database.url)
        finally:
            database.stop()


def _silently(_text: str) -> None:
    """The command's own output is what counts here."""
