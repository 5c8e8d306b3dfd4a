"""Which bytes a task opens to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from labeling.models import Assignment, Task
from labeling.policies import can_review
from labeling.selectors.access import project_for
from metadata.kernel.errors import NotFound
from metadata.selectors.access import Caller
from metadata.selectors.parts import asset_of_part

if TYPE_CHECKING:
    from metadata.models import Asset

OPEN_TO_ITS_LABELER = (Assignment.State.LEASED, Assignment.State.DONE, Assignment.State.LAPSED)


def task_asset(caller: Caller, task_id: int, part_id: int) -> Asset:
    """The asset behind a part of a task's item: for members who hold or held the task, and for those who review."""
    task = Task.objects.select_related("round").filter(pk=task_id).first()
    if task is None:
        raise NotFound
    access = project_for(caller, task.round.project_id)
    if not can_review(access):
        held = Assignment.objects.filter(task=task, agent_id=caller.agent_id, state__in=OPEN_TO_ITS_LABELER)
        if not held.exists():
            raise NotFound
    asset = asset_of_part(part_id, item_id=task.item_id)
    if asset is None:
        raise NotFound
    return asset
