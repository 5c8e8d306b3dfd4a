"""What the commands behind `./concord` share: help that fits a screen and names the command that was typed."""

import time
from collections.abc import Callable
from typing import Any, ClassVar, Final

from django.core.management.base import BaseCommand, CommandParser

BETWEEN_S: Final = 2.0


class ConcordCommand(BaseCommand):
    """A command of ours; Django's own options still work, but its help does not list them."""

    called: ClassVar[str]
    suppressed_base_arguments = {
        "--version",
        "--verbosity",
        "--settings",
        "--pythonpath",
        "--traceback",
        "--no-color",
        "--force-color",
        "--skip-checks",
    }

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        parser.prog = f"./concord {self.called}"
        return parser

    def counting(self, what: str) -> Callable[[int], None]:
        """Says on stderr how far it is: in one line on a screen, in a log every other second."""
        is_screen = self.stderr.isatty()
        last = time.monotonic()

        def tell(done: int) -> None:
            nonlocal last
            if is_screen:
                self.stderr.write(f"\r{done:,} {what}", ending="")
            elif time.monotonic() - last >= BETWEEN_S:
                last = time.monotonic()
                self.stderr.write(f"{done:,} {what}")

        return tell

    def counted(self) -> None:
        """Leaves the line of `counting` behind."""
        if self.stderr.isatty():
            self.stderr.write("")
