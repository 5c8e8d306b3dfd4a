"""Sessions of the pages, in the database so that they stop at once; read with every call, so read prepared."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session

from metadata.models import Identity
from metadata.selectors.access import identity_of
from metadata.selectors.prepared import rows

_SESSION = "SELECT * FROM django_session WHERE session_key = %(key)s AND expire_date > now()"


class SessionStore(db.SessionStore):
    """Django's own, but for how a session is found."""

    def _get_session_from_db(self) -> Session | None:
        found = rows(_SESSION, {"key": self.session_key})
        if not found:
            self._session_key = None
            return None
        return Session.from_db(None, list(found[0]), list(found[0].values()))


class Accounts(ModelBackend):
    """Signs in by mail and password; a person who was deactivated is nobody from the next call on."""

    def get_user(self, user_id: Any) -> Identity | None:
        identity = identity_of(int(user_id))
        return identity if identity is not None and self.user_can_authenticate(identity) else None
