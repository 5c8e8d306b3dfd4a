"""Makes a project of votes that exist already: a CSV or JSONL file of item, worker, label."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from labeling.services import votes_import
from metadata.kernel.errors import DomainError
from metadata.management.command import ConcordCommand
from metadata.selectors.datasets import dataset_named

PIECE = 1 << 18
SHOWN = 20


class Command(ConcordCommand):
    called = "import --votes"
    help = (
        "Makes a project of votes that exist already, one line each with item, worker and label. "
        "A bad line is listed and stops none of the others."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV or JSONL file of item, worker, label")
        parser.add_argument("--project", help="the new project's name; else the file's name")
        parser.add_argument(
            "--dataset",
            help="the number or name of the dataset whose items were voted on; else a new one. "
            "Items are found by their keys; those that are not there are made.",
        )
        parser.add_argument(
            "--format", choices=list(votes_import.FORMATS), help="by the file's ending if absent"
        )
        parser.add_argument("--json", action="store_true", help="print the counts and bad lines as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"file: there is no file {path}")
        form = options["format"] or votes_import.format_of(path.name)
        try:
            done = votes_import.import_votes(
                self._dataset(options["dataset"]),
                options["project"] or path.stem,
                _pieces(path),
                format=form,
                by=None,
                progress=self.counting("lines"),
            )
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.counted()
        if options["json"]:
            self.stdout.write(json.dumps(done.as_json()))
            return
        counts = {name: count for name, count in done.as_json().items() if isinstance(count, int)}
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()))
        for bad in done.refused[:SHOWN]:
            self.stderr.write(f"line {bad.line}, {bad.field or 'line'}: {bad.reason}")

    def _dataset(self, named: str | None) -> int | None:
        """One that is there: its items were voted on."""
        if named is None:
            return None
        known = dataset_named(named)
        if known is None:
            raise CommandError(f"dataset: there is no dataset {named}")
        return known


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
