"""Repeats: a drawn share of somebody's answers is asked of them again, after a while, in nobody's place."""

import datetime as dt
from dataclasses import dataclass

import pytest
from django.utils import timezone

from consistency.selectors.gold import self_agreement_of
from labeling.errors import TaskNotLeased
from labeling.models import Annotation, Assignment, Place, Round, Tally, Vote
from labeling.selectors.own_answers import last_answers
from labeling.selectors.votes import current_answers
from labeling.services import annotations, desk, drafts, profiles, rounds, withdrawals
from metadata.kernel.errors import InvalidInput
from metadata.models import Item
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import items as item_services
from tests.conftest import Cast
from tests.labeling.services.conftest import add_items
from tests.labeling.services.test_races import at_once

pytestmark = pytest.mark.django_db
ITEMS, SHARE = 60, 30


@dataclass
class Asked:
    """60 items in one place each, of which about a third is asked again a day later."""

    cast: Cast
    round: Round
    caller: Caller

    def submit(self, task: int, code: int = 1, *, key: str = "") -> annotations.Accepted:
        guideline = self.round.guideline_version_id
        body = {"guideline_version": guideline, "answers": {"topic": {"class": code}}}
        return annotations.submit(
            self.caller, task, key=key or f"repeat-{task}-{Annotation.objects.count()}", body=body
        )

    def claim(self) -> desk.ClaimedTask | desk.NoTask:
        return desk.claim(self.caller, self.cast.project.pk)

    def label(self, code: int = 1) -> list[int]:
        done = []
        while isinstance(given := self.claim(), desk.ClaimedTask):
            self.submit(given.task_id, code)
            done.append(given.task_id)
        return done

    def handed(self) -> desk.ClaimedTask:
        given = self.claim()
        assert isinstance(given, desk.ClaimedTask), given
        return given


def a_day_later() -> int:
    """Everything planned is due."""
    return Assignment.objects.filter(state=Assignment.State.PLANNED).update(
        due=timezone.now() - dt.timedelta(seconds=1)
    )


@pytest.fixture
def asked(cast: Cast) -> Asked:
    add_items(cast.dataset.pk, ITEMS)
    opened = rounds.open_round(
        cast.project.pk, name="Twice", places_per_task=1, repeat_share=SHARE, seed=5, by=None
    )
    return Asked(cast, opened, Caller(cast.labeler.agent_id, False, ALL_SCOPES))


def test_a_drawn_share_is_planned_and_not_handed_out_before_its_time(asked: Asked) -> None:
    done = asked.label()
    assert len(done) == len(set(done)) == ITEMS
    planned = Assignment.objects.filter(state=Assignment.State.PLANNED)
    assert 8 <= planned.count() <= 29  # of 60 at 30%: 18, and three standard deviations
    assert set(planned.values_list("repeat", flat=True)) == {1}
    earliest = planned.earliest("due").due
    assert earliest is not None
    assert earliest > timezone.now() + dt.timedelta(hours=23)
    refused = asked.claim()
    assert isinstance(refused, desk.NoTask)
    assert refused.code == "later"


def test_when_they_are_due_each_is_handed_out_once_and_holds_no_place(asked: Asked) -> None:
    asked.label()
    planned = a_day_later()
    again = asked.label(code=2)
    assert len(again) == len(set(again)) == planned
    assert set(Place.objects.values_list("taken", "held")) == {(1, 0)}
    repeats = Annotation.objects.filter(repeat=1)
    assert set(repeats.values_list("task_id", flat=True)) == set(again)
    assert set(repeats.values_list("seat", flat=True)) == {None}
    refused = asked.claim()
    assert isinstance(refused, desk.NoTask)
    assert refused.code == "all_done"


def test_a_repeat_casts_no_vote_and_changes_no_figure(asked: Asked) -> None:
    asked.label()
    question = asked.cast.project.questions.get().pk
    before = [(one.item_id, one.value) for one in current_answers(question)]
    a_day_later()
    assert asked.label(code=2)
    assert Vote.objects.count() == ITEMS
    assert {tuple(codes) for codes in Tally.objects.values_list("codes", flat=True)} == {(1,)}
    assert [(one.item_id, one.value) for one in current_answers(question)] == before
    assert profiles.recount(question) == []


def test_it_shows_how_far_somebody_agrees_with_themselves(asked: Asked) -> None:
    asked.label()
    planned = a_day_later()
    different = asked.handed()
    asked.submit(different.task_id, 2)
    asked.label()
    (score,) = self_agreement_of(asked.cast.project.questions.get().pk).scores
    assert (score.agent, score.answers, score.right) == (asked.caller.agent_id, planned, planned - 1)


