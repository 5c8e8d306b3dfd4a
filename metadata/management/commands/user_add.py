"""Makes an account, and prints the one-time link by which its owner signs in."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from metadata.kernel.errors import DomainError
from metadata.management.command import ConcordCommand
from metadata.models import OneTimeLink
from metadata.services import accounts


class Command(ConcordCommand):
    called = "user add"
    help = "Makes an account, and prints the one-time link by which its owner signs in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--name", default="", help="how the person is called; the mail's first part if absent"
        )
        parser.add_argument("--admin", action="store_true", help="an admin of this whole installation")
        parser.add_argument("--json", action="store_true", help="print agent and link as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["name"] or options["email"].partition("@")[0]
        try:
            identity = accounts.create_identity(options["email"], name, is_admin=options["admin"])
            token = accounts.issue_link(OneTimeLink.Purpose.SIGN_IN, agent_id=identity.agent_id)
        except DomainError as error:
            raise CommandError(str(error)) from None
        done = {"agent": identity.agent_id, "email": identity.email, "link": f"/links/{token}/"}
        if options["json"]:
            self.stdout.write(json.dumps(done))
        else:
            self.stdout.write(
                f"{done['email']} is agent {done['agent']}. Sign-in link, good once: {done['link']}"
            )
