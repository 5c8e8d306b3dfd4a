"""The project's own environment."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from labeling.config.launcher import bootstrap
from labeling.config.launcher.bootstrap import DEVELOPMENT, RUNTIME, Environment, install
from labeling.config.launcher.errors import InstallFailed
from labeling.config.launcher.progress import Progress

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted(ROOT.glob("requirements*.txt"))


def wheel_of(directory: Path, name: str) -> str:
    """A package of one module, made here so that no index is needed; returns its line of a lock."""
    path = directory / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "ANSWER = 42\n")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """A project with one tiny dependency, and a package index that is a folder; uv is not to be had there."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    root = tmp_path / "root"
    root.mkdir()
    (root / RUNTIME).write_text(wheel_of(wheels, "tinyrun"))
    (root / DEVELOPMENT).write_text((root / RUNTIME).read_text() + wheel_of(wheels, "tinydev"))
    (root / bootstrap.INSTALLERS).write_text("nowhere==1.0 --hash=sha256:" + "0" * 64 + "\n")
    for name, value in {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "PIP_CONFIG_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    return Environment(root)


def imports(environment: Environment, module: str) -> bool:
    done = subprocess.run([environment.python, "-c", f"import {module}"], capture_output=True, check=False)
    return done.returncode == 0


def test_it_is_filled_by_pip_where_uv_cannot_be_had(checkout: Environment) -> None:
    assert not checkout.holds(RUNTIME)
    install(checkout, RUNTIME, Progress())
    assert imports(checkout, "tinyrun")
    assert checkout.holds(RUNTIME)
    assert not checkout.holds(DEVELOPMENT)
    assert not imports(checkout, "tinydev")
    (checkout.root / RUNTIME).write_text("# changed\n" + (checkout.root / RUNTIME).read_text())
    assert not checkout.holds(RUNTIME)


def test_a_package_whose_bytes_were_changed_is_refused(checkout: Environment) -> None:
    lock = checkout.root / RUNTIME
    lock.write_text(re.sub("sha256:[0-9a-f]{64}", "sha256:" + "1" * 64, lock.read_text()))
    with pytest.raises(InstallFailed, match=r"(?i)hash"):
        install(checkout, RUNTIME, Progress())
    assert not checkout.holds(RUNTIME)


def test_a_folder_in_the_way_is_left_alone(checkout: Environment) -> None:
    checkout.directory.mkdir()
    (checkout.directory / "mine").touch()
    with pytest.raises(InstallFailed, match="in the way"):
        install(checkout, RUNTIME, Progress())
    assert (checkout.directory / "mine").exists()


def test_the_launcher_needs_nothing_but_python() -> None:
    """`-S -I` hides every installed package."""
    code = "import sys; sys.path.insert(0, sys.argv[1]); import labeling.config.launcher.cli"
    subprocess.run([sys.executable, "-S", "-I", "-c", code, str(ROOT)], check=True, cwd="/")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_locks_are_hashed_and_name_no_host(lock: Path) -> None:
    text = lock.read_text()
    assert "://" not in text
    entries = text.replace("\\\n", " ").strip().splitlines()
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_tests_run_with_the_packages_that_users_get() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9._-]+==\S+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins(RUNTIME) <= pins(DEVELOPMENT)
