"""A database of the benchmark's own, with fsync as in production, and Django on top of it."""

import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class OwnDatabase:
    """Where the benchmark's data lies, and the process that others descend from."""

    data: Path
    server: int


@contextmanager
def own_database(**variables: str) -> Iterator[OwnDatabase]:
    """Starts PostgreSQL in a temporary directory, makes the tables, and takes all away at the end."""
    from labeling.config.launcher.postgres import Postgres

    with tempfile.TemporaryDirectory(prefix="concord-bench-") as name:
        data = Path(name)
        data.chmod(0o755)
        (data / "static").mkdir()
        database = Postgres(data / "postgres", log=data / "postgres.log")
        database.create()
        database.start()
        try:
            database.create_database()
            os.environ.update(
                DATABASE_URL=database.url(),
                CONCORD_DATA=str(data),
                CONCORD_SECRET_KEY=secrets.token_hex(32),
                DJANGO_SETTINGS_MODULE="labeling.config.settings",
                **variables,
            )
            import django
            from django.core.management import call_command

            django.setup()
            call_command("migrate", verbosity=0)
            assert database.process is not None
            yield OwnDatabase(data, database.process.pid)
        finally:
            database.stop()
