"""One row a privileged action; the database refuses to change or delete it."""

from collections.abc import Mapping

from metadata.kernel.json_guard import Json
from metadata.models import AuditEntry


def record(
    action: str,
    *,
    agent_id: int | None,
    dataset_id: int | None = None,
    subject: str = "",
    detail: Mapping[str, Json] | None = None,
) -> None:
    """Notes who did what to which thing; opaque ids only, since an erased person must not live on here."""
    AuditEntry.objects.create(
        action=action,
        agent_id=agent_id,
        dataset_id=dataset_id,
        subject=subject[:200],
        detail=dict(detail or {}),
    )
