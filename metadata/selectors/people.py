"""People and teams, for those who give them something to do."""

from metadata.models import Agent, Identity, Team


def active_identity(email: str) -> Identity | None:
    """The person who signs in with this address, unless they were shut out."""
    return Identity.objects.filter(email=email.strip().lower(), is_active=True).first()


def is_active_person(agent_id: int) -> bool:
    """Whether somebody signs in as this agent and was not shut out."""
    return Agent.objects.filter(pk=agent_id, identity__is_active=True).exists()


def team_choices() -> list[tuple[int, str]]:
    """Every team by name."""
    return list(Team.objects.order_by("name").values_list("pk", "name"))


def is_team(team_id: int) -> bool:
    return Team.objects.filter(pk=team_id).exists()
