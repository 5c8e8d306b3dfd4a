"""Exports a closed version into a directory."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from labeling.services import exports
from metadata.kernel.canonical import sha256_hex
from metadata.kernel.errors import DomainError
from metadata.management.command import ConcordCommand
from metadata.selectors.versions import version_of
from metadata.services.frozen import closed_version


class Command(ConcordCommand):
    called = "export"
    help = "Writes a closed version of a dataset into a directory."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("dataset", type=int, help="the dataset's id")
        parser.add_argument("version", type=int, help="the version's number in the dataset")
        parser.add_argument("--format", choices=list(exports.FORMATS), default="jsonl")
        parser.add_argument("--out", type=Path, default=Path(), help="the directory to write to")
        parser.add_argument("--json", action="store_true", help="print the files as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            version = version_of(options["dataset"], options["version"])
            paths = exports.write_export(version.pk, format=options["format"], directory=options["out"])
        except DomainError as error:
            raise CommandError(str(error)) from None
        files = [
            {"path": str(path), "size": path.stat().st_size, "sha256": sha256_hex(path.read_bytes())}
            for path in paths
        ]
        if options["json"]:
            self.stdout.write(json.dumps({"digest": closed_version(version.pk).digest, "files": files}))
            return
        for file in files:
            self.stdout.write(f"{file['sha256']}  {file['path']}  {file['size']} bytes")
