"""Who works in a project."""

from django.db import transaction
from django.utils import timezone

from labeling.errors import LastManager
from labeling.models import Project, ProjectMembership
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors.datasets import Role as DatasetRole
from metadata.selectors.people import is_active_person
from metadata.services import audit, datasets, events

Role = ProjectMembership.Role


@transaction.atomic
def add_member(
    project_id: int, agent_id: int, role: str, team_id: int | None = None, *, by: int | None
) -> ProjectMembership:
    """Gives an agent a role in a project; who steers or decides there also sees its dataset."""
    if role not in Role.values:
        raise InvalidInput(fields={"role": f"must be one of {', '.join(Role.values)}"})
    if not is_active_person(agent_id):
        raise NotFound("There is no such active person.", fields={"agent": "unknown"})
    project = Project.objects.select_for_update().get(pk=project_id)
    before = ProjectMembership.objects.filter(project=project, agent_id=agent_id).first()
    if (
        before is not None
        and before.role in (Role.MANAGER, Role.ADMIN)
        and role not in (Role.MANAGER, Role.ADMIN)
    ):
        _keep_a_manager(project_id, besides=agent_id)
    member, _ = ProjectMembership.objects.update_or_create(
        project=project, agent_id=agent_id, defaults={"role": role, "team_id": team_id, "ended_at": None}
    )
    if role in (Role.ADMIN, Role.MANAGER):
        datasets.grant(project.dataset_id, agent_id, DatasetRole.MANAGER, by=by)
    elif role == Role.EXPERT:
        datasets.grant(project.dataset_id, agent_id, DatasetRole.EXPERT, by=by)
    events.append(
        "member.added", project_id=project_id, subject_id=agent_id, agent_id=by, payload={"role": role}
    )
    audit.record(
        "member.added", agent_id=by, subject=f"project {project_id}, agent {agent_id}", detail={"role": role}
    )
    return member


@transaction.atomic
def remove_member(project_id: int, agent_id: int, *, by: int | None) -> None:
    """Ends a membership; leases of the person lapse at once."""
    Project.objects.select_for_update().get(pk=project_id)
    member = ProjectMembership.objects.filter(project_id=project_id, agent_id=agent_id, ended_at=None).first()
    if member is None:
        raise NotFound
    if member.role in (Role.MANAGER, Role.ADMIN):
        _keep_a_manager(project_id, besides=agent_id)
    member.ended_at = timezone.now()
    member.save(update_fields=["ended_at"])
    events.append("member.removed", project_id=project_id, subject_id=agent_id, agent_id=by)
    audit.record("member.removed", agent_id=by, subject=f"project {project_id}, agent {agent_id}")


def _keep_a_manager(project_id: int, *, besides: int) -> None:
    others = ProjectMembership.objects.filter(
        project_id=project_id, role__in=(Role.MANAGER, Role.ADMIN), ended_at=None
    ).exclude(agent_id=besides)
    if not others.exists():
        raise LastManager
