"""Who asks for a page."""

from django.http import HttpRequest

from metadata.models import Identity
from metadata.selectors.access import Caller, caller_of_identity


def page_caller(request: HttpRequest) -> Caller:
    """The signed-in identity as a caller; views that use it require a sign-in."""
    assert isinstance(request.user, Identity)
    return caller_of_identity(request.user)
