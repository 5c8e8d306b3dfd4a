"""Invitations: a link that lets somebody into a project in one role; needs no mail server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from labeling import policies
from labeling.models import Project, ProjectMembership
from labeling.services import members
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors import people
from metadata.services import accounts, links

if TYPE_CHECKING:
    from labeling.selectors.access import ProjectAccess
    from metadata.models import Identity, OneTimeLink

Role = ProjectMembership.Role


def invite(
    project_id: int, role: str, team_id: int | None = None, *, by: int | None, hours: int = 168
) -> str:
    """The secret of a link that makes its bearer a member of the project."""
    if role not in Role.values:
        raise InvalidInput(fields={"role": f"must be one of {', '.join(Role.values)}"})
    if team_id is not None and not people.is_team(team_id):
        raise InvalidInput(fields={"team": "there is no such team"})
    return accounts.issue_link(
        links.INVITE,
        invitation={"project": project_id, "role": role, "team": team_id},
        by=by,
        hours=hours,
    )


def invite_to_team(access: ProjectAccess, *, by: int, hours: int = 168) -> str:
    """A lead's link: its bearer labels in the lead's team, as long as the lead still leads it when it is used."""
    team_id = _led(access)
    return accounts.issue_link(
        links.INVITE,
        invitation={"project": access.project.pk, "role": Role.LABELER, "team": team_id, "lead": by},
        by=by,
        hours=hours,
    )


def _led(access: ProjectAccess) -> int:
    if not policies.can_lead(access) or access.team_id is None:
        raise NotFound
    return access.team_id


@transaction.atomic
def accept_as_new(token: str, *, email: str, name: str, password: str) -> Identity:
    """Uses the invitation up and makes its bearer a person who can come back by password."""
    link = _redeemed(token)
    identity = accounts.create_identity(
        email,
        name,
        password=password,
        is_admin=bool(link.invitation.get("is_admin")),
        by=link.created_by_id,
    )
    _grant(link, identity.agent_id)
    return identity


@transaction.atomic
def accept_as_known(token: str, agent_id: int) -> None:
    """Uses the invitation up for somebody who has an account."""
    _grant(_redeemed(token), agent_id)


def _redeemed(token: str) -> OneTimeLink:
    link = accounts.redeem_link(token)
    if link.purpose != links.INVITE:
        raise accounts.LinkNotUsable
    return link


def _grant(link: OneTimeLink, agent_id: int) -> None:
    project_id = link.invitation.get("project")
    if project_id is None:
        return
    if not Project.objects.filter(pk=project_id).exists():
        raise NotFound("The project of this invitation is gone.")
    lead, team_id = link.invitation.get("lead"), link.invitation.get("team")
    held = ProjectMembership.objects.filter(project_id=project_id, agent_id=agent_id, ended_at=None).first()
    if held is not None and (lead is not None or held.role in (Role.ADMIN, Role.MANAGER)):
        return  # an invitation never takes rights away, and a lead's moves nobody
    if lead is not None and (team_id is None or not _leads(project_id, team_id, lead)):
        raise accounts.LinkNotUsable
    members.add_member(project_id, agent_id, link.invitation["role"], team_id, by=link.created_by_id)


def _leads(project_id: int, team_id: int, agent_id: int) -> bool:
    leading = ProjectMembership.objects.filter(
        project_id=project_id, team_id=team_id, agent_id=agent_id, role=Role.VENDOR_LEAD, ended_at=None
    )
    return leading.exists()
