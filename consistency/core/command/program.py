"""The commands on a file of votes: no server, no database, no framework. A command is one module of this package.

A module stands in `names` and holds ``ABOUT`` (one sentence), ``add_options(parser)`` and
``run(asked, screen)``. Only the module that was asked for is imported: a small file is answered before the others
would have been loaded.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol, cast

from consistency.core.command.names import COMMANDS
from consistency.core.command.screen import Screen, WrongUsage

DONE, REFUSED = 0, 1


class Command(Protocol):
    """What a module of this package offers."""

    ABOUT: str
    add_options: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, Screen], None]


def run(name: str, arguments: Sequence[str]) -> int:
    """Carry out one command and return its exit code: 0 done, 1 the file cannot be used; argparse ends with 2."""
    command = cast(Command, import_module(COMMANDS[name]))
    parser = argparse.ArgumentParser(prog=f"./concord {name}", description=command.ABOUT, allow_abbrev=False)
    command.add_options(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object, its shape documented")
    asked = parser.parse_args(arguments)
    screen = Screen(sys.stdout, sys.stderr, as_json=asked.json)
    try:
        with screen.watched():
            command.run(asked, screen)
            screen.flush()
    except WrongUsage as error:
        parser.error(str(error))
    except BrokenPipeError:
        _forget_output()
        return DONE
    except (ValueError, OSError, MemoryError) as error:
        screen.complain(f"concord {name}: {_told(error)}")
        return REFUSED
    return DONE


def _told(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    return str(error) or type(error).__name__


def _forget_output() -> None:
    """Whoever read has seen enough: the interpreter must not fail again when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
