"""What the commands behind `./concord` share: help that fits a screen and names the command that was typed."""

from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandParser


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
