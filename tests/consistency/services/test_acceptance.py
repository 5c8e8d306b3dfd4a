"""A vendor's batch from the sample to the verdict: blind, by seed, and decided once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from consistency.selectors.acceptance import Wanted, judged_tasks
from consistency.services import acceptance
from consistency.services.acceptance import SampleNotLabeled
from labeling.errors import DeliveryDecided
from labeling.models import Annotation, DeliveredTask, Delivery, Task
from labeling.selectors.deliveries import returned_tasks
from labeling.services import deliveries, desk, members, reviews, rounds, withdrawals
from metadata.kernel.errors import DomainError, InvalidInput
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import items
from tests.conftest import Cast, member
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


def archived(vendor: Vendor, tasks: list[int]) -> None:
    ids = list(Task.objects.filter(pk__in=tasks).values_list("item_id", flat=True))
    items.archive(vendor.project.dataset_id, ids, by=vendor.cast.manager.agent_id)
    withdrawals.settle(ids)


def sample_of(made: Delivery) -> set[int]:
    return set(made.tasks.filter(is_sampled=True).values_list("task_id", flat=True))


HALF = Wanted(quality=6.5, level="I")  # two of four


def test_an_item_archived_during_the_check_is_replaced_by_another_of_the_batch(vendor: Vendor) -> None:
    made = acceptance.draw_sample(signed(vendor), HALF, seed=1, by=None)
    before = sample_of(made)
    assert len(before) == 2
    archived(vendor, [min(before)])
    assert check(vendor) == 1
    going_on = acceptance.conclude(made, reason="", by=None)
    assert (going_on.state, going_on.sample) == ("checking", 2)
    after = sample_of(made)
    assert after - before
    assert before - after == {min(before)}
    with pytest.raises(SampleNotLabeled):
        acceptance.conclude(going_on, reason="", by=None)
    assert check(vendor) == 1
    done = acceptance.conclude(going_on, reason="", by=None)
    assert (done.state, done.wrong, done.sample) == ("accepted", 0, 2)


def test_what_an_expert_labeled_before_it_was_archived_still_counts(vendor: Vendor) -> None:
    made = acceptance.draw_sample(signed(vendor), HALF, seed=1, by=None)
    assert check(vendor, wrong=2) == 2
    archived(vendor, sorted(sample_of(made)))
    done = acceptance.conclude(made, reason="Read on.", by=None)
    assert (done.state, done.wrong, done.sample) == ("returned", 2, 2)


def test_where_nothing_is_left_to_draw_the_rest_of_the_sample_decides(vendor: Vendor) -> None:
    made = acceptance.draw_sample(signed(vendor), WHOLE, seed=1, by=None)
    archived(vendor, sorted(sample_of(made))[:3])
    assert check(vendor) == 1
    done = acceptance.conclude(made, reason="", by=None)
    assert (done.state, done.sample, done.wrong) == ("accepted", 1, 0)


def test_what_was_archived_before_the_draw_is_not_drawn(vendor: Vendor) -> None:
    made = signed(vendor)
    gone = sorted(made.tasks.values_list("task_id", flat=True))[:2]
    archived(vendor, gone)
    made = acceptance.draw_sample(made, WHOLE, seed=1, by=None)
    assert not sample_of(made) & set(gone)
    assert check(vendor) == made.sample == 2
    assert acceptance.conclude(made, reason="", by=None).state == "accepted"


def test_a_batch_whose_items_are_all_archived_has_no_sample(vendor: Vendor) -> None:
    made = signed(vendor)
    archived(vendor, list(made.tasks.values_list("task_id", flat=True)))
    with pytest.raises(InvalidInput):
        acceptance.draw_sample(made, WHOLE, seed=1, by=None)


def test_an_expert_who_answered_an_item_elsewhere_or_reviewed_the_vendors_answer_does_not_check_it(
    vendor: Vendor,
) -> None:
    made = signed(vendor)
    mine = rounds.open_round(vendor.project.pk, name="Ours", places_per_task=1, repeats_items=True, by=None)
    (answered,) = vendor.label(expert_of(vendor), most=1)
    rounds.set_round_state(mine.pk, "closed", by=None)
    tasks = sorted(made.tasks.values_list("task_id", flat=True))
    met = Task.objects.get(pk=answered).item_id
    (reviewed, *_) = [task for task in tasks if Task.objects.get(pk=task).item_id != met]
    answer = Annotation.objects.get(task_id=reviewed, agent_id=vendor.person.agent_id)
    reviews.review_answer(expert_of(vendor), answer.pk, verdict="accepted")
    acceptance.draw_sample(made, WHOLE, seed=1, by=None)
    assert check(vendor) == 2, "neither the one they answered nor the one whose answer they saw"
    other = member("edda")
    members.add_member(vendor.project.pk, other.agent_id, "expert", by=None)
    assert len(vendor.label(Caller(other.agent_id, False, ALL_SCOPES))) == 2
    assert acceptance.conclude(made.__class__.objects.get(pk=made.pk), reason="", by=None).state == "accepted"


def test_the_expert_of_a_returned_batch_may_check_it_again(vendor: Vendor) -> None:
    made = acceptance.draw_sample(signed(vendor), WHOLE, seed=1, by=None)
    check(vendor, wrong=4)
    acceptance.conclude(made, reason="No.", by=None)
    for first in Annotation.objects.filter(agent_id=vendor.person.agent_id, revision=0):
        vendor.answer(vendor.person, first.task_id, code=2, revises=first.pk)
    again = acceptance.draw_sample(vendor.sign(), WHOLE, seed=2, by=None)
    assert check(vendor, wrong=4) == 4
    done = acceptance.conclude(again, reason="", by=None)
    assert (done.state, done.wrong) == ("accepted", 0)


def test_a_departed_persons_answers_are_judged_as_they_stood(vendor: Vendor) -> None:
    made = acceptance.draw_sample(signed(vendor), Wanted(quality=0.01, level="III"), seed=1, by=None)
    deliveries.remove_from_team(vendor.access, vendor.person.agent_id, by=vendor.lead.agent_id)
    check(vendor, wrong=1)
    assert [one.is_wrong for one in judged_tasks(made)].count(True) == 1
    returned = acceptance.conclude(made, reason="No.", by=None)
    assert returned.state == "returned"
    assert returned_tasks(vendor.project.pk, vendor.person.agent_id) == []
    again = vendor.sign()
    assert set(again.tasks.values_list("task_id", flat=True)) == set(
        made.tasks.values_list("task_id", flat=True)
    )


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
