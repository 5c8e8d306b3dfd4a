"""What a caller is to a dataset. A foreign dataset is as good as none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from metadata.kernel.errors import NotFound
from metadata.kernel.fields import Field, declared_fields
from metadata.models import Batch, Dataset, DatasetMembership, Identity, Item, RefusedLine
from metadata.selectors.access import Caller

NOWHERE: Final = 0  # a number that no row has

Role = DatasetMembership.Role


@dataclass(frozen=True)
class DatasetAccess:
    """A dataset and the caller's role in it."""

    dataset: Dataset
    role: str | None
    is_admin: bool


def datasets_of(caller: Caller) -> QuerySet[Dataset]:
    """The datasets a caller may know of; the one place where that is decided."""
    return _with_role(caller, Role.values)


def steered_datasets(caller: Caller) -> QuerySet[Dataset]:
    """The unarchived datasets a caller may import into and label."""
    return _with_role(caller, [Role.MANAGER]).filter(archived_at=None)


def _with_role(caller: Caller, roles: Collection[str]) -> QuerySet[Dataset]:
    datasets = Dataset.objects.order_by("-id")
    if caller.is_admin:
        return datasets
    return datasets.filter(
        memberships__agent_id=caller.agent_id, memberships__ended_at=None, memberships__role__in=roles
    )


def nothing_here(caller: Caller) -> NotFound:
    """For a number that nothing has: after as many statements as for what is not theirs, so that time tells neither."""
    try:
        dataset_for(caller, NOWHERE)
    except NotFound as missing:
        return missing
    raise AssertionError("no dataset is numbered so")


def dataset_for(caller: Caller, dataset_id: int) -> DatasetAccess:
    """The dataset and the caller's role in it; NotFound also for one that is not theirs to see."""
    dataset = datasets_of(caller).filter(pk=dataset_id).first()
    if dataset is None:
        raise NotFound
    role = role_in_dataset(dataset_id, caller.agent_id)
    return DatasetAccess(dataset=dataset, role=role, is_admin=caller.is_admin)


def role_in_dataset(dataset_id: int, agent_id: int) -> str | None:
    """The role an agent holds in a dataset itself."""
    return (
        DatasetMembership.objects.filter(dataset_id=dataset_id, agent_id=agent_id, ended_at=None)
        .values_list("role", flat=True)
        .first()
    )


def unarchived_dataset(dataset_id: int) -> Dataset | None:
    """The dataset, for services whose caller has passed a policy."""
    return Dataset.objects.filter(pk=dataset_id, archived_at=None).first()


def batches_of(dataset_id: int) -> QuerySet[Batch]:
    """A dataset's deliveries with where each came from."""
    return Batch.objects.select_related("source").filter(dataset_id=dataset_id)


def batch_of(dataset_id: int, batch_id: int) -> Batch | None:
    """A batch, if it is one of this dataset."""
    return Batch.objects.filter(pk=batch_id, dataset_id=dataset_id).first()


def refused_lines(batch_id: int) -> QuerySet[RefusedLine]:
    return RefusedLine.objects.filter(batch_id=batch_id)


def members_of(dataset_id: int) -> QuerySet[DatasetMembership]:
    """Who has a role in a dataset now."""
    found = DatasetMembership.objects.select_related("agent__identity")
    return found.filter(dataset_id=dataset_id, ended_at=None)


def item_count(dataset_id: int) -> int:
    """Items in use."""
    return Item.objects.filter(dataset_id=dataset_id, archived_at=None).count()


def batch_for(caller: Caller, batch_id: int) -> tuple[Batch, DatasetAccess]:
    """The batch and the caller's access to its dataset, or NotFound."""
    batch = Batch.objects.filter(pk=batch_id, dataset__in=datasets_of(caller).order_by()).first()
    if batch is None:
        raise NotFound
    return batch, dataset_for(caller, batch.dataset_id)


def manages_something(caller: Caller) -> bool:
    """Whether the caller is an admin, steers a dataset, or was given the permission to add one."""
    if caller.is_admin or steered_datasets(caller).exists():
        return True
    return Identity.objects.filter(
        Q(user_permissions__codename="add_dataset") | Q(groups__permissions__codename="add_dataset"),
        agent_id=caller.agent_id,
        is_active=True,
    ).exists()


def declared_of(dataset_id: int) -> tuple[Field, ...]:
    """The fields that a dataset declares for its items."""
    return declared_fields(Dataset.objects.values_list("fields", flat=True).get(pk=dataset_id))


def dataset_named(named: str) -> int | None:
    """For commands on the machine itself: a dataset in use by its number or its name, the oldest of that name."""
    used = Dataset.objects.filter(archived_at=None)
    is_number = named.isdecimal() and len(named) < 16
    found = used.filter(pk=int(named)) if is_number else used.filter(name=named)
    return found.order_by("pk").values_list("pk", flat=True).first()
