"""The commands as a script calls them, and files for them to read."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from consistency.core.command.program import run


class Console:
    """Runs commands in this process and keeps what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str], directory: Path) -> None:
        self.capsys, self.directory = capsys, directory

    def file(self, text: str, name: str = "votes.csv") -> Path:
        path = self.directory / name
        path.write_text(text, encoding="utf-8", newline="")
        return path

    def run(self, name: str, *arguments: object) -> tuple[int, str, str]:
        """Exit code, output and errors."""
        words: Sequence[str] = [str(argument) for argument in arguments]
        try:
            code = run(name, words)
        except SystemExit as ended:
            code = int(ended.code or 0)
        captured = self.capsys.readouterr()
        return code, captured.out, captured.err

    def json(self, name: str, *arguments: object) -> Any:
        code, out, err = self.run(name, *arguments, "--json")
        assert code == 0, err
        return json.loads(out)
