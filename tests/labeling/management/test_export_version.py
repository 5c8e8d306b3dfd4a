"""The command writes what the job writes, and says what it wrote."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from metadata.kernel.canonical import sha256_hex
from metadata.services import versions
from tests.conftest import Cast
from tests.labeling.services.labeled import chosen, messages


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def test_a_closed_version_is_written_with_hashes_and_digest(cast: Cast, tmp_path: Path) -> None:
    labeled = messages(cast, ["a", "b"])
    labeled.label(0, chosen(1, 2))
    versions.close_version(labeled.dataset.pk)
    out = io.StringIO()
    call_command(
        "export_version", labeled.dataset.pk, 1, format="votes_csv", out=tmp_path, json=True, stdout=out
    )
    told = json.loads(out.getvalue())
    (file,) = told["files"]
    assert sha256_hex(Path(file["path"]).read_bytes()) == file["sha256"]
    assert len(told["digest"]) == 64


def test_an_open_or_unknown_version_is_a_clear_error(cast: Cast, tmp_path: Path) -> None:
    labeled = messages(cast, ["a"])
    with pytest.raises(CommandError, match="still open"):
        call_command("export_version", labeled.dataset.pk, 1, out=tmp_path)
    with pytest.raises(CommandError):
        call_command("export_version", labeled.dataset.pk, 7, out=tmp_path)
