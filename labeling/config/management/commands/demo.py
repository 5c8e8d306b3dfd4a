"""`./concord manage demo load|remove`: two small projects with a planted disagreement."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from labeling.config.demo.load import is_loaded, load, remove
from metadata.models import Event


class Command(BaseCommand):
    help = "Loads the demo (two small projects that people disagree on), or removes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["load", "remove"])
        parser.add_argument(
            "--if-empty", action="store_true", help="load only where there never was a dataset"
        )
        parser.add_argument("--json", action="store_true", help="print what was done as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "remove":
            done = {"removed": remove(by=None)}
        elif is_loaded() or (
            options["if_empty"] and Event.objects.filter(kind__startswith="dataset.").exists()
        ):
            done = {"loaded": 0}
        else:
            done = {"loaded": len(load())}
        self.stdout.write(
            json.dumps(done) if options["json"] else ", ".join(f"{k} {v}" for k, v in done.items())
        )
