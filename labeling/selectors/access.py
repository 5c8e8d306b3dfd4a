"""What a caller is to a project. A foreign project is as good as none."""

from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from labeling.models import Project, ProjectMembership
from metadata.kernel.errors import NotFound
from metadata.selectors.access import Caller

Role = ProjectMembership.Role
NOWHERE: Final = 0  # a number that no row has


@dataclass(frozen=True)
class ProjectAccess:
    project: Project
    role: str | None
    team_id: int | None
    is_admin: bool
    most_tasks: int | None = None
    team_only: bool = False
    is_paused: bool = False


def projects_of(caller: Caller) -> QuerySet[Project]:
    """The projects a caller may know of; the one place where that is decided."""
    projects = Project.objects.select_related("dataset").order_by("-id")
    if caller.is_admin:
        return projects
    return projects.filter(memberships__agent_id=caller.agent_id, memberships__ended_at=None)


def nothing_here(caller: Caller) -> NotFound:
    """For a number that nothing has: after as many statements as for what is not theirs, so that time tells neither."""
    try:
        project_for(caller, NOWHERE)
    except NotFound as missing:
        return missing
    raise AssertionError("no project is numbered so")


def project_for(caller: Caller, project_id: int) -> ProjectAccess:
    project = projects_of(caller).filter(pk=project_id).first()
    member = ProjectMembership.objects.filter(
        project_id=project_id, agent_id=caller.agent_id, ended_at=None
    ).first()
    if project is None:
        raise NotFound
    return ProjectAccess(
        project=project,
        role=member.role if member else None,
        team_id=member.team_id if member else None,
        is_admin=caller.is_admin or bool(member and member.role == Role.ADMIN),
        most_tasks=member.most_tasks if member else None,
        is_paused=member is not None and member.withheld,
        team_only=member is not None and member.team_only and not caller.is_admin,
    )
