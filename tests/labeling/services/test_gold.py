"""Gold: known answers mixed in where nobody can tell, held against what people said first."""

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import pytest

from consistency.selectors.gold import gold_scores_of
from labeling.models import Annotation, GoldAnswer, Place, ProfileDelta, Question, Round, Tally, Task, Vote
from labeling.selectors.access import project_for
from labeling.selectors.own_answers import last_answers
from labeling.selectors.projects import own_progress, progress
from labeling.selectors.votes import answered_items, answers_on
from labeling.services import annotations, desk, gold, resolutions, reviews, rounds
from metadata.kernel.errors import InvalidInput
from metadata.models import Event, Item
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.selectors.versions import members_at
from metadata.services import versions
from tests.conftest import Cast
from tests.labeling.services.conftest import add_items

pytestmark = pytest.mark.django_db
ITEMS, KNOWN, SHARE = 120, 30, 20


@dataclass
class Mixed:
    """A round of 120 items of which 30 have a known answer (all of them billing), a fifth of what is handed out."""

    cast: Cast
    round: Round
    question: Question
    items: list[int]

    @property
    def known(self) -> set[int]:
        return set(GoldAnswer.objects.filter(ended_at=None).values_list("item_id", flat=True))

    def is_gold(self, task_id: int) -> bool:
        return Place.objects.get(task_id=task_id).pool.gold

    def body(self, code: int = 1) -> dict[str, object]:
        answers = {"topic": {"class": code}}
        return {"guideline_version": self.round.guideline_version_id, "answers": answers, "active_ms": 900}

    def label(self, caller: Caller, code: int = 1, most: int = 1_000) -> list[int]:
        done: list[int] = []
        while len(done) < most:
            given = desk.claim(caller, self.cast.project.pk)
            if isinstance(given, desk.NoTask):
                break
            annotations.submit(
                caller, given.task_id, key=f"gold-{caller.agent_id}-{given.task_id}", body=self.body(code)
            )
            done.append(given.task_id)
        return done


