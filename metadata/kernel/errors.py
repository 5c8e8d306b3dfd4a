"""The one family of errors that may reach a person: each has a stable code, a status and named fields."""

from collections.abc import Mapping
from typing import ClassVar


class DomainError(Exception):
    """The request was refused."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400

    def __init__(self, message: str = "", *, fields: Mapping[str, str] | None = None) -> None:
        self.message = message or (type(self).__doc__ or self.code).strip().partition("\n")[0]
        self.fields: dict[str, str] = dict(fields or {})
        super().__init__(self.message)

    def __str__(self) -> str:
        if not self.fields:
            return self.message
        named = "; ".join(f"{name}: {reason}" for name, reason in self.fields.items())
        return f"{self.message} ({named})"

    def body(self) -> dict[str, object]:
        """What the API answers: `{"code", "message", "fields"}`."""
        return {"code": self.code, "message": self.message, "fields": dict(self.fields)}


class NotFound(DomainError):
    """There is no such thing here, or it is not yours to see."""

    code = "not_found"
    status = 404


class PermissionRefused(DomainError):
    """You may see this, but not do that to it."""

    code = "permission_refused"
    status = 403


class Conflict(DomainError):
    """Something changed meanwhile, or stands against it."""

    code = "conflict"
    status = 409


class InvalidInput(DomainError):
    """What was sent cannot be used as it is."""

    code = "invalid_input"
    status = 422
