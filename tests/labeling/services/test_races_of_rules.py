"""Races over what rounds, reviewers and windows may do at once, with a connection each."""

import random
from collections import Counter
from itertools import count

import pytest

from labeling.errors import AnswerChanged, DraftChanged, TaskNotLeased
from labeling.models import Annotation, Draft, Place, Resolution, Review, Vote
from labeling.selectors.drafts import own_drafts
from labeling.services import annotations, desk, drafts, gold, profiles, reviews, rounds
from metadata.models import Item, VersionMember
from metadata.selectors.access import ALL_SCOPES, Caller
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, add_items, bench_of
from tests.labeling.services.test_annotations import answered
from tests.labeling.services.test_races import CLIENTS, at_once, crowd

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("ordering", ["finish", "spread", "plain", "shuffle"])
def test_twenty_clients_in_a_round_with_gold_fill_each_place_once_and_meet_gold_once(
    cast: Cast, ordering: str
) -> None:
    add_items(cast.dataset.pk, 120)
    items = list(Item.objects.order_by("pk").values_list("pk", flat=True))
    question = cast.project.questions.get().pk
    gold.set_gold(question, [(item, {"class": 1}) for item in items[::6]], by=None)
    made = rounds.open_round(
        cast.project.pk, name="Mixed", places_per_task=2, ordering=ordering, gold_share=20, seed=1, by=None
    )
    body = {"guideline_version": made.guideline_version_id, "answers": {"topic": {"class": 1}}}

    def label(caller: Caller) -> list[str]:
        outcomes: list[str] = []
        following: desk.ClaimedTask | desk.NoTask | None = desk.claim(caller, cast.project.pk)
        while isinstance(following, desk.ClaimedTask):
            accepted = annotations.submit(
                caller,
                following.task_id,
                key=f"race-{caller.agent_id}-{len(outcomes)}",
                body=body,
                holding=[],
            )
            outcomes.append("accepted")
            following = accepted.next
        return outcomes

    outcomes = at_once(label, crowd(cast, CLIENTS))
    ordinary = Annotation.objects.filter(pool__gold=False)
    on_gold = Annotation.objects.filter(pool__gold=True)
    assert set(Place.objects.filter(pool__gold=False).values_list("taken", "held")) == {(2, 0)}
    assert set(Place.objects.filter(pool__gold=True).values_list("held", flat=True)) == {0}
    assert ordinary.count() == 200 == Vote.objects.count()
    assert ordinary.count() + on_gold.count() == outcomes["accepted"]
    assert set(Counter(Annotation.objects.values_list("agent_id", "task_id")).values()) == {1}
    assert 20 <= on_gold.count() <= 85  # at a fifth of what is handed out: 50
    assert profiles.recount(question) == []


def test_of_twenty_decisions_at_once_the_last_is_the_accepted_answer(cast: Cast) -> None:
    bench = bench_of(cast, items=1, places=1)
    labeler = bench.callers[0]
    _task, accepted = answered(bench, labeler, 1)
    experts = [Caller(who.agent_id, False, ALL_SCOPES) for who in (cast.expert, cast.manager)]

    def decide(caller: Caller) -> list[str]:
        if caller.agent_id == cast.expert.agent_id:
            reviews.review_answer(caller, accepted.annotation_id, verdict="accepted")
            return ["accepted"]
        answers = {"topic": {"class": 2}}
        reviews.review_answer(
            caller, accepted.annotation_id, verdict="corrected", reason="No.", answers=answers
        )
        return ["corrected"]

    assert at_once(decide, experts * 10) == {"accepted": 10, "corrected": 10}
    last = Review.objects.latest("pk")
    assert Resolution.objects.latest("pk").value == {"class": 1 if last.verdict == "accepted" else 2}
    current = VersionMember.objects.get(kind=3, subject=last.task.item_id, valid_to=None)
    assert current.row == Resolution.objects.latest("pk").pk
    corrections = Annotation.objects.filter(agent_id=cast.manager.agent_id)
    assert corrections.count() == 10
    assert not corrections.filter(seat__isnull=False).exists()
    assert Vote.objects.filter(current=True).count() == 1


