"""A page of tasks at once: handed out one by one like any other, so that every lease and place is an ordinary one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db import transaction

from labeling.services import desk
from labeling.services.desk import ClaimedTask, NoTask
from metadata.kernel.errors import InvalidInput
from metadata.selectors.access import Caller

MOST_AT_ONCE: Final = 200
IN_ONE_COMMIT: Final = 25


@dataclass(frozen=True)
class ClaimedPage:
    """Tasks in somebody's hands, and why there are no more."""

    tasks: tuple[ClaimedTask, ...]
    reason: NoTask | None


def claim_page(caller: Caller, project_id: int, *, most: int, holding: list[int]) -> ClaimedPage:
    """The next tasks, at most so many together with what the caller is `holding`: what is leased already comes first.

    A commit for some of them at a time: each takes the same locks as a claim by itself, in the same order.
    """
    if not 1 <= most <= MOST_AT_ONCE:
        raise InvalidInput(fields={"most": f"from 1 to {MOST_AT_ONCE}"})
    if len(holding) > MOST_AT_ONCE:
        raise InvalidInput(fields={"holding": f"at most {MOST_AT_ONCE} task numbers"})
    held = list(holding)
    found: list[ClaimedTask] = []
    while len(found) < most:
        with transaction.atomic():
            for _ in range(min(IN_ONE_COMMIT, most - len(found))):
                given = desk.claim(caller, project_id, holding=held)
                if isinstance(given, NoTask):
                    return ClaimedPage(tuple(found), given)
                found.append(given)
                held.append(given.task_id)
    return ClaimedPage(tuple(found), None)
