"""Who makes derived items, and who sees how they were made."""

from __future__ import annotations

from typing import TypeAlias

from metadata.kernel import permission

Access: TypeAlias = permission.Access
require = permission.require


def can_see_recipes(access: Access) -> bool:
    """Managers and experts of the dataset."""
    return access.is_admin or access.role in ("manager", "expert")


def can_augment(access: Access) -> bool:
    """Managers of the dataset: a run adds items to it."""
    return access.is_admin or access.role == "manager"
