"""Acceptance of a vendor's batch: a sample drawn by seed, labeled blind by experts, and the verdict that the plan gives."""

from __future__ import annotations

import random
import secrets
from typing import TYPE_CHECKING, Final

from django.db import transaction

from consistency.selectors.acceptance import Wanted, judged_tasks, plan_of
from labeling.services import deliveries
from metadata.kernel.errors import Conflict

if TYPE_CHECKING:
    from labeling.models import Delivery

SEEDS: Final = 2**31


class SampleNotLabeled(Conflict):
    """Experts have not labeled the whole sample yet."""

    code = "sample_not_labeled"


def draw_sample(delivery: Delivery, wanted: Wanted, *, by: int | None, seed: int | None = None) -> Delivery:
    """Draws as many of the batch's tasks as the plan says, and hands their items to experts.

    The same seed draws the same tasks of the same batch, whoever repeats it. What was archived since is not drawn.
    """
    plan = plan_of(delivery.size, wanted)
    seed = secrets.randbelow(SEEDS) if seed is None else seed
    tasks = drawable_tasks(delivery)
    drawn = random.Random(seed).sample(tasks, min(plan.size, len(tasks)))
    return deliveries.begin_check(
        delivery.pk, drawn, plan=wanted.as_json(), tolerated=plan.tolerated, seed=seed, by=by
    )


def drawable_tasks(delivery: Delivery) -> list[int]:
    """What is not in the sample, of items that are in use."""
    left = delivery.tasks.filter(is_sampled=False, task__item__archived_at=None)
    return list(left.order_by("task_id").values_list("task_id", flat=True))


@transaction.atomic
def conclude(delivery: Delivery, *, reason: str, by: int | None) -> Delivery:
    """Accepts or returns the batch as its plan says, once experts have labeled the whole sample.

    Items of it that were archived before are replaced first, by others of the batch while there are any: then it is still
    being checked.
    """
    judged = judged_tasks(delivery)
    if any(one.is_wrong is None and not one.is_gone for one in judged):
        raise SampleNotLabeled
    if gone := [one.task_id for one in judged if one.is_gone]:
        rest = drawable_tasks(delivery)
        instead = random.Random(f"{delivery.seed} {delivery.sample} {gone}").sample(
            rest, min(len(gone), len(rest))
        )
        delivery = deliveries.replace_in_sample(delivery.pk, gone, instead, by=by)
        if instead:
            return delivery
        judged = [one for one in judged if not one.is_gone]
    found = [(one.task_id, bool(one.is_wrong), one.differences) for one in judged]
    return deliveries.decide(delivery.pk, found, reason=reason, by=by)
