"""`./concord import --migrate` by the command behind it."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from labeling.management.commands.import_project import Command
from labeling.models import Project
from metadata.models import Dataset, Item
from tests.labeling.services.exported import REVIEWS, STREETS


@pytest.fixture(autouse=True)
def storage(settings: object, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}  # type: ignore[attr-defined]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "export"
    for name, data in STREETS.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def test_a_folder_becomes_a_project_and_what_has_no_equal_is_printed(db: None, folder: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_project", str(folder), "--name", "Streets", stdout=out, stderr=err)
    assert "answers 4" in out.getvalue()
    assert "1 × attribute Image.zoom: only looks; left out (line 4)" in err.getvalue()
    assert "rotated box" not in err.getvalue()
    assert Project.objects.get().name == "Streets"


def test_files_named_one_by_one_meet_a_dataset_by_its_name(db: None, tmp_path: Path) -> None:
    paths = []
    for name, data in REVIEWS.items():
        (tmp_path / name).write_bytes(data)
        paths.append(str(tmp_path / name))
    out = io.StringIO()
    call_command("import_project", *paths, "--name", "Reviews", "--json", stdout=out)
    first = json.loads(out.getvalue())
    out = io.StringIO()
    call_command("import_project", *paths, "--name", "Again", "--dataset", "Reviews", "--json", stdout=out)
    again = json.loads(out.getvalue())
    assert (again["dataset"], again["items"]) == (first["dataset"], 1)
    assert again["project"] != first["project"]
    assert Item.objects.count() == 1


def test_what_is_not_there_is_named_and_nothing_is_made(db: None, folder: Path) -> None:
    with pytest.raises(CommandError, match="no file nowhere"):
        call_command("import_project", "nowhere.json")
    with pytest.raises(CommandError, match="no dataset Nowhere"):
        call_command("import_project", str(folder), "--dataset", "Nowhere")
    assert not Dataset.objects.exists()


def test_the_help_names_the_command_that_was_typed() -> None:
    shown = Command().create_parser("manage.py", "import_project").format_help()
    assert shown.startswith("usage: ./concord import --migrate ")
    assert len(shown.splitlines()) < 28
