"""`./concord import` by the command behind it."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from metadata.management.commands.import_items import Command
from metadata.models import Dataset, Item


def imported(path: Path) -> tuple[dict[str, int], str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_items", str(path), "--dataset", "Backs", "--json", stdout=out, stderr=err)
    return json.loads(out.getvalue()), err.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "backs"
    (root / "left").mkdir(parents=True)
    Image.new("RGB", (8, 4), "red").save(root / "left" / "a.png")
    (root / "note.txt").write_text("a note")
    (root / "report.pdf").write_text("no text at all")
    (root / ".DS_Store").write_text("hidden")
    (root / "link.txt").symlink_to(root / "note.txt")
    return root


def test_a_folder_becomes_items_under_their_paths_and_links_are_not_followed(db: None, folder: Path) -> None:
    done, said = imported(folder)
    assert (done["created"], done["refused"]) == (2, 2)
    assert set(Item.objects.values_list("external_key", flat=True)) == {"left/a.png", "note.txt"}
    assert "link.txt: is a link" in said
    assert "report.pdf: is plain text" in said
    again, _ = imported(folder)
    assert (again["created"], again["repeated"]) == (0, 2)


def test_a_zip_becomes_the_items_of_its_folder(db: None, folder: Path, tmp_path: Path) -> None:
    packed = tmp_path / "backs.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("left/a.png", "note.txt"):
            archive.write(folder / name, name)
    done, _ = imported(packed)
    assert (done["created"], done["refused"]) == (2, 0)


def test_a_path_that_leads_nowhere_is_named(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no file or folder"):
        imported(tmp_path / "nowhere")


def test_a_number_of_no_dataset_is_named_and_makes_none(db: None, folder: Path) -> None:
    with pytest.raises(CommandError, match="no dataset 404404"):
        call_command("import_items", str(folder), "--dataset", "404404")
    assert not Dataset.objects.exists()


def test_the_help_names_the_command_that_was_typed_and_hides_djangos_options() -> None:
    shown = Command().create_parser("manage.py", "import_items").format_help()
    assert shown.startswith("usage: ./concord import ")
    assert "--pythonpath" not in shown
    assert len(shown.splitlines()) < 25
