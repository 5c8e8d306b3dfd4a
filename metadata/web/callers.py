"""Who asks for a page."""

from django.http import HttpRequest

from metadata.models import Identity
from metadata.selectors.access import Caller, caller_of_identity


def page_caller(request: HttpRequest) -> Caller:
    """The signed-in identity as a caller; views that use it require a sign-in."""
    assert isinstance(request.user, Identity)
    return caller_of_identity(request.user)


def is_worker_from_elsewhere(request: HttpRequest) -> bool:
    """Whether somebody came by a platform's link: signed in, with no account to come back to."""
    return isinstance(request.user, Identity) and request.user.email is None


def signed_in_agent(request: HttpRequest) -> int | None:
    """Who asks, if anybody is signed in."""
    return request.user.agent_id if isinstance(request.user, Identity) else None
