"""Which bytes a task opens to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from labeling.models import Assignment, Task
from labeling.policies import can_manage, can_review
from labeling.selectors.access import nothing_here, project_for
from metadata.kernel.errors import NotFound
from metadata.selectors.access import Caller
from metadata.selectors.parts import asset_of_part, first_pictures, item_of_part

if TYPE_CHECKING:
    from metadata.models import Asset

OPEN_TO_ITS_LABELER = (Assignment.State.LEASED, Assignment.State.DONE, Assignment.State.LAPSED)


def task_asset(caller: Caller, task_id: int, part_id: int) -> Asset:
    """The asset behind a part of a task's item: for members who hold or held the task, and for those who review."""
    task = Task.objects.select_related("round").filter(pk=task_id).first()
    # Asked whether or not there is such a task: the time of a refusal tells nothing.
    is_theirs = Assignment.objects.filter(
        task_id=task_id, agent_id=caller.agent_id, state__in=OPEN_TO_ITS_LABELER
    ).exists()
    if task is None:
        raise nothing_here(caller)
    if not can_review(project_for(caller, task.round.project_id)) and not is_theirs:
        raise NotFound
    asset = asset_of_part(part_id, item_id=task.item_id)
    if asset is None:
        raise NotFound
    return asset


def held_pictures(caller: Caller, project_id: int, task_ids: Sequence[int]) -> dict[int, Asset]:
    """By task, the first picture of its item: of those the caller has in hand; others are left out like missing ones."""
    access = project_for(caller, project_id)
    held = Assignment.objects.filter(
        task_id__in=list(task_ids),
        task__round__project_id=access.project.pk,
        agent_id=caller.agent_id,
        state__in=OPEN_TO_ITS_LABELER,
    ).values_list("task_id", "task__item_id")
    item_of = dict(held)
    pictures = first_pictures(item_of.values())
    return {task: pictures[item] for task, item in item_of.items() if item in pictures}


def examples_in(questions: Sequence[Mapping[str, Any]]) -> set[int]:
    """The items that these questions show as examples of their classes."""
    return {
        item
        for question in questions
        for one in question["spec"].get("classes", ())
        for items in one.get("examples", {}).values()
        for item in items
    }


def example_asset(caller: Caller, project_id: int, part_id: int) -> Asset:
    """The asset behind a part of an example, for every member; any item of its dataset for those who manage."""
    access = project_for(caller, project_id)
    item_id = item_of_part(part_id, dataset_id=access.project.dataset_id)
    guideline = access.project.guideline_versions.order_by("-major", "-minor").first()
    shown = examples_in(guideline.questions) if guideline else set()
    if item_id is None or (item_id not in shown and not can_manage(access)):
        raise NotFound
    asset = asset_of_part(part_id, item_id=item_id)
    if asset is None:
        raise NotFound
    return asset
