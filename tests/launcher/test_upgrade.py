"""What a start brings up to date, and what it refuses to touch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from labeling.config.launcher.data import BACKUPS_KEPT, DataDirectory, Prepared
from labeling.config.launcher.errors import NewerData
from labeling.config.launcher.upgrade import _wanted, refuse_newer


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
