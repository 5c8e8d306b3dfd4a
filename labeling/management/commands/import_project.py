"""Makes a project of what another tool exported: Label Studio (JSON and labeling config) or CVAT (XML for images)."""

import json
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.core.management.base import CommandError

from labeling.services import foreign_projects
from metadata.kernel.errors import DomainError
from metadata.management.command import ConcordCommand
from metadata.selectors.datasets import dataset_named


class Command(ConcordCommand):
    called = "import --migrate"
    help = (
        "Makes a project of a Label Studio export (the JSON and the labeling config) or a CVAT export (XML for images): "
        "questions, items, what people said and what models predicted. What has no equal is listed and counted. "
        "The same again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files",
            type=Path,
            nargs="+",
            help="the export, its config, and pictures or sounds; zips and folders, too",
        )
        parser.add_argument("--name", help="the project's name; else the export's, or the first file's")
        parser.add_argument(
            "--dataset", help="the number or name of the dataset that holds the items; else a new one"
        )
        parser.add_argument("--json", action="store_true", help="print the counts and the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        files: list[Path] = []
        for path in options["files"]:
            if not path.exists():
                raise CommandError(f"files: there is no file {path}")
            files += sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
        named = options["dataset"]
        dataset_id = None if named is None else dataset_named(named)
        if named is not None and dataset_id is None:
            raise CommandError(f"dataset: there is no dataset {named}")
        try:
            done = foreign_projects.migrate(
                [(_called(path, options["files"]), partial(_opened, path)) for path in files],
                name=options["name"] or "",
                dataset_id=dataset_id,
                by=None,
                progress=self.counting("files"),
            )
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.counted()
        if options["json"]:
            self.stdout.write(json.dumps(done.as_json()))
            return
        counts = {name: count for name, count in done.as_json().items() if isinstance(count, int)}
        self.stdout.write(", ".join(f"{name} {count}" for name, count in counts.items()))
        for one in done.report.remarks:
            where = f" ({'; '.join(one.where)})" if one.where else ""
            self.stderr.write(f"{one.count} × {one.what} {one.name}: {one.reason}{where}")


def _opened(path: Path) -> IO[bytes]:
    return path.open("rb")


def _called(path: Path, given: list[Path]) -> str:
    """A file's path within the folder that was named, else its name."""
    for folder in given:
        if folder.is_dir() and path.is_relative_to(folder):
            return path.relative_to(folder).as_posix()
    return path.name
