"""People and teams, for those who give them something to do."""

from collections.abc import Collection

from django.db.models import QuerySet

from metadata.kernel.errors import NotFound
from metadata.models import Agent, ApiToken, Identity, Team, TeamMembership


def people() -> QuerySet[Identity]:
    """Everybody who can have an account here; external workers have none."""
    return Identity.objects.exclude(email=None)


def person_of(agent_id: int) -> Identity:
    found = people().filter(agent_id=agent_id).first()
    if found is None:
        raise NotFound
    return found


def tokens_of(agent_id: int) -> QuerySet[ApiToken]:
    """A person's tokens, revoked ones too."""
    return ApiToken.objects.filter(agent_id=agent_id)


def usable_tokens(agent_id: int) -> QuerySet[ApiToken]:
    """Those that were not revoked, the newest first."""
    return tokens_of(agent_id).filter(revoked_at=None).order_by("-id")


def teams() -> QuerySet[Team]:
    return Team.objects.all()


def team_members(team_id: int) -> QuerySet[TeamMembership]:
    """Who is in a team now; NotFound if there is none."""
    if not is_team(team_id):
        raise NotFound
    return TeamMembership.objects.select_related("agent__identity").filter(team_id=team_id, ended_at=None)


def active_identity(email: str) -> Identity | None:
    """The person who signs in with this address, unless they were shut out."""
    return Identity.objects.filter(email=email.strip().lower(), is_active=True).first()


def is_active_person(agent_id: int) -> bool:
    """Whether somebody signs in as this agent and was not shut out."""
    return Agent.objects.filter(pk=agent_id, identity__is_active=True).exists()


def team_choices() -> list[tuple[int, str]]:
    """Every team by name."""
    return list(Team.objects.order_by("name").values_list("pk", "name"))


def names_of(agent_ids: Collection[int]) -> dict[int, str]:
    """What each of these agents is called: by name, else address, else the key they came with."""
    found = Identity.objects.filter(agent_id__in=agent_ids).values_list(
        "agent_id", "name", "email", "external_key"
    )
    return {agent: name or email or key or str(agent) for agent, name, email, key in found}


def team_named(team_id: int | None) -> str:
    if team_id is None:
        return ""
    found = Team.objects.filter(pk=team_id).values_list("name", flat=True).first()
    return found or ""


def is_team(team_id: int) -> bool:
    return Team.objects.filter(pk=team_id).exists()


def is_outsourced(team_id: int | None) -> bool:
    """Whether it is a vendor's team, whose people see only what is assigned to it."""
    return team_id is not None and Team.objects.filter(pk=team_id, kind=Team.Kind.OUTSOURCED).exists()
