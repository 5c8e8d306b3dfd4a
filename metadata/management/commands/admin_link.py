"""Prints the path of a one-time sign-in link for the first admin; nothing once an admin has signed in."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from metadata.models import Identity, OneTimeLink
from metadata.services import accounts

FIRST_ADMIN = "admin@localhost"


class Command(BaseCommand):
    help = (
        "Prints the path of a one-time sign-in link for the first admin; nothing once an admin has signed in."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="also when an admin has signed in before")
        parser.add_argument("--json", action="store_true", help="print the path as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        admins = Identity.objects.filter(is_superuser=True, is_active=True).order_by("pk")
        if admins.exclude(last_login=None).exists() and not options["force"]:
            return
        admin = admins.first() or accounts.create_identity(FIRST_ADMIN, "Admin", is_admin=True)
        token = accounts.issue_link(OneTimeLink.Purpose.SIGN_IN, agent_id=admin.agent_id, hours=24)
        path = f"/links/{token}/"
        self.stdout.write(json.dumps({"path": path}) if options["json"] else path)
