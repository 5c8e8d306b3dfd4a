"""Reads items from a JSONL or CSV file, a folder or a zip into a dataset; what is bad is listed and stops no other."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from metadata.intake.archive import entries, files_in
from metadata.kernel.errors import DomainError
from metadata.management.command import ConcordCommand
from metadata.models import RefusedLine
from metadata.selectors.datasets import dataset_named
from metadata.services import datasets, imports, media

PIECE = 1 << 18


class Command(ConcordCommand):
    called = "import"
    help = (
        "Reads items into a dataset; bad lines and files are listed and stop none of the others. "
        "With --votes it reads a file of item, worker, label: see --votes --help."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", type=Path, help="a JSONL or CSV file, or a folder or zip of pictures, sounds and texts"
        )
        parser.add_argument("--dataset", required=True, help="a dataset's number, or the name of a new one")
        parser.add_argument("--format", choices=["jsonl", "csv"], help="by the file's ending if absent")
        parser.add_argument("--json", action="store_true", help="print the counts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.exists():
            raise CommandError(f"file: there is no file or folder {path}")
        try:
            dataset_id = self._dataset(options["dataset"])
            batch = imports.open_batch(dataset_id, name=path.name, by=None)
            if path.is_dir():
                media.import_media(
                    dataset_id, files_in(path), batch=batch, by=None, progress=self.counting("files")
                )
            elif path.suffix.lower() == ".zip":
                with path.open("rb") as file:
                    media.import_media(
                        dataset_id, entries(file), batch=batch, by=None, progress=self.counting("files")
                    )
            else:
                form = options["format"] or ("csv" if path.suffix.lower() in (".csv", ".tsv") else "jsonl")
                imports.import_lines(
                    dataset_id,
                    _pieces(path),
                    format=form,
                    batch=batch,
                    by=None,
                    progress=self.counting("lines"),
                )
        except DomainError as error:
            raise CommandError(str(error)) from None
        self.counted()
        batch.refresh_from_db()
        done = {
            "dataset": dataset_id,
            "batch": batch.pk,
            "created": batch.created,
            "repeated": batch.repeated,
            "refused": batch.refused,
        }
        if options["json"]:
            self.stdout.write(json.dumps(done))
        else:
            self.stdout.write(", ".join(f"{name} {count}" for name, count in done.items()))
        for bad in RefusedLine.objects.filter(batch=batch).order_by("line")[:20]:
            self.stderr.write(f"line {bad.line}, {bad.field or 'line'}: {bad.reason}")

    def _dataset(self, named: str) -> int:
        known = dataset_named(named)
        if known is None and named.isdecimal():
            raise CommandError(f"dataset: there is no dataset {named}")
        return known or datasets.create_dataset(name=named, description="", fields=[], by=None).pk


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
