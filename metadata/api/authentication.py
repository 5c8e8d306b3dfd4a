"""Bearer tokens: hashed, scoped, expiring, revocable. Sessions serve the pages."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from metadata.models import ApiToken, Identity
from metadata.selectors.access import Caller, caller_of_identity, live_token


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Identity, ApiToken] | None:
        words = get_authorization_header(request).decode("latin-1").split()
        if not words or words[0].lower() != "bearer":
            return None
        found = live_token(words[1]) if len(words) == 2 else None
        if found is None:
            raise AuthenticationFailed("This token is unknown, expired or revoked.", code="invalid_token")
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


def caller(request: Request) -> Caller:
    """Who calls this endpoint. Permission classes have let only identities through."""
    identity = request.user
    assert isinstance(identity, Identity)
    everything = caller_of_identity(identity)
    if isinstance(request.auth, ApiToken):
        scopes = frozenset(request.auth.scopes)
        return Caller(everything.agent_id, everything.is_admin and "admin" in scopes, scopes)
    return everything
