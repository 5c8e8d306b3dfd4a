"""What a start brings up to date, and what it refuses to touch."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from labeling.config.launcher.data import BACKUPS_KEPT, DataDirectory, Prepared
from labeling.config.launcher.database import Embedded
from labeling.config.launcher.errors import NewerData, StepFailed
from labeling.config.launcher.progress import Progress
from labeling.config.launcher.upgrade import _wanted, bring_up_to_date, refuse_newer
from labeling.config.launcher.variables import process_variables

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    root = tmp_path / "checkout"
    for folder in ("metadata/migrations", "labeling/static/labeling"):
        (root / folder).mkdir(parents=True)
    (root / "requirements.txt").write_text("django==5.2\n")
    (root / "metadata/migrations/0001_initial.py").write_text("one")
    (root / "labeling/static/labeling/base.css").write_text("a {}")
    return root


def test_a_second_look_wants_nothing_new(checkout: Path) -> None:
    first = _wanted(checkout, Prepared())
    assert _wanted(checkout, first) == first


def test_a_new_migration_changes_the_schema_and_nothing_else(checkout: Path) -> None:
    first = _wanted(checkout, Prepared())
    (checkout / "metadata/migrations/0002_more.py").write_text("two")
    second = _wanted(checkout, first)
    assert second.schema != first.schema
    assert second.static == first.static


def test_a_changed_style_sheet_changes_the_static_files_and_nothing_else(checkout: Path) -> None:
    first = _wanted(checkout, Prepared())
    (checkout / "labeling/static/labeling/more.css").write_text("b {}")
    second = _wanted(checkout, first)
    assert second.static != first.static
    assert second.schema == first.schema


def test_a_migration_that_is_unknown_here_came_from_a_newer_version(checkout: Path) -> None:
    now = _wanted(checkout, Prepared())
    refuse_newer(now, now, checkout)
    newer = replace(now, migrations=(*now.migrations, "metadata/migrations/0009_later"))
    with pytest.raises(NewerData, match="0009_later"):
        refuse_newer(newer, now, checkout)


def test_older_data_is_backed_up_and_migrated_and_newer_data_is_refused() -> None:
    with tempfile.TemporaryDirectory(prefix="cold-") as name:
        data = DataDirectory(Path(name) / "data")
        said: list[str] = []
        with data.locked():
            data.claim()
        database = Embedded(data, said.append)
        try:
            variables = process_variables(data.path, 8000, database.url)

            def manage(*arguments: str) -> None:
                subprocess.run(
                    [sys.executable, "manage.py", *arguments], cwd=ROOT, env=dict(variables), check=True
                )

            bring_up_to_date(ROOT, data, database, variables, Progress(), demo=False)
            assert list(data.backups.iterdir()) == []
            manage("user_add", "kept@example.org")
            manage("migrate", "-v0", "metadata", "0003")
            data.remember(replace(data.prepared(), schema="as an older version left it"))
            with psycopg.connect(database.url) as connection:
                applied = (
                    "SELECT count(*) FROM django_migrations WHERE app = 'metadata' AND name LIKE '0004%'"
                )
                kept = "SELECT count(*) FROM metadata_identity WHERE email = 'kept@example.org'"
                assert connection.execute(applied).fetchone() == (0,)
                connection.rollback()

                database.fresh = False
                bring_up_to_date(ROOT, data, database, variables, Progress(), demo=False)
                assert connection.execute(applied).fetchone() == (1,)
                assert connection.execute(kept).fetchone() == (1,)
            (backup,) = data.backups.iterdir()
            programs = database.server.programs
            listed = subprocess.run(
                [programs["pg_restore"], "-f", "-", backup], capture_output=True, text=True, check=True
            )
            assert "kept@example.org" in listed.stdout
            assert not re.search(r"\tmetadata\t0004_", listed.stdout)

            with psycopg.connect(database.url) as connection:
                connection.execute(
                    "INSERT INTO django_migrations (app, name, applied) VALUES ('metadata', '0999_later', now())"
                )
            data.remember(Prepared())
            with pytest.raises(StepFailed, match=r"migrated by a newer version.*metadata\.0999_later"):
                bring_up_to_date(ROOT, data, database, variables, Progress(), demo=False)
        finally:
            database.stop()


def test_what_is_remembered_is_what_was_prepared(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    with data.locked():
        data.claim()
    assert data.prepared() == Prepared()
    prepared = Prepared("a", "b", "c", ("metadata/migrations/0001_initial",), demo=True)
    data.remember(prepared)
    assert data.prepared() == prepared


def test_everything_in_the_data_directory_is_its_owners_only(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    with data.locked():
        data.claim()
    assert data.path.stat().st_mode & 0o077 == 0
    assert (data.path / "secret").stat().st_mode & 0o777 == 0o600
    secret = (data.path / "secret").read_text()
    assert len(secret) > 48
    with data.locked():
        data.claim()
    assert (data.path / "secret").read_text() == secret


def test_old_backups_make_room(tmp_path: Path) -> None:
    data = DataDirectory(tmp_path / "data")
    with data.locked():
        data.claim()
    for _ in range(BACKUPS_KEPT + 3):
        data.new_backup().touch()
    assert len(list(data.backups.iterdir())) == BACKUPS_KEPT