def test_the_same_submit_twice_is_one_repeat(asked: Asked) -> None:
    asked.label()
    a_day_later()
    task = asked.handed().task_id
    first = asked.submit(task, key="the-repeat-1")
    again = asked.submit(task, key="the-repeat-1")
    assert (again.annotation_id, again.repeated) == (first.annotation_id, True)
    with pytest.raises(TaskNotLeased):
        asked.submit(task, key="the-repeat-2")
    assert Annotation.objects.filter(task_id=task, repeat=1).count() == 1


def test_while_it_is_in_hand_going_back_does_not_show_what_they_said_then(asked: Asked) -> None:
    asked.label()
    a_day_later()
    task = asked.handed().task_id
    project, agent = asked.cast.project.pk, asked.caller.agent_id
    assert task not in [one.task_id for one in last_answers(project, agent, limit=ITEMS)]
    asked.submit(task)
    assert task in [one.task_id for one in last_answers(project, agent, limit=ITEMS)]


def test_a_lapsed_repeat_is_planned_again_and_frees_no_place(asked: Asked) -> None:
    asked.label()
    a_day_later()
    task = asked.handed().task_id
    Assignment.objects.filter(state=Assignment.State.LEASED).update(
        due=timezone.now() - dt.timedelta(hours=1)
    )
    assert desk.sweep_lapsed_leases() == 1
    assert Assignment.objects.get(task_id=task, repeat=1).state == Assignment.State.PLANNED
    assert set(Place.objects.values_list("taken", "held")) == {(1, 0)}
    assert task in asked.label()


def test_a_skipped_repeat_is_over_and_frees_no_place(asked: Asked) -> None:
    asked.label()
    planned = a_day_later()
    task = asked.handed().task_id
    desk.skip(asked.caller, task, reason="unsure")
    assert set(Place.objects.values_list("taken", "held")) == {(1, 0)}
    assert len(asked.label()) == planned - 1


def test_an_archived_item_is_not_asked_again(asked: Asked) -> None:
    asked.label()
    planned = a_day_later()
    gone = asked.handed()
    item_services.archive(asked.cast.dataset.pk, [gone.item_id], by=None)
    withdrawals.settle([gone.item_id])
    assert set(Place.objects.values_list("taken", "held")) == {(1, 0)}
    assert len(asked.label()) == planned - 1


def test_a_draft_of_a_repeat_is_kept_and_the_first_ones_is_not_shown(asked: Asked) -> None:
    asked.label()
    a_day_later()
    task = asked.handed().task_id
    saved = drafts.save_draft(
        asked.caller,
        task,
        answers={"topic": {"class": 2}},
        guideline_version=asked.round.guideline_version_id,
    )
    assert saved.due is not None
    assert drafts.renew_lease(asked.caller, task).due >= saved.due


def test_a_share_beyond_half_is_refused(cast: Cast) -> None:
    add_items(cast.dataset.pk, 1)
    with pytest.raises(InvalidInput) as refusal:
        rounds.open_round(cast.project.pk, name="Too much", repeat_share=51, repeat_after_minutes=0, by=None)
    assert set(refusal.value.fields) == {"repeat_share", "repeat_after_minutes"}


def test_without_a_share_nothing_is_planned(cast: Cast) -> None:
    add_items(cast.dataset.pk, 5)
    opened = rounds.open_round(cast.project.pk, name="Once", places_per_task=1, by=None)
    Asked(cast, opened, Caller(cast.labeler.agent_id, False, ALL_SCOPES)).label()
    assert not Assignment.objects.filter(repeat__gt=0).exists()
    assert Item.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_twenty_windows_of_one_person_answer_each_repeat_once(asked: Asked) -> None:
    asked.label()
    planned = a_day_later()

    def label(caller: Caller) -> list[str]:
        outcomes: list[str] = []
        while isinstance(given := asked.claim(), desk.ClaimedTask):
            try:
                asked.submit(given.task_id, key=f"window-{id(outcomes)}-{given.task_id}")
                outcomes.append("accepted")
            except TaskNotLeased:
                outcomes.append("late")
        return outcomes

    outcomes = at_once(label, [asked.caller] * 20)
    assert outcomes["accepted"] == planned == Annotation.objects.filter(repeat=1).count()
    assert set(Place.objects.values_list("taken", "held")) == {(1, 0)}