def mixed_of(
    cast: Cast, *, ordering: str = "finish", places: int = 2, seed: int = 7, share: int = SHARE
) -> Mixed:
    add_items(cast.dataset.pk, ITEMS)
    question = cast.project.questions.get()
    items = list(Item.objects.filter(dataset=cast.dataset).order_by("pk").values_list("pk", flat=True))
    gold.set_gold(question.pk, [(item, {"class": 1}) for item in items[:: ITEMS // KNOWN]], by=None)
    opened = rounds.open_round(
        cast.project.pk,
        name="Mixed",
        places_per_task=places,
        ordering=ordering,
        gold_share=share,
        seed=seed,
        by=None,
    )
    return Mixed(cast, opened, question, items)


@pytest.fixture
def mixed(cast: Cast) -> Mixed:
    return mixed_of(cast)


@pytest.fixture
def caller(cast: Cast) -> Caller:
    return Caller(cast.labeler.agent_id, False, ALL_SCOPES)


@pytest.mark.parametrize("ordering", ["finish", "spread", "plain", "shuffle"])
def test_about_the_share_of_what_somebody_is_handed_is_gold_in_every_order(cast: Cast, ordering: str) -> None:
    mixed = mixed_of(cast, ordering=ordering)
    done = mixed.label(Caller(cast.labeler.agent_id, False, ALL_SCOPES))
    drawn = [mixed.is_gold(task) for task in done]
    assert len(set(done)) == len(done)
    assert drawn.count(False) == ITEMS - KNOWN
    assert 8 <= sum(drawn[:75]) <= 25  # of 75 at a fifth: 15, and three standard deviations
    assert not all(drawn[:10])


def test_what_is_drawn_follows_the_seed_and_differs_between_people(cast: Cast, caller: Caller) -> None:
    mixed = mixed_of(cast, places=5)
    other = Caller(cast.crowd_worker.agent_id, False, ALL_SCOPES)
    drawn = [[task for task in mixed.label(who, most=60) if mixed.is_gold(task)] for who in (caller, other)]
    at = [
        [mixed.is_gold(n.task_id) for n in Annotation.objects.filter(agent_id=who.agent_id).order_by("pk")]
        for who in (caller, other)
    ]
    assert at[0] != at[1]
    assert drawn[0] != drawn[1]


def test_gold_is_asked_of_everybody_and_never_fills(mixed: Mixed, cast: Cast) -> None:
    people = [cast.labeler, cast.crowd_worker, cast.expert, cast.manager]
    for person in people:
        mixed.label(Caller(person.agent_id, False, ALL_SCOPES))
    answered = Counter(Annotation.objects.filter(pool__gold=True).values_list("agent_id", flat=True))
    assert min(answered[who.agent_id] for who in people[:2]) >= 8
    assert set(Place.objects.filter(pool__gold=True).values_list("wanted", flat=True)) == {rounds.GOLD_WANTED}
    assert not Place.objects.filter(pool__gold=True, open=False).exists()
    assert set(Place.objects.filter(pool__gold=False).values_list("taken", "held")) == {(2, 0)}


def test_answers_to_gold_cast_no_votes_and_are_in_no_version(mixed: Mixed, caller: Caller) -> None:
    mixed.label(caller)
    on_gold = Annotation.objects.filter(pool__gold=True)
    assert on_gold.exists()
    assert not Vote.objects.filter(annotation__in=on_gold).exists()
    assert not Tally.objects.filter(item_id__in=mixed.known).exists()
    assert ProfileDelta.objects.count() == Vote.objects.count() == ITEMS - KNOWN
    assert not mixed.known & set(answered_items(mixed.question.pk))
    assert not any(answers_on(mixed.question.pk, sorted(mixed.known)).values())
    version = versions.close_version(mixed.cast.dataset.pk)
    held = {
        one.row
        for chunk in members_at(mixed.cast.dataset.pk, version.number)
        for one in chunk
        if one.kind == 2
    }
    assert held == set(Annotation.objects.filter(pool__gold=False).values_list("pk", flat=True))
    resolutions.resolve_question(mixed.question.pk, by=None)
    assert not mixed.known & set(mixed.question.resolutions.values_list("item_id", flat=True))


def test_the_first_answer_is_scored_whatever_is_corrected_later(mixed: Mixed, caller: Caller) -> None:
    done = [task for task in mixed.label(caller, code=2, most=40) if mixed.is_gold(task)]
    before = gold_scores_of(mixed.question.pk)
    assert [(one.agent, one.answers, one.right, one.share) for one in before.scores] == [
        (caller.agent_id, len(done), 0, 0.0)
    ]
    for task in done:
        head = Annotation.objects.get(task_id=task).pk
        annotations.submit(caller, task, key=f"better-{task}", body={**mixed.body(1), "revises": head})
    assert gold_scores_of(mixed.question.pk) == before
    assert not Vote.objects.filter(annotation__pool__gold=True).exists()


def test_scores_tell_people_apart_with_an_interval(mixed: Mixed, cast: Cast, caller: Caller) -> None:
    careless = Caller(cast.crowd_worker.agent_id, False, ALL_SCOPES)
    mixed.label(caller, code=1, most=80)
    mixed.label(careless, code=2, most=80)
    scores = {one.agent: one for one in gold_scores_of(mixed.question.pk).scores}
    assert (scores[caller.agent_id].share, scores[caller.agent_id].closeness) == (1.0, 1.0)
    assert scores[careless.agent_id].share == 0.0
    assert scores[careless.agent_id].high < scores[caller.agent_id].low
    assert scores[caller.agent_id].enough


def test_no_number_that_a_labeler_sees_tells_gold_from_the_rest(mixed: Mixed, caller: Caller) -> None:
    """Task and item numbers, in the order they are handed out, say as much about gold as a coin."""
    tasks = mixed.label(caller)
    numbers = dict(Task.objects.values_list("pk", "item_id"))
    by_item = sorted(numbers, key=lambda task: numbers[task])
    assert by_item == sorted(numbers)  # gold has its numbers among the others
    steps = [(abs(b - a), mixed.is_gold(b)) for a, b in pairwise(tasks)]
    ordinary = sorted(step for step, is_gold in steps if not is_gold)
    drawn = sorted(step for step, is_gold in steps if is_gold)
    assert ordinary[len(ordinary) // 2] > 10  # not one after the other: a number out of line would show
    assert 0.4 < drawn[len(drawn) // 2] / ordinary[len(ordinary) // 2] < 2.5


def test_going_back_shows_gold_like_any_answer(mixed: Mixed, caller: Caller) -> None:
    done = mixed.label(caller, most=30)
    assert any(mixed.is_gold(task) for task in done)
    assert [one.task_id for one in last_answers(mixed.cast.project.pk, caller.agent_id)] == done[::-1]


def test_progress_moves_by_one_with_each_answer_gold_or_not(mixed: Mixed, caller: Caller) -> None:
    seen = []
    for _ in range(40):
        mixed.label(caller, most=1)
        seen.append(own_progress(project_for(caller, mixed.cast.project.pk), caller.agent_id))
    assert [done for done, _ in seen] == list(range(1, 41))
    assert len({total for _, total in seen}) == 1


def test_the_rounds_progress_counts_gold_apart(mixed: Mixed, caller: Caller) -> None:
    mixed.label(caller)
    standing = progress(mixed.cast.project.pk).rounds[0]
    assert (standing.tasks, standing.wanted, standing.taken) == (
        ITEMS - KNOWN,
        2 * (ITEMS - KNOWN),
        ITEMS - KNOWN,
    )
    assert (standing.gold_share, standing.gold) == (SHARE, KNOWN)


def test_a_skip_of_gold_gives_it_back_to_others_only(mixed: Mixed, caller: Caller) -> None:
    while not mixed.is_gold((given := handed(caller, mixed)).task_id):
        annotations.submit(caller, given.task_id, key=f"before-{given.task_id}", body=mixed.body())
    desk.skip(caller, given.task_id, reason="unsure")
    place = Place.objects.get(task_id=given.task_id)
    assert (place.taken, place.held, place.open) == (0, 0, True)
    assert 900 <= place.lane < 908
    assert given.task_id not in mixed.label(caller)


def handed(caller: Caller, mixed: Mixed) -> desk.ClaimedTask:
    given = desk.claim(caller, mixed.cast.project.pk)
    assert isinstance(given, desk.ClaimedTask)
    return given


def test_a_round_that_wants_gold_needs_some(cast: Cast) -> None:
    add_items(cast.dataset.pk, 4)
    with pytest.raises(InvalidInput) as refusal:
        rounds.open_round(cast.project.pk, name="None", gold_share=5, by=None)
    assert "gold_share" in refusal.value.fields
    assert not Round.objects.exists()


def test_without_a_share_items_with_a_known_answer_are_tasks_like_any(cast: Cast) -> None:
    mixed = mixed_of(cast, share=0)
    assert Place.objects.filter(pool__gold=False).count() == ITEMS
    assert mixed.known


def test_gold_that_came_later_joins_with_new_items_and_turns_no_task(mixed: Mixed) -> None:
    ordinary = next(item for item in mixed.items if item not in mixed.known)
    fresh = Item.objects.create(dataset=mixed.cast.dataset, external_key="fresh", fields={})
    gold.set_gold(mixed.question.pk, [(ordinary, {"class": 2}), (fresh.pk, {"class": 2})], by=None)
    assert rounds.add_new_items(mixed.round.pk, by=None) == 1
    assert not Place.objects.get(task__item=ordinary).pool.gold
    assert Place.objects.get(task__item=fresh).pool.gold


def test_a_new_known_answer_ends_the_one_before(mixed: Mixed) -> None:
    item = min(mixed.known)
    done = gold.set_gold(mixed.question.pk, [(item, {"class": 2})], by=None)
    assert (done.known, done.unchanged) == (1, 0)
    assert gold.set_gold(mixed.question.pk, [(item, {"class": 2})], by=None).unchanged == 1
    assert GoldAnswer.objects.filter(item_id=item).count() == 2
    assert GoldAnswer.objects.get(item_id=item, ended_at=None).value == {"class": 2}


def test_one_answer_that_cannot_be_refuses_the_list(mixed: Mixed) -> None:
    before = GoldAnswer.objects.count()
    item = min(set(mixed.items) - mixed.known)
    for wrong in (
        [(item, {"class": 1}), (item + 1, {"class": 9})],
        [(item, {"class": 1}), (10**9, {"class": 1})],
    ):
        with pytest.raises(InvalidInput):
            gold.set_gold(mixed.question.pk, wrong, by=None)
    with pytest.raises(InvalidInput, match="twice"):
        gold.set_gold(mixed.question.pk, [(item, {"class": 1})] * 2, by=None)
    assert GoldAnswer.objects.count() == before


def test_a_file_brings_its_good_lines_and_lists_the_others(cast: Cast) -> None:
    add_items(cast.dataset.pk, 4)
    question = cast.project.questions.get()
    file = b'item,answer\nitem-1,Billing\nitem-2,"{""class"": 2}"\nitem-3,fruit\nitem-9,billing\nitem-4,"{""class"": 8}"\n'
    done = gold.bring_gold(question.pk, [file], by=None)
    assert (done.known, sorted(done.refused)) == (2, ["line 4", "line 5", "line 6"])
    values = GoldAnswer.objects.order_by("item_id").values_list("item__external_key", "value")
    assert list(values) == [("item-1", {"class": 1}), ("item-2", {"class": 2})]


def test_what_a_reviewer_settled_can_be_taken_over(cast: Cast, caller: Caller) -> None:
    mixed = mixed_of(cast)
    task = next(task for task in mixed.label(caller, most=20) if not mixed.is_gold(task))
    expert = Caller(cast.expert.agent_id, False, ALL_SCOPES)
    answer = Annotation.objects.get(task_id=task)
    reviews.review_answer(
        expert, answer.pk, verdict="corrected", reason="No.", answers={"topic": {"class": 2}}
    )
    done = gold.take_over_rulings(mixed.question.pk, by=expert.agent_id)
    assert done.known == 1
    taken = GoldAnswer.objects.get(item_id=answer.task.item_id)
    assert (taken.value, taken.origin) == ({"class": 2}, "ruling")


def test_an_event_of_a_submit_does_not_name_gold(mixed: Mixed, caller: Caller) -> None:
    mixed.label(caller, most=20)
    payloads = Event.objects.filter(kind="annotation.submitted").values_list("payload", flat=True)
    assert {tuple(sorted(payload)) for payload in payloads} == {("item", "round", "task")}
