"""The command line: what can be asked of `./concord`, and where each request goes.

What a request needs is imported once it is known: a command on a small file answers before the rest would be loaded.
"""

from __future__ import annotations

import argparse
import errno
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from consistency.core.command.names import COMMANDS as ON_A_FILE
from labeling.config.launcher.bootstrap import enter
from labeling.config.launcher.errors import DiskFull, Interrupted, LauncherError, NotWritable, WrongUsage
from labeling.config.launcher.progress import Progress
from labeling.config.launcher.variables import check_variables, data_from_environment, port_from_environment

ROOT = Path(__file__).resolve().parents[3]
HELP = """\
Concord: labels that agree.

  ./concord up [--port N] [--data DIR] [--no-demo]    run everything here
  ./concord status [--json]        what runs, and where
  ./concord stop                   end it
  ./concord user add …             make an account
  ./concord token create …         make an API token
  ./concord import …               bring in items, --votes, a project: --migrate
  ./concord export …               write a version's files
  ./concord manage …               Django's own commands

  ./concord agreement FILE         votes in a CSV or Parquet, without a server:
  ./concord aggregate FILE         how far they agree; one answer an item;
  ./concord labelers FILE          who answers how;
  ./concord ambiguity FILE         which labels are confused, and why;
  ./concord conventions FILE       who writes or draws in what style

  ./concord test [OPTION…]         run the tests (options are pytest's)
  ./concord check                  linters, types, front end, docs, tests
  ./concord bench NAME [--json]    measure (NAME: a file of bench/)

Every command has --help; --data DIR before it means another data directory
(default var, or CONCORD_DATA). DATABASE_URL, CELERY_BROKER_URL, CONCORD_STORAGE
replace built-in parts. Exit: 0 done, 1 failed, 2 not understood, 3 not running.
"""


@dataclass(frozen=True)
class Call:
    """One request: the data directory, the whole command line, and what follows the command's name."""

    data: Path
    line: Sequence[str]
    rest: Sequence[str]


def main(line: Sequence[str]) -> int:
    try:
        return _dispatch(line)
    except LauncherError as error:
        return _refused(error)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _refused(DiskFull(f"{error.filename or 'A file'}: {error.strerror}."))
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR):
            return _refused(NotWritable(f"{error.filename or 'A file'}: {error.strerror}."))
        raise
    except (KeyboardInterrupt, Interrupted):
        return 130


def _refused(error: LauncherError) -> int:
    print(f"concord: {error}", file=sys.stderr, flush=True)
    return error.exit_code


def _dispatch(line: Sequence[str]) -> int:
    data, rest = _data_option(line)
    if not rest or rest[0] in ("-h", "--help", "help"):
        print(HELP, end="")
        return 0
    run = COMMANDS.get(rest[0])
    if run is None:
        raise WrongUsage(f"{rest[0]!r} is none of: {', '.join(COMMANDS)}.")
    return run(Call(data, line, rest[1:]))


def _data_option(line: Sequence[str]) -> tuple[Path, Sequence[str]]:
    if line and line[0] == "--data":
        if len(line) < 2:
            raise WrongUsage("--data needs a directory.")
        return Path(line[1]).absolute(), line[2:]
    if line and line[0].startswith("--data="):
        return Path(line[0].partition("=")[2]).absolute(), line[1:]
    return data_from_environment(ROOT), line


def _parser(name: str, about: str) -> argparse.ArgumentParser:
    return argparse.ArgumentParser(prog=f"./concord {name}", description=about, allow_abbrev=False)


def _up(call: Call) -> int:
    from labeling.config.launcher.up import Options, up

    parser = _parser("up", "Run the web server, the database and the background workers on this machine.")
    parser.add_argument("--port", type=int, help="on 127.0.0.1 (default: CONCORD_PORT, or 8000)")
    parser.add_argument(
        "--data", type=Path, default=call.data, help="where everything is kept (default: %(default)s)"
    )
    parser.add_argument("--no-demo", action="store_true", help="start without the demonstration project")
    asked = parser.parse_args(call.rest)
    check_variables()
    port = port_from_environment() if asked.port is None else asked.port
    if not 1 <= port <= 65535:
        raise WrongUsage(f"--port is {port}; expected a whole number from 1 to 65535.")
    progress = Progress()
    enter(ROOT, call.line, progress)
    return up(Options(ROOT, asked.data.absolute(), port, not asked.no_demo), progress)


