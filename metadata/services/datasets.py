"""Datasets: made, renamed, archived, shared and deleted."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from django.db import connection, transaction
from django.utils import timezone

from metadata.kernel.errors import Conflict, InvalidInput, NotFound
from metadata.kernel.fields import declared_fields
from metadata.kernel.json_guard import Json, guard_json
from metadata.models import Dataset, DatasetMembership, Identity, Job, Version
from metadata.services import audit, events, jobs, leftovers

LONGEST_NAME: Final = 120
LONGEST_DESCRIPTION: Final = 20_000
DELETE_JOB: Final = "metadata.delete_dataset"
Role = DatasetMembership.Role
Eraser: TypeAlias = Callable[[int], None]
_erasers: list[Eraser] = []


class LastManager(Conflict):
    """A dataset keeps at least one manager."""

    code = "last_manager"


class DatasetArchived(Conflict):
    """The dataset is archived; restore it first."""

    code = "dataset_archived"


def register_eraser(eraser: Eraser) -> None:
    """An upper app says how to delete what it holds about a dataset; called before the dataset goes."""
    if eraser not in _erasers:
        _erasers.append(eraser)


@transaction.atomic
def create_dataset(
    *,
    name: str,
    description: str = "",
    fields: Sequence[object] = (),
    by: int | None,
    demo: bool = False,
) -> Dataset:
    """An empty dataset with its first open version; its maker becomes its manager."""
    _check_words(name, description)
    dataset = Dataset.objects.create(
        name=name.strip(),
        description=description,
        fields=_declared(fields),
        leaf_key=secrets.token_bytes(32),
        created_by_id=by,
        demo=demo,
    )
    Version.objects.create(dataset=dataset, number=1)
    if by is not None:
        DatasetMembership.objects.create(dataset=dataset, agent_id=by, role=Role.MANAGER)
    events.append("dataset.created", dataset_id=dataset.pk, subject_id=dataset.pk, agent_id=by)
    audit.record("dataset.created", agent_id=by, dataset_id=dataset.pk)
    return dataset


def _declared(fields: Sequence[object]) -> list[dict[str, object]]:
    guard_json(list(fields), root="fields")
    return [field.as_json() for field in declared_fields(list(fields))]


def _check_words(name: str, description: str) -> None:
    wrong: dict[str, str] = {}
    if not name.strip() or len(name) > LONGEST_NAME or "\0" in name:
        wrong["name"] = f"1 to {LONGEST_NAME} characters"
    if len(description) > LONGEST_DESCRIPTION or "\0" in description:
        wrong["description"] = f"at most {LONGEST_DESCRIPTION} characters"
    if wrong:
        raise InvalidInput(fields=wrong)


def _locked(dataset_id: int) -> Dataset:
    dataset = Dataset.objects.select_for_update().filter(pk=dataset_id).first()
    if dataset is None:
        raise NotFound
    return dataset


@transaction.atomic
def update_dataset(
    dataset_id: int,
    *,
    name: str | None = None,
    description: str | None = None,
    fields: Sequence[object] | None = None,
    by: int | None,
) -> Dataset:
    """New words, or a new declaration of fields: items keep the values they have."""
    dataset = _locked(dataset_id)
    _check_words(
        dataset.name if name is None else name, dataset.description if description is None else description
    )
    if name is not None:
        dataset.name = name.strip()
    if description is not None:
        dataset.description = description
    if fields is not None:
        dataset.fields = _declared(fields)
    dataset.save(update_fields=["name", "description", "fields"])
    _note("dataset.changed", dataset_id, by)
    return dataset


def rename(dataset_id: int, name: str, *, by: int | None) -> Dataset:
    return update_dataset(dataset_id, name=name, by=by)


@transaction.atomic
def archive(dataset_id: int, *, by: int | None) -> Dataset:
    """Takes a dataset out of the lists; nothing is lost."""
    dataset = _locked(dataset_id)
    if dataset.archived_at is None:
        dataset.archived_at = timezone.now()
        dataset.save(update_fields=["archived_at"])
        _note("dataset.archived", dataset_id, by)
    return dataset


@transaction.atomic
def restore(dataset_id: int, *, by: int | None) -> Dataset:
    dataset = _locked(dataset_id)
    if dataset.archived_at is not None:
        dataset.archived_at = None
        dataset.save(update_fields=["archived_at"])
        _note("dataset.restored", dataset_id, by)
    return dataset


def _note(kind: str, dataset_id: int, by: int | None) -> None:
    events.append(kind, dataset_id=dataset_id, subject_id=dataset_id, agent_id=by)
    audit.record(kind, agent_id=by, dataset_id=dataset_id)


@transaction.atomic
def grant(dataset_id: int, agent_id: int, role: str, *, by: int | None) -> DatasetMembership:
    """Gives a person a role in a dataset, or changes it."""
    if role not in Role.values:
        raise InvalidInput(fields={"role": f"must be one of {', '.join(Role.values)}"})
    if not Identity.objects.filter(agent_id=agent_id, is_active=True).exists():
        raise NotFound("There is no such active person.", fields={"agent": "unknown"})
    _locked(dataset_id)
    if role != Role.MANAGER:
        _keep_a_manager(dataset_id, agent_id)
    membership, _ = DatasetMembership.objects.update_or_create(
        dataset_id=dataset_id, agent_id=agent_id, defaults={"role": role, "ended_at": None}
    )
    events.append(
        "dataset.granted", dataset_id=dataset_id, subject_id=agent_id, agent_id=by, payload={"role": role}
    )
    audit.record(
        "dataset.granted",
        agent_id=by,
        dataset_id=dataset_id,
        subject=f"agent {agent_id}",
        detail={"role": role},
    )
    return membership


@transaction.atomic
def revoke(dataset_id: int, agent_id: int, *, by: int | None) -> None:
    """Ends a person's role in a dataset at once."""
    _locked(dataset_id)
    membership = DatasetMembership.objects.filter(
        dataset_id=dataset_id, agent_id=agent_id, ended_at=None
    ).first()
    if membership is None:
        raise NotFound
    _keep_a_manager(dataset_id, agent_id)
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    events.append("dataset.revoked", dataset_id=dataset_id, subject_id=agent_id, agent_id=by)
    audit.record("dataset.revoked", agent_id=by, dataset_id=dataset_id, subject=f"agent {agent_id}")


