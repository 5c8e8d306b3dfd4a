"""Projects that came from another tool."""

from __future__ import annotations

from labeling.models import Project, Round


def migrated_before(
    round_name: str, name: str, *, dataset_id: int | None, agent_id: int | None
) -> Project | None:
    """The project of that name which holds such a round: in that dataset, or, where none is named, one the same
    person made."""
    found = Project.objects.filter(
        name=name, dataset__archived_at=None, rounds__kind=Round.Kind.IMPORTED, rounds__name=round_name
    ).exclude(state=Project.State.ARCHIVED)
    found = (
        found.filter(created_by_id=agent_id) if dataset_id is None else found.filter(dataset_id=dataset_id)
    )
    return found.order_by("pk").first()
