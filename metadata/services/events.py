"""The log that upper apps fold: one Event with each change, in the same transaction."""

from collections.abc import Mapping

from metadata.kernel.json_guard import Json
from metadata.models import Event


def append(
    kind: str,
    *,
    dataset_id: int | None = None,
    project_id: int | None = None,
    subject_id: int | None = None,
    agent_id: int | None = None,
    payload: Mapping[str, Json] | None = None,
) -> None:
    """Notes that something happened; call it inside the transaction that makes it happen."""
    Event.objects.create(
        kind=kind,
        dataset_id=dataset_id,
        project_id=project_id,
        subject_id=subject_id,
        agent_id=agent_id,
        payload=dict(payload or {}),
    )
