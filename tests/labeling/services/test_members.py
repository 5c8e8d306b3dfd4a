"""A role in a project gives what it needs of the dataset, and takes it along when it ends."""

import datetime as dt

import pytest
from django.utils import timezone

from labeling.models import Assignment, ProjectMembership
from labeling.services import desk, members, projects
from metadata.selectors.datasets import role_in_dataset
from metadata.services import datasets
from metadata.services.datasets import LastManager
from tests.conftest import QUESTIONS, Cast
from tests.labeling.services.conftest import Bench


def role_of(cast: Cast, name: str) -> str | None:
    return role_in_dataset(cast.dataset.pk, cast[name].agent_id)


def test_an_expert_who_is_removed_loses_the_dataset_too(cast: Cast) -> None:
    assert role_of(cast, "expert") == "expert"
    members.remove_member(cast.project.pk, cast.expert.agent_id, by=None)
    assert role_of(cast, "expert") is None


def test_who_becomes_a_labeler_sees_the_dataset_no_more(cast: Cast) -> None:
    members.add_member(cast.project.pk, cast.expert.agent_id, "labeler", by=None)
    assert role_of(cast, "expert") is None
    assert ProjectMembership.objects.get(agent_id=cast.expert.agent_id).role == "labeler"


def test_another_project_of_the_dataset_keeps_what_it_gives(cast: Cast) -> None:
    second = projects.create_project(
        dataset_id=cast.dataset.pk, name="Second", questions=QUESTIONS, by=cast.manager.agent_id
    )
    members.add_member(second.pk, cast.expert.agent_id, "manager", by=None)
    assert role_of(cast, "expert") == "manager"
    members.remove_member(second.pk, cast.expert.agent_id, by=None)
    assert role_of(cast, "expert") == "expert"


def test_a_role_given_in_the_dataset_is_not_lowered_by_joining_a_project(cast: Cast) -> None:
    datasets.grant(cast.dataset.pk, cast.labeler.agent_id, "manager", by=None)
    members.add_member(cast.project.pk, cast.labeler.agent_id, "expert", by=None)
    assert role_of(cast, "labeler") == "manager"


def test_a_dataset_is_not_left_without_a_manager(cast: Cast) -> None:
    members.add_member(cast.project.pk, cast.labeler.agent_id, "manager", by=None)
    datasets.grant(cast.dataset.pk, cast.labeler.agent_id, "expert", by=None)
    with pytest.raises(LastManager):
        members.remove_member(cast.project.pk, cast.manager.agent_id, by=None)
    assert ProjectMembership.objects.get(agent_id=cast.manager.agent_id).ended_at is None


def test_what_a_removed_person_held_goes_back_with_the_next_sweep(bench: Bench) -> None:
    leaver = bench.callers[0]
    held = desk.claim(leaver, bench.project.pk)
    assert isinstance(held, desk.ClaimedTask)
    Assignment.objects.filter(agent_id=leaver.agent_id).update(due=timezone.now() + dt.timedelta(hours=1))
    members.remove_member(bench.project.pk, leaver.agent_id, by=None)
    due = Assignment.objects.get(agent_id=leaver.agent_id).due
    assert due is not None
    assert due <= timezone.now()