def _keep_a_manager(dataset_id: int, besides: int) -> None:
    managers = DatasetMembership.objects.filter(dataset_id=dataset_id, role=Role.MANAGER, ended_at=None)
    if managers.filter(agent_id=besides).exists() and not managers.exclude(agent_id=besides).exists():
        raise LastManager


@transaction.atomic
def delete_dataset(dataset_id: int, *, by: int | None) -> Job:
    """Archives the dataset now and deletes it, with everything the other apps hold about it, by a job."""
    archive(dataset_id, by=by)
    audit.record("dataset.deleted", agent_id=by, dataset_id=dataset_id)
    return jobs.enqueue(DELETE_JOB, args={"dataset": dataset_id}, by=by)


def run_deletion(context: jobs.JobContext) -> dict[str, Json]:
    """The job of delete_dataset; safe to run twice."""
    return {"deleted": delete_now(int(context.args["dataset"]), by=context.agent_id)}


@transaction.atomic
def delete_now(dataset_id: int, *, by: int | None = None) -> bool:
    """Deletes a dataset wholly or not at all; False if it is gone already."""
    if not Dataset.objects.select_for_update().filter(pk=dataset_id).exists():
        return False
    for erase in _erasers:
        erase(dataset_id)
    leftovers.mark_left(dataset_id)
    with connection.cursor() as cursor:
        for statement in _DELETIONS:
            cursor.execute(statement, [dataset_id])
    Dataset.objects.filter(pk=dataset_id).delete()
    events.append("dataset.deleted", subject_id=dataset_id, agent_id=by)
    leftovers.remove_version_files(dataset_id)
    return True


# Bulk rows by set-wise statements; Django's cascade would load each of them.
_DELETIONS = (
    "DELETE FROM metadata_versionmember WHERE dataset_id = %s",
    "DELETE FROM metadata_facet WHERE dataset_id = %s",
    "DELETE FROM metadata_part x USING metadata_item i WHERE i.dataset_id = %s AND x.item_id = i.id",
    "DELETE FROM metadata_itemrevision x USING metadata_item i WHERE i.dataset_id = %s AND x.item_id = i.id",
    "UPDATE metadata_item SET parent_id = NULL WHERE dataset_id = %s AND parent_id IS NOT NULL",
    "DELETE FROM metadata_item WHERE dataset_id = %s",
)
