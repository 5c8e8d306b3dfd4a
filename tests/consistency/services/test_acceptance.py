"""A vendor's batch from the sample to the verdict: blind, by seed, and decided once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from consistency.selectors.acceptance import Wanted, judged_tasks
from consistency.services import acceptance
from consistency.services.acceptance import SampleNotLabeled
from labeling.errors import DeliveryDecided
from labeling.models import Annotation, DeliveredTask, Delivery
from labeling.selectors.deliveries import returned_tasks
from labeling.services import desk, rounds
from metadata.kernel.errors import DomainError
from metadata.selectors.access import ALL_SCOPES, Caller
from tests.conftest import Cast
from tests.labeling.services.test_deliveries import Vendor, vendor_of

WHOLE = Wanted(quality=10.0, level="III")


@pytest.fixture
def vendor(cast: Cast) -> Vendor:
    return vendor_of(cast)


def signed(vendor: Vendor) -> Delivery:
    vendor.label(vendor.person)
    return vendor.sign()


def expert_of(vendor: Vendor) -> Caller:
    return Caller(vendor.cast.expert.agent_id, False, ALL_SCOPES)


def check(vendor: Vendor, wrong: int = 0) -> int:
    """The expert labels the sample, so many of it otherwise than the vendor did; how many in all."""
    done = 0
    while isinstance(given := desk.claim(expert_of(vendor), vendor.project.pk), desk.ClaimedTask):
        vendor.answer(expert_of(vendor), given.task_id, code=2 if done < wrong else 1)
        done += 1
    return done


def test_the_same_seed_draws_the_same_sample(vendor: Vendor) -> None:
    made = signed(vendor)
    acceptance.draw_sample(made, Wanted(quality=4.0, level="S-1"), seed=7, by=None)
    drawn = set(
        DeliveredTask.objects.filter(delivery=made, is_sampled=True).values_list("task_id", flat=True)
    )
    DeliveredTask.objects.update(is_sampled=False)
    Delivery.objects.update(state="signed", check_round=None)
    acceptance.draw_sample(made, Wanted(quality=4.0, level="S-1"), seed=7, by=None)
    assert drawn == set(
        DeliveredTask.objects.filter(delivery=made, is_sampled=True).values_list("task_id", flat=True)
    )
    assert 0 < len(drawn) < made.size


def test_experts_label_the_sample_apart_from_the_vendors_answers(vendor: Vendor) -> None:
    made = acceptance.draw_sample(signed(vendor), WHOLE, seed=1, by=None)
    given = desk.claim(expert_of(vendor), vendor.project.pk)
    assert isinstance(given, desk.ClaimedTask)
    assert made.check_round is not None
    assert given.round_id == made.check_round.pk
    assert not Annotation.objects.filter(task_id=given.task_id).exists()
    check(vendor)
    answers = Annotation.objects.filter(task__round=made.check_round)
    assert answers.count() == made.sample
    assert set(answers.values_list("independent", "agent_id")) == {(True, vendor.cast.expert.agent_id)}


def test_the_sample_comes_before_what_experts_had_begun(vendor: Vendor) -> None:
    made = signed(vendor)
    rounds.open_round(vendor.project.pk, name="Ours", places_per_task=2, repeats_items=True, by=None)
    assert len(vendor.label(expert_of(vendor), most=1)) == 1
    made = acceptance.draw_sample(made, WHOLE, seed=1, by=None)
    given = desk.claim(expert_of(vendor), vendor.project.pk)
    assert isinstance(given, desk.ClaimedTask)
    assert made.check_round is not None
    assert given.round_id == made.check_round.pk


def test_a_batch_is_concluded_only_once_the_sample_is_labeled(vendor: Vendor) -> None:
    made = acceptance.draw_sample(signed(vendor), WHOLE, seed=1, by=None)
    with pytest.raises(SampleNotLabeled):
        acceptance.conclude(made, reason="", by=None)
    assert check(vendor) == made.sample
    assert acceptance.conclude(made, reason="", by=None).state == "accepted"


def test_a_batch_with_too_many_wrong_goes_back_with_the_reason(vendor: Vendor) -> None:
    made = acceptance.draw_sample(signed(vendor), Wanted(quality=0.01, level="III"), seed=1, by=None)
    assert (made.sample, made.tolerated) == (4, 0)
    check(vendor, wrong=1)
    done = acceptance.conclude(made, reason="Billing is about money.", by=vendor.cast.manager.agent_id)
    assert (done.state, done.wrong) == ("returned", 1)
    (wrong,) = done.tasks.filter(is_wrong=True)
    assert wrong.differences == [{"prompt": "What is the message about?", "kind": "class"}]
    assert len(returned_tasks(vendor.project.pk, vendor.person.agent_id)) == 4


def test_what_the_vendor_changes_after_signing_is_not_what_is_judged(vendor: Vendor) -> None:
    made = acceptance.draw_sample(signed(vendor), WHOLE, seed=1, by=None)
    for first in Annotation.objects.filter(agent_id=vendor.person.agent_id, revision=0):
        vendor.answer(vendor.person, first.task_id, code=2, revises=first.pk)
    check(vendor)
    assert [one.is_wrong for one in judged_tasks(made)] == [False] * 4


def test_a_difference_within_the_tolerance_is_not_wrong(vendor: Vendor) -> None:
    made = acceptance.draw_sample(signed(vendor), WHOLE, seed=1, by=None)
    check(vendor, wrong=4)
    assert [one.is_wrong for one in judged_tasks(made)] == [True] * 4
    Delivery.objects.filter(pk=made.pk).update(plan=made.plan | {"tolerance": 0.99})
    made.refresh_from_db()
    assert {one.is_wrong for one in judged_tasks(made)} == {True}, "another class is as far as can be"


@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_decide_at_once_one_does(cast: Cast) -> None:
    vendor = vendor_of(cast)
    made = acceptance.draw_sample(signed(vendor), WHOLE, seed=1, by=None)
    check(vendor)

    def concluded(_: int) -> str:
        try:
            return acceptance.conclude(made, reason="", by=None).state
        except DomainError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        told = sorted(threads.map(concluded, range(4)))
    assert told == ["accepted"] + [DeliveryDecided.code] * 3
