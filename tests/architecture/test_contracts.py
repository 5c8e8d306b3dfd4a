"""The import contracts of pyproject.toml hold, and a breach of each kind would be seen."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from labeling.label_types.registry import LABEL_TYPES

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("metadata", "labeling", "consistency", "augmentation")


def _linted(directory: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python files alone, to break on purpose."""
    place = tmp_path_factory.mktemp("house")
    shutil.copy(ROOT / "pyproject.toml", place)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            target = place / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return place


def test_the_contracts_hold() -> None:
    done = _linted(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("path", "source", "broken"),
    [
        ("labeling/utils.py", "", "Inside labeling"),
        ("metadata/helpers/__init__.py", "", "Inside metadata"),
        ("consistency/misc.py", "", "Inside consistency"),
        ("metadata/kernel/late.py", "import django\n", "Pure code"),
        ("labeling/interchange/late.py", "import socket\n", "Pure code"),
        ("consistency/core/late.py", "import psycopg\n", "Pure code"),
        ("metadata/selectors/late.py", "import labeling.selectors\n", "The apps"),
        ("consistency/selectors/late.py", "import augmentation.selectors\n", "The apps"),
        ("labeling/models/late.py", "import labeling.services\n", "Inside labeling"),
        ("metadata/services/late.py", "import metadata.api\n", "Inside metadata"),
        ("labeling/label_types/box/late.py", "import labeling.label_types.choice\n", "Label types"),
        ("labeling/services/late.py", "import labeling.label_types.box\n", "Only the registry"),
        ("labeling/web/late.py", "import labeling.config.settings\n", "composition root"),
        ("consistency/services/late.py", "import labeling.models\n", "Other apps enter labeling"),
        ("augmentation/services/late.py", "import metadata.models\n", "Other apps enter metadata"),
    ],
)
def test_a_breach_is_seen(copy: Path, path: str, source: str, broken: str) -> None:
    target = copy / path
    made = not target.parent.exists()
    target.parent.mkdir(exist_ok=True)
    target.write_text(source)
    try:
        done = _linted(copy)
    finally:
        shutil.rmtree(target.parent) if made else target.unlink()
    assert done.returncode == 1
    assert broken in done.stdout.partition("Broken contracts")[2]


def test_every_label_type_is_under_the_contracts() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (independent,) = [one for one in settings["contracts"] if one["name"].startswith("Label types do not")]
    (named,) = [one for one in settings["contracts"] if one["name"].startswith("Only the registry")]
    expected = {f"labeling.label_types.{one.name}" for one in LABEL_TYPES}
    assert set(independent["modules"]) == set(named["protected_modules"]) == expected
