"""Who is calling: a signed-in identity, or the agent of a live token."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from metadata.kernel.ids import token_digest
from metadata.models import ApiToken, Identity
from metadata.selectors.prepared import rows


@dataclass(frozen=True)
class Caller:
    """Who calls, resolved once a request."""

    agent_id: int
    is_admin: bool
    scopes: frozenset[str]

    def may(self, scope: str) -> bool:
        return scope in self.scopes


ALL_SCOPES = frozenset({"read", "label", "write", "admin"})


def caller_of_identity(identity: Identity) -> Caller:
    return Caller(identity.agent_id, identity.is_superuser, ALL_SCOPES)


# Asked with every call, so prepared: through the ORM it took as long as handing out a task.
_BY_DIGEST = """
SELECT t.id AS token_id, t.scopes, i.*
FROM metadata_apitoken t JOIN metadata_identity i ON i.agent_id = t.agent_id
WHERE t.digest = %(digest)s AND t.revoked_at IS NULL AND t.expires_at > now() AND i.is_active
"""
_IDENTITY = "SELECT * FROM metadata_identity WHERE id = %(id)s"


def live_token(clear_text: str) -> tuple[Identity, ApiToken] | None:
    """The unexpired, unrevoked token of an active identity, with that identity; one statement."""
    found = rows(_BY_DIGEST, {"digest": token_digest(clear_text)})
    if not found:
        return None
    row = found[0]
    token = ApiToken.from_db(
        None, ["id", "agent_id", "scopes"], [row["token_id"], row["agent_id"], row["scopes"]]
    )
    return _identity_from(row), token


def identity_of(identity_id: int) -> Identity | None:
    """Whom a session belongs to, active or not."""
    found = rows(_IDENTITY, {"id": identity_id})
    return _identity_from(found[0]) if found else None


def _identity_from(row: Mapping[str, Any]) -> Identity:
    names = [field.attname for field in Identity._meta.concrete_fields]
    return Identity.from_db(None, names, [row[name] for name in names])
