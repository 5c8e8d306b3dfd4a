"""Who sees figures about agreement, and who has them measured."""

from __future__ import annotations

from typing import TypeAlias

from metadata.kernel import permission

Access: TypeAlias = permission.Access
require = permission.require

STEERING = frozenset({"admin", "manager"})
DECIDING = STEERING | {"expert"}


def can_see_agreement(access: Access) -> bool:
    """Those who decide; never those who still label, since the figures tell what others said."""
    return access.is_admin or access.role in DECIDING


def can_measure(access: Access) -> bool:
    """Those who decide may keep a report."""
    return can_see_agreement(access)


def can_accept(access: Access) -> bool:
    """Managers and admins accept or return what a vendor signed off."""
    return access.is_admin or access.role in STEERING


def can_invite(access: Access) -> bool:
    """Managers and admins bring in more labelers where the figures say that too few answered."""
    return access.is_admin or access.role in STEERING
