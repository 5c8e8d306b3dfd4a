"""What every app's policies speak of: what a caller is to something, and the refusal."""

from __future__ import annotations

from typing import Protocol

from metadata.kernel.errors import NotFound, PermissionRefused


class Access(Protocol):
    """What a caller is to a dataset or a project."""

    @property
    def role(self) -> str | None: ...
    @property
    def is_admin(self) -> bool: ...


class Apart(Protocol):
    """What a caller is to a project whose other things do not exist for them, where `team_only` holds."""

    @property
    def team_only(self) -> bool: ...


def require(allowed: bool, access: Apart | None = None) -> None:
    """Raises PermissionRefused where a policy said no; NotFound to who must not learn that there is something."""
    if not allowed:
        raise NotFound if access is not None and access.team_only else PermissionRefused
