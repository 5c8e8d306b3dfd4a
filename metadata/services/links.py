"""Coming in by a one-time link."""

from typing import Final

from django.db import transaction

from metadata.models import Identity, OneTimeLink
from metadata.services import accounts

SIGN_IN: Final[str] = OneTimeLink.Purpose.SIGN_IN
INVITE: Final[str] = OneTimeLink.Purpose.INVITE
RESET: Final[str] = OneTimeLink.Purpose.RESET


@transaction.atomic
def come_in(token: str, *, name: str | None = None, password: str | None = None) -> Identity:
    """Uses a sign-in or new-password link up, and sets what was typed; nothing is used up if that is refused."""
    link = accounts.redeem_link(token)
    if link.agent_id is None or link.purpose == INVITE:
        raise accounts.LinkNotUsable
    identity = Identity.objects.select_for_update().get(agent_id=link.agent_id)
    if name is not None:
        accounts.rename(identity, name, by=identity.agent_id)
    if password is not None:
        accounts.set_password(identity, password, by=identity.agent_id)
    elif link.purpose == RESET:
        raise accounts.InvalidIdentity(fields={"password": "is required"})
    return identity
