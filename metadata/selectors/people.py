"""People and teams, for those who give them something to do."""

from collections.abc import Collection

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


def names_of(agent_ids: Collection[int]) -> dict[int, str]:
    """What each of these agents is called: by name, else address, else the key they came with."""
    found = Identity.objects.filter(agent_id__in=agent_ids).values_list(
        "agent_id", "name", "email", "external_key"
    )
    return {agent: name or email or key or str(agent) for agent, name, email, key in found}


def is_team(team_id: int) -> bool:
    return Team.objects.filter(pk=team_id).exists()
