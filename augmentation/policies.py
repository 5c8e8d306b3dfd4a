"""Who makes derived items, and who sees how they were made."""

from __future__ import annotations

from typing import Protocol

from metadata.kernel.errors import PermissionRefused


class Access(Protocol):
    """What a caller is to a dataset."""

    @property
    def role(self) -> str | None: ...
    @property
    def is_admin(self) -> bool: ...


def can_see_recipes(access: Access) -> bool:
    """Managers and experts of the dataset."""
    return access.is_admin or access.role in ("manager", "expert")


def can_augment(access: Access) -> bool:
    """Managers of the dataset: a run adds items to it."""
    return access.is_admin or access.role == "manager"


def require(allowed: bool) -> None:
    if not allowed:
        raise PermissionRefused
