"""Marking a task for those who review: ambiguous, unreadable, needs an expert. The task stays with its labeler."""

from __future__ import annotations

from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from labeling.models import Assignment, Flag, Task
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors.access import Caller
from metadata.services import events

FLAGS: Final = (Flag.Kind.AMBIGUOUS, Flag.Kind.UNREADABLE, Flag.Kind.NEEDS_EXPERT)
COMMENT_LENGTH: Final = 500

# Whoever has or had the task may mark it, as long as they are a member of its project.
_HAD = """
SELECT r.project_id FROM labeling_assignment a JOIN labeling_task t ON t.id = a.task_id
JOIN labeling_round r ON r.id = t.round_id
JOIN labeling_projectmembership m ON m.project_id = r.project_id AND m.agent_id = a.agent_id AND m.ended_at IS NULL
WHERE a.task_id = %s AND a.agent_id = %s AND a.state = ANY(%s)
"""


# Into the lane that is read first: what was given back.
_EXPERTS_FIRST = """
UPDATE labeling_place p SET lane = 0, pos = nextval('labeling_place_pos')
FROM labeling_pool l WHERE l.id = p.pool_id AND l.experts AND NOT l.gold AND p.task_id = %s AND p.open AND p.lane NOT IN (0, 1000)
"""


@transaction.atomic
def flag_task(caller: Caller, task_id: int, *, kind: str, comment: str = "") -> Flag:
    """Marks a task; marked again the same way, the comment is replaced and the mark stands open again."""
    if kind not in FLAGS:
        raise InvalidInput(fields={"kind": f"must be one of {', '.join(FLAGS)}"})
    project_id = _project_of(caller, task_id)
    flag, _ = Flag.objects.update_or_create(
        task_id=task_id,
        agent_id=caller.agent_id,
        kind=kind,
        defaults={"comment": comment[:COMMENT_LENGTH], "settled_at": None, "settled_by": None},
    )
    show_experts_first(task_id)
    events.append(
        "task.flagged",
        project_id=project_id,
        subject_id=task_id,
        agent_id=caller.agent_id,
        payload={"kind": kind},
    )
    return flag


def show_experts_first(task_id: int) -> None:
    """What somebody marked or could not answer comes to the experts before the rest, where they have places."""
    with connection.cursor() as cursor:
        cursor.execute(_EXPERTS_FIRST, [task_id])


def settle_flags(task: Task, *, by: int) -> int:
    """Somebody looked at what was marked; how many marks that settled."""
    return Flag.objects.filter(task=task, settled_at=None).update(settled_at=timezone.now(), settled_by_id=by)


def _project_of(caller: Caller, task_id: int) -> int:
    held = [Assignment.State.LEASED, Assignment.State.DONE, Assignment.State.LAPSED]
    with connection.cursor() as cursor:
        cursor.execute(_HAD, [task_id, caller.agent_id, [int(state) for state in held]])
        found = cursor.fetchone()
    if found is None:
        raise NotFound
    return int(found[0])
