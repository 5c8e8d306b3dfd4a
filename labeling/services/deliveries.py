"""What a vendor's lead does: takes people out of the team, signs finished work off; and how a batch is judged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from labeling import policies
from labeling.errors import DeliveryDecided, NothingToSignOff
from labeling.models import DeliveredTask, Delivery, Pool, ProjectMembership, Round
from labeling.selectors.access import ProjectAccess
from labeling.selectors.deliveries import MOST_SIGNED, newest_annotation, signable_tasks
from labeling.services import desk, members, rounds
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.services import audit, events

NOTE_LENGTH: Final = 500
REASON_LENGTH: Final = 2000
CHECKED_FIRST: Final = 5  # before other rounds: the vendor waits for it


@transaction.atomic
def remove_from_team(access: ProjectAccess, agent_id: int, *, by: int) -> None:
    """A lead takes one of the team's labelers out of the project, from their next click on."""
    policies.require(policies.can_lead(access), access)
    if access.team_id is None:
        raise NotFound
    theirs = ProjectMembership.objects.filter(
        project=access.project,
        team_id=access.team_id,
        agent_id=agent_id,
        role=ProjectMembership.Role.LABELER,
        ended_at=None,
    )
    if not theirs.exists():
        raise NotFound
    members.remove_member(access.project.pk, agent_id, by=by)


@transaction.atomic
def sign_off(access: ProjectAccess, pool_id: int, note: str = "", *, by: int) -> Delivery:
    """A lead hands in what the team finished and did not hand in yet. Of two leads at once, the second finds nothing."""
    policies.require(policies.can_lead(access), access)
    if len(note) > NOTE_LENGTH or "\0" in note:
        raise InvalidInput(fields={"note": f"at most {NOTE_LENGTH} characters, without NUL"})
    pool = (
        Pool.objects.select_for_update(of=("self",))
        .filter(pk=pool_id, gold=False, round__project=access.project)
        .first()
    )
    if pool is None or pool.team_id is None or pool.team_id != access.team_id:
        raise NotFound
    tasks = signable_tasks(pool_id, MOST_SIGNED)
    if not tasks:
        raise NothingToSignOff
    made = Delivery.objects.create(
        pool=pool,
        number=Delivery.objects.filter(pool=pool).count() + 1,
        size=len(tasks),
        note=note.strip(),
        signed_by_id=by,
        signed_head=newest_annotation(),
    )
    DeliveredTask.objects.bulk_create([DeliveredTask(delivery=made, task_id=one) for one in tasks], 5_000)
    _happened("delivery.signed", made, access.project.pk, by, {"tasks": len(tasks)})
    return made


@transaction.atomic
def begin_check(
    delivery_id: int,
    task_ids: Collection[int],
    *,
    plan: Mapping[str, Any],
    tolerated: int,
    seed: int,
    by: int | None,
) -> Delivery:
    """Gives the drawn tasks' items to experts in a round of its own: they see nothing of the vendor's answers."""
    held = held_delivery(delivery_id, Delivery.State.SIGNED)
    drawn = held.tasks.filter(task_id__in=list(task_ids))
    items = list(drawn.order_by("task_id").values_list("task__item_id", flat=True))
    if not items or len(items) != len(set(task_ids)):
        raise InvalidInput(fields={"sample": "holds what is not in the batch"})
    source = held.pool.round
    made = rounds.open_round(
        source.project_id,
        name=f"{source.name[:90]} · check {held.number}",
        kind=Round.Kind.HUMAN_CHECK,
        places_per_task=1,
        experts=1,
        ordering=Round.Ordering.SHUFFLE,
        item_ids=items,
        question_ids=list(source.questions.filter(retired_at=None).values_list("pk", flat=True)),
        seed=seed,
        by=by,
    )
    Round.objects.filter(pk=made.pk).update(rank=CHECKED_FIRST)
    _show_to_experts(source.project_id)
    drawn.update(is_sampled=True)
    held.state = Delivery.State.CHECKING
    held.check_round = made
    held.plan = dict(plan)
    held.sample, held.tolerated, held.seed = len(items), tolerated, seed
    held.save(update_fields=["state", "check_round", "plan", "sample", "tolerated", "seed"])
    _happened("delivery.sampled", held, source.project_id, by, {"sample": len(items)})
    return held


