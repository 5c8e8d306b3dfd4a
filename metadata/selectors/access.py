"""Who is calling: a signed-in identity, or the agent of a live token."""

from dataclasses import dataclass

from django.utils import timezone

from metadata.kernel.ids import token_digest
from metadata.models import ApiToken, Identity


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


def live_token(clear_text: str) -> ApiToken | None:
    """The unexpired, unrevoked token of an active identity, with that identity; one statement."""
    token = (
        ApiToken.objects.select_related("agent__identity")
        .filter(digest=token_digest(clear_text), revoked_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if token is None or not token.agent.identity.is_active:
        return None
    return token
