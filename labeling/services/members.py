"""Who works in a project."""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from labeling.errors import LastManager
from labeling.models import Assignment, Project, ProjectMembership, QueuePosition
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors import people
from metadata.selectors.datasets import Role as DatasetRole
from metadata.selectors.datasets import role_in_dataset
from metadata.services import audit, datasets, events

Role = ProjectMembership.Role
LONG_DUE = dt.timedelta(hours=1)
GIVES: dict[str, str] = {
    Role.ADMIN: DatasetRole.MANAGER,
    Role.MANAGER: DatasetRole.MANAGER,
    Role.EXPERT: DatasetRole.EXPERT,
}


@transaction.atomic
def add_member(
    project_id: int,
    agent_id: int,
    role: str,
    team_id: int | None = None,
    *,
    by: int | None,
    most_tasks: int | None = None,
    exam_id: int | None = None,
) -> ProjectMembership:
    """Gives an agent a role in a project; who steers or decides there also sees its dataset."""
    if role not in Role.values:
        raise InvalidInput(fields={"role": f"must be one of {', '.join(Role.values)}"})
    if not people.is_active_person(agent_id):
        raise NotFound("There is no such active person.", fields={"agent": "unknown"})
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    before = ProjectMembership.objects.filter(project=project, agent_id=agent_id).first()
    was_deciding = before is not None and before.ended_at is None and before.role in GIVES
    if (
        before is not None
        and before.role in (Role.MANAGER, Role.ADMIN)
        and role not in (Role.MANAGER, Role.ADMIN)
    ):
        _keep_a_manager(project_id, besides=agent_id)
    team_only = role not in GIVES and people.is_outsourced(team_id)
    member, _ = ProjectMembership.objects.update_or_create(
        project=project,
        agent_id=agent_id,
        defaults={
            "role": role,
            "team_id": team_id,
            "team_only": team_only,
            "most_tasks": most_tasks,
            "exam_id": exam_id,
            "ended_at": None,
        },
    )
    if before is not None and (before.role, before.team_id) != (role, team_id):
        _begin_anew(project_id, agent_id)
    if role in GIVES or was_deciding:
        _level_dataset(project.dataset_id, agent_id, may_lower=was_deciding, by=by)
    events.append(
        "member.added", project_id=project_id, subject_id=agent_id, agent_id=by, payload={"role": role}
    )
    audit.record(
        "member.added", agent_id=by, subject=f"project {project_id}, agent {agent_id}", detail={"role": role}
    )
    return member


@transaction.atomic
def remove_member(project_id: int, agent_id: int, *, by: int | None) -> None:
    """Ends a membership, and with it what the role gave: the dataset too, unless another project there gives it.

    What the person had in their hands is due at once, so that the next sweep hands it to others.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=project_id)
    member = ProjectMembership.objects.filter(project_id=project_id, agent_id=agent_id, ended_at=None).first()
    if member is None:
        raise NotFound
    if member.role in (Role.MANAGER, Role.ADMIN):
        _keep_a_manager(project_id, besides=agent_id)
    end_membership(project_id, agent_id)
    if member.role in GIVES:
        _level_dataset(project.dataset_id, agent_id, may_lower=True, by=by)
    events.append("member.removed", project_id=project_id, subject_id=agent_id, agent_id=by)
    audit.record("member.removed", agent_id=by, subject=f"project {project_id}, agent {agent_id}")


def _begin_anew(project_id: int, agent_id: int) -> None:
    """In another team or role other places are theirs: what they hold is due, and they find their queues again."""
    QueuePosition.objects.filter(agent_id=agent_id, pool__round__project_id=project_id).delete()
    _make_due(project_id, agent_id)


def end_membership(project_id: int, agent_id: int) -> None:
    """From now on they get nothing more, and what they hold is due; harmless where it has ended already."""
    held = _in_hand(project_id, agent_id).order_by("pk").select_for_update(of=("self",), no_key=True)
    list(held.values_list("pk"))  # first, as by an answer on its way, which then asks for the membership
    ProjectMembership.objects.filter(project_id=project_id, agent_id=agent_id, ended_at=None).update(
        ended_at=timezone.now()
    )
    _make_due(project_id, agent_id)


def _make_due(project_id: int, agent_id: int) -> None:
    # So long ago that a sweep in this very transaction finds it.
    _in_hand(project_id, agent_id).update(due=timezone.now() - LONG_DUE)


def _in_hand(project_id: int, agent_id: int) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        agent_id=agent_id, task__round__project_id=project_id, state=Assignment.State.LEASED
    )


def _level_dataset(dataset_id: int, agent_id: int, *, may_lower: bool, by: int | None) -> None:
    """Gives somebody of a dataset what their roles in its projects give, and no more: its files hold every vote.

    A role that was given in the dataset itself stays until a role in a project ends or changes (`may_lower`).
    """
    held = ProjectMembership.objects.filter(project__dataset_id=dataset_id, agent_id=agent_id, ended_at=None)
    given = {GIVES[role] for role in held.values_list("role", flat=True) if role in GIVES}
    strongest = next((role for role in (DatasetRole.MANAGER, DatasetRole.EXPERT) if role in given), None)
    has = role_in_dataset(dataset_id, agent_id)
    if strongest is not None and (
        has is None or (has != strongest and (may_lower or has == DatasetRole.EXPERT))
    ):
        datasets.grant(dataset_id, agent_id, strongest, by=by)
    elif strongest is None and has is not None and may_lower:
        datasets.revoke(dataset_id, agent_id, by=by)


def _keep_a_manager(project_id: int, *, besides: int) -> None:
    others = ProjectMembership.objects.filter(
        project_id=project_id, role__in=(Role.MANAGER, Role.ADMIN), ended_at=None
    ).exclude(agent_id=besides)
    if not others.exists():
        raise LastManager