@transaction.atomic
def replace_in_sample(
    delivery_id: int, gone: Collection[int], instead: Collection[int], *, by: int | None
) -> Delivery:
    """Takes tasks whose items were archived out of the sample and gives others of the batch to the experts for them."""
    held = held_delivery(delivery_id, Delivery.State.CHECKING)
    leaving = held.tasks.filter(task_id__in=list(gone), is_sampled=True)
    coming = held.tasks.filter(task_id__in=list(instead), is_sampled=False)
    if held.check_round_id is None or leaving.count() != len(gone) or coming.count() != len(instead):
        raise InvalidInput(fields={"sample": "holds what is not in the batch"})
    items = list(coming.order_by("task_id").values_list("task__item_id", flat=True))
    leaving.update(is_sampled=False)
    if items:
        rounds.add_items(held.check_round_id, items, by=by)
        held.tasks.filter(task__item_id__in=items).update(is_sampled=True)
    held.sample = held.tasks.filter(is_sampled=True).count()
    held.save(update_fields=["sample"])
    project_id = held.pool.round.project_id
    _show_to_experts(project_id)
    _happened("delivery.sample_replaced", held, project_id, by, {"gone": len(gone), "instead": len(items)})
    return held


@transaction.atomic
def decide(
    delivery_id: int,
    judged: Sequence[tuple[int, bool, list[dict[str, str]]]],
    *,
    reason: str,
    by: int | None,
) -> Delivery:
    """Accepts the batch if at most the tolerated number of its sample is wrong, else returns it, with the reason.

    `judged` holds each task of the sample, whether it is wrong and in which way. What is returned is the vendor's to
    look at again; the check is over, so its round closes.
    """
    held = held_delivery(delivery_id, Delivery.State.CHECKING)
    if len(reason) > REASON_LENGTH or "\0" in reason:
        raise InvalidInput(fields={"reason": f"at most {REASON_LENGTH} characters, without NUL"})
    sampled = {one.task_id: one for one in held.tasks.filter(is_sampled=True)}
    if {task for task, _, _ in judged} != set(sampled) or held.tolerated is None:
        raise InvalidInput(fields={"sample": "is not judged as a whole"})
    for task, is_wrong, differences in judged:
        sampled[task].is_wrong, sampled[task].differences = is_wrong, differences
    DeliveredTask.objects.bulk_update(sampled.values(), ["is_wrong", "differences"], 1_000)
    held.wrong = sum(is_wrong for _, is_wrong, _ in judged)
    is_accepted = held.wrong <= held.tolerated
    if not is_accepted and not reason.strip():
        raise InvalidInput(fields={"reason": "say what was wrong: the vendor works by it"})
    held.state = Delivery.State.ACCEPTED if is_accepted else Delivery.State.RETURNED
    held.reason, held.decided_at, held.decided_by_id = reason.strip(), timezone.now(), by
    held.decided_head = newest_annotation()
    held.save(update_fields=["wrong", "state", "reason", "decided_at", "decided_by", "decided_head"])
    project_id = held.pool.round.project_id
    if held.check_round_id is not None:
        rounds.set_round_state(held.check_round_id, Round.State.CLOSED, by=by)
    _happened(f"delivery.{held.state}", held, project_id, by, {"wrong": held.wrong, "sample": held.sample})
    audit.record(f"delivery.{held.state}", agent_id=by, subject=f"delivery {held.pk}")
    return held


def _show_to_experts(project_id: int) -> None:
    deciding = ProjectMembership.objects.filter(
        project_id=project_id, ended_at=None, role__in=policies.DECIDING
    )
    desk.show_new_places(project_id, deciding.values_list("agent_id", flat=True))


def held_delivery(delivery_id: int, state: str) -> Delivery:
    """Locked, so that of two people who go on with it the second is told."""
    held = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("pool__round")
        .filter(pk=delivery_id)
        .first()
    )
    if held is None:
        raise NotFound
    if held.state != state:
        raise DeliveryDecided
    return held


def _happened(
    kind: str, delivery: Delivery, project_id: int, by: int | None, payload: dict[str, Any]
) -> None:
    events.append(kind, project_id=project_id, subject_id=delivery.pk, agent_id=by, payload=payload)
