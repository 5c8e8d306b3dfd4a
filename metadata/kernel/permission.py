"""What every app's policies speak of: what a caller is to something, and the refusal."""

from __future__ import annotations

from typing import Protocol

from metadata.kernel.errors import PermissionRefused


class Access(Protocol):
    """What a caller is to a dataset or a project."""

    @property
    def role(self) -> str | None: ...
    @property
    def is_admin(self) -> bool: ...


def require(allowed: bool) -> None:
    """Raises PermissionRefused where a policy said no."""
    if not allowed:
        raise PermissionRefused
