"""Teams: who belongs together, in-house, outsourced or from a crowd."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from metadata.kernel.errors import Conflict, InvalidInput, NotFound
from metadata.models import Agent, Team, TeamMembership
from metadata.services import audit


class TeamNameTaken(Conflict):
    """A team of this name exists."""

    code = "team_name_taken"


@transaction.atomic
def create_team(name: str, kind: str, *, by: int | None) -> Team:
    """A team under a name of its own."""
    if not name.strip() or len(name) > 120 or "\0" in name:
        raise InvalidInput(fields={"name": "1 to 120 characters"})
    if kind not in Team.Kind.values:
        raise InvalidInput(fields={"kind": f"must be one of {', '.join(Team.Kind.values)}"})
    try:
        with transaction.atomic():
            team = Team.objects.create(name=name.strip(), kind=kind)
    except IntegrityError:
        raise TeamNameTaken(fields={"name": "a team of this name exists"}) from None
    audit.record("team.created", agent_id=by, subject=f"team {team.pk}")
    return team


@transaction.atomic
def put_in_team(team_id: int, agent_id: int, *, by: int | None) -> TeamMembership:
    """Makes an agent one of the team, again if they had left."""
    if not Team.objects.filter(pk=team_id).exists() or not Agent.objects.filter(pk=agent_id).exists():
        raise NotFound
    membership, _ = TeamMembership.objects.update_or_create(
        team_id=team_id, agent_id=agent_id, defaults={"ended_at": None}
    )
    audit.record("team.joined", agent_id=by, subject=f"team {team_id}, agent {agent_id}")
    return membership


@transaction.atomic
def take_from_team(team_id: int, agent_id: int, *, by: int | None) -> None:
    """Ends a membership of a team; what the person said stays with it."""
    left = TeamMembership.objects.filter(team_id=team_id, agent_id=agent_id, ended_at=None)
    if not left.update(ended_at=timezone.now()):
        raise NotFound
    audit.record("team.left", agent_id=by, subject=f"team {team_id}, agent {agent_id}")
