"""Makes an API token for an account; its clear text is shown this once."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from metadata.kernel.errors import DomainError
from metadata.management.command import ConcordCommand
from metadata.models import Identity
from metadata.selectors.access import ALL_SCOPES
from metadata.services import accounts


class Command(ConcordCommand):
    called = "token create"
    help = "Makes an API token for an account; its clear text is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="command line", help="what the token is for")
        parser.add_argument(
            "--scope", action="append", choices=sorted(ALL_SCOPES), help="may be repeated; read if absent"
        )
        parser.add_argument("--days", type=int, default=30, help="how long it lives")
        parser.add_argument("--json", action="store_true", help="print the token as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        identity = Identity.objects.filter(email=options["email"].strip().lower()).first()
        if identity is None:
            raise CommandError(f"email: nobody has the address {options['email']}")
        try:
            row, clear_text = accounts.create_token(
                identity.agent_id, options["name"], options["scope"] or ["read"], options["days"], by=None
            )
        except DomainError as error:
            raise CommandError(str(error)) from None
        done = {"token": clear_text, "scopes": row.scopes, "expires_at": row.expires_at.isoformat()}
        self.stdout.write(json.dumps(done) if options["json"] else clear_text)
