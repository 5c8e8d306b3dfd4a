"""Tokens for the scripts of a test."""

from __future__ import annotations

import json

from tests.e2e.harness.concord import Concord

SCOPES = ("read", "label", "write", "admin")


def token_of(concord: Concord, email: str) -> str:
    """A new token of an admin, good for everything."""
    scopes = [word for scope in SCOPES for word in ("--scope", scope)]
    return str(json.loads(concord.manage("token_create", email, "--json", *scopes))["token"])