def _status(call: Call) -> int:
    from labeling.config.launcher import remote

    parser = _parser("status", "Say what runs on the data directory. Exit code 3: nothing does.")
    parser.add_argument("--data", type=Path, default=call.data)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(call.rest)
    return remote.status(asked.data.absolute(), as_json=asked.json)


def _stop(call: Call) -> int:
    from labeling.config.launcher import remote

    parser = _parser("stop", "End what runs on the data directory, and wait for its end.")
    parser.add_argument("--data", type=Path, default=call.data)
    asked = parser.parse_args(call.rest)
    return remote.stop(asked.data.absolute())


def _test(call: Call) -> int:
    from labeling.config.launcher.check import test

    parser = _parser("test", "Run the tests on a throw-away database. Other options and paths go to pytest.")
    _, options = parser.parse_known_args(call.rest)
    enter(ROOT, call.line, Progress(), development=True)
    return test(ROOT, options)


def _check(call: Call) -> int:
    from labeling.config.launcher.check import check

    _parser("check", "Run every check that a change must pass; the tests come last.").parse_args(call.rest)
    progress = Progress()
    enter(ROOT, call.line, progress, development=True)
    return check(ROOT, progress)


def _bench(call: Call) -> int:
    from labeling.config.launcher import delegate

    names = sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))
    parser = _parser(
        "bench", f"Measure. Names: {', '.join(names)}. Options after the name are the benchmark's."
    )
    parser.add_argument("name")
    parser.add_argument("options", nargs=argparse.REMAINDER)
    asked = parser.parse_args(call.rest)
    if asked.name not in names:
        raise WrongUsage(f"{asked.name!r} is none of: {', '.join(names)}.")
    check_variables()
    enter(ROOT, call.line, Progress(), development=True)
    return delegate.bench(ROOT, call.data, asked.name, asked.options)


def _on_a_file(call: Call) -> int:
    """The statistics of a file of votes: no server, no database. The project's interpreter is sent straight to them."""
    name = call.line[len(call.line) - len(call.rest) - 1]
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # waiting threads would count as work
    direct = ("-P", "-m", "consistency.core.command", name, *call.rest)
    enter(ROOT, call.line, Progress(sys.stderr), program=direct)
    from consistency.core.command.program import run

    return run(name, call.rest)


def _manage(call: Call) -> int:
    return _management(call, call.rest or ["help"])


def _import(call: Call) -> int:
    return _management(call, import_command(call.rest))


def import_command(rest: Sequence[str]) -> Sequence[str]:
    """Items, votes and projects of other tools are imported by three commands; a word says which."""
    for word, command in (("--votes", "import_votes"), ("--migrate", "import_project")):
        if word in rest:
            return [command, *(one for one in rest if one != word)]
    return ["import_items", *rest]


def _export(call: Call) -> int:
    return _management(call, ["export_version", *call.rest])


def _user(call: Call) -> int:
    return _management(call, ["user_add", *_after("user", "add", call.rest)])


def _token(call: Call) -> int:
    return _management(call, ["token_create", *_after("token", "create", call.rest)])


def _after(command: str, verb: str, rest: Sequence[str]) -> Sequence[str]:
    if rest and rest[0] == verb:
        return rest[1:]
    if rest and rest[0] in ("-h", "--help"):
        return rest
    raise WrongUsage(f"Say ./concord {command} {verb} …")


def _management(call: Call, arguments: Sequence[str]) -> int:
    from labeling.config.launcher import delegate

    check_variables()
    enter(ROOT, call.line, Progress())
    return delegate.management(ROOT, call.data, arguments)


COMMANDS: Mapping[str, Callable[[Call], int]] = {
    "up": _up,
    "status": _status,
    "stop": _stop,
    "user": _user,
    "token": _token,
    "import": _import,
    "export": _export,
    "manage": _manage,
    **dict.fromkeys(ON_A_FILE, _on_a_file),
    "test": _test,
    "check": _check,
    "bench": _bench,
}
