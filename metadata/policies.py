"""Who may do what with datasets, agents and jobs. Each policy is one sentence over what selectors found."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol, TypeAlias

from metadata.kernel import permission

Access: TypeAlias = permission.Access
require = permission.require


class Person(Protocol):
    @property
    def is_admin(self) -> bool: ...


class Bearer(Protocol):
    """Somebody who calls under some scopes."""

    @property
    def scopes(self) -> frozenset[str]: ...


def can_see_dataset(access: Access) -> bool:
    """Managers and experts of a dataset browse it; labelers see items only through their tasks."""
    return access.is_admin or access.role in ("manager", "expert")


def can_manage_dataset(access: Access) -> bool:
    """Managers and admins rename, import, share, close versions and delete."""
    return access.is_admin or access.role == "manager"


def can_cancel_job(caller: Person, dataset: Access | None, *, is_own: bool) -> bool:
    """Who asked for the work, managers of the dataset it is about, and admins."""
    return is_own or caller.is_admin or (dataset is not None and can_manage_dataset(dataset))


def can_create_dataset(caller: Person, *, manages_something: bool) -> bool:
    """Admins, and whoever steers a dataset already or was given the permission to add one."""
    return caller.is_admin or manages_something


def can_administer(caller: Person) -> bool:
    """Only admins see everybody and let people in or out."""
    return caller.is_admin


def can_invite(caller: Person, *, manages_something: bool) -> bool:
    """Who steers something finds people by name, to give them a role in it."""
    return caller.is_admin or manages_something


def can_issue_scopes(caller: Bearer, scopes: Collection[str]) -> bool:
    """Nobody gives away more than they came with: a token makes no stronger token."""
    return caller.scopes.issuperset(scopes)