def test_what_a_labeler_changes_while_it_is_reviewed_is_either_seen_or_not_independent(cast: Cast) -> None:
    bench = bench_of(cast, items=40, places=1)
    labeler = bench.callers[0]
    answers = [answered(bench, labeler, 1) for _ in range(40)]
    expert = Caller(cast.expert.agent_id, False, ALL_SCOPES)

    def work(caller: Caller) -> list[str]:
        outcomes: list[str] = []
        for task, accepted in answers:
            try:
                if caller is labeler:
                    body = {**bench.body(2), "revises": accepted.annotation_id}
                    annotations.submit(caller, task, key=f"better-{task}", body=body)
                    outcomes.append("revised")
                else:
                    reviews.review_answer(
                        caller, accepted.annotation_id, verdict="returned", reason="Look again."
                    )
                    outcomes.append("reviewed")
            except AnswerChanged:
                outcomes.append("changed")
        return outcomes

    outcomes = at_once(work, [labeler, expert])
    assert outcomes["revised"] == 40
    assert outcomes["reviewed"] + outcomes["changed"] == 40
    judged = {one.task_id: one.annotation.revision for one in Review.objects.select_related("annotation")}
    for made in Annotation.objects.filter(agent_id=labeler.agent_id, revision__gt=0):
        was_judged = judged.get(made.task_id, made.revision) < made.revision
        assert made.independent is not was_judged
        assert Vote.objects.get(annotation__task_id=made.task_id, current=True).code == (
            1 if was_judged else 2
        )
    assert profiles.recount(bench.project.questions.get().pk) == []


def test_twenty_windows_that_save_at_once_lose_nothing_unseen(bench: Bench) -> None:
    caller = bench.callers[0]
    given = desk.claim(caller, bench.project.pk)
    assert isinstance(given, desk.ClaimedTask)
    numbers = count(1)
    written: dict[int, int] = {}

    def save(who: Caller) -> list[str]:
        outcomes: list[str] = []
        rng, base = random.Random(next(numbers)), 0
        for _ in range(10):
            marker = rng.randrange(10**9)
            try:
                saved = drafts.save_draft(
                    who,
                    given.task_id,
                    answers={"topic": {"note": marker}},
                    guideline_version=bench.guideline,
                    base=base,
                )
            except DraftChanged:
                base = Draft.objects.get().saves
                outcomes.append("told")
            else:
                assert saved.saves not in written
                written[saved.saves] = marker
                base = saved.saves
                outcomes.append("saved")
        return outcomes

    outcomes = at_once(save, [caller] * CLIENTS)
    assert outcomes["told"] > 0
    kept = Draft.objects.get()
    assert sorted(written) == list(range(1, outcomes["saved"] + 1))
    assert (kept.saves, kept.answers) == (outcomes["saved"], {"topic": {"note": written[kept.saves]}})


def test_a_window_that_saves_while_another_submits_leaves_no_work_behind(bench: Bench) -> None:
    caller = bench.callers[0]
    given = desk.claim(caller, bench.project.pk)
    assert isinstance(given, desk.ClaimedTask)
    numbers = count()

    def work(who: Caller) -> list[str]:
        window = next(numbers)
        try:
            if window == 7:
                annotations.submit(who, given.task_id, key="the-submit", body=bench.body())
                return ["submitted"]
            drafts.save_draft(
                who,
                given.task_id,
                answers={"topic": {"class": 2}},
                guideline_version=bench.guideline,
                over=True,
            )
        except TaskNotLeased:
            return ["over"]
        return ["saved"]

    outcomes = at_once(work, [caller] * CLIENTS)
    assert outcomes["submitted"] == 1
    assert own_drafts(bench.project.pk, caller.agent_id) == []
    assert Annotation.objects.get().seat == 1
