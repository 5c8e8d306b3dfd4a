"""Bring the database and the static files up to this version, in one process so that Django loads once."""

from __future__ import annotations

import argparse
import sys
from importlib.resources import files

import django
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from labeling.config.launcher.progress import Progress

OURS = ("metadata", "labeling", "consistency", "augmentation")


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser()
    for step in ("schema", "broker", "static", "demo"):
        parser.add_argument(f"--{step}", action="store_true")
    steps = parser.parse_args(arguments)
    progress = Progress()
    django.setup()
    if steps.schema:
        refuse_newer_database()
        call_command("migrate", verbosity=1, interactive=False, stdout=sys.stderr)
        progress.say("Database schema is current")
    if steps.broker and install_queues():
        progress.say("Job queues are installed")
    if steps.static:
        call_command("collectstatic", verbosity=0, interactive=False, clear=True, stdout=sys.stderr)
        progress.say("Static files are in place")
    if steps.demo:
        progress.say("Loading the demo")
        call_command("demo", "load", "--if-empty", stdout=sys.stderr)
        progress.say("Demo is loaded")


def refuse_newer_database() -> None:
    """A database may have been migrated from elsewhere: by a newer version that knows what we do not."""
    loader = MigrationLoader(connection)
    unknown = sorted(
        key for key in loader.applied_migrations if key not in loader.disk_migrations and key[0] in OURS
    )
    if unknown:
        app, name = unknown[-1]
        sys.exit(f"The database was migrated by a newer version, which this one cannot read: {app}.{name}.")


def install_queues() -> bool:
    """The queue's tables and functions as plain SQL, since no extension can be installed; true if it was done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'pgmq'")
        if cursor.fetchone():
            return False
        cursor.execute(files("pgmq").joinpath("sql", "pgmq.sql").read_text(encoding="utf-8"))
    return True


if __name__ == "__main__":
    main(sys.argv[1:])
