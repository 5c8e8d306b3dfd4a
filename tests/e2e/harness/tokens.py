"""Tokens for the scripts of a test."""

from __future__ import annotations

import json

from tests.e2e.harness.concord import Concord

SCOPES = ("read", "label", "write", "admin")


def token_of(concord: Concord, email: str, scopes: tuple[str, ...] = SCOPES) -> str:
    """A new token; of an admin it is good for everything."""
    asked = [word for scope in scopes for word in ("--scope", scope)]
    return str(json.loads(concord.manage("token_create", email, "--json", *asked))["token"])
