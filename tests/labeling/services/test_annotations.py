import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from labeling.errors import (
    AnswerChanged,
    IdempotencyConflict,
    InvalidAnswers,
    MissingIdempotencyKey,
    PlaceTaken,
    TaskNotLeased,
)
from labeling.models import Annotation, Answer, Assignment, Place, ProfileDelta, Tally, Vote
from labeling.services import annotations, desk, projects
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.models import Event, VersionMember
from metadata.selectors.access import Caller
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.services.test_desk import handed


def key() -> str:
    return uuid.uuid4().hex


def answered(bench: Bench, caller: Caller, code: int = 1) -> tuple[int, annotations.Accepted]:
    task = handed(caller, bench.project.pk).task_id
    return task, annotations.submit(caller, task, key=key(), body=bench.body(code))


def profiles(bench: Bench) -> dict[tuple[int, ...], int]:
    """Profiles as the deltas add them up."""
    counts: dict[tuple[int, ...], int] = {}
    for codes, n in ProfileDelta.objects.values_list("codes", "n"):
        counts[tuple(codes)] = counts.get(tuple(codes), 0) + n
    return {codes: n for codes, n in counts.items() if n}


def test_a_submit_stores_answer_vote_tally_membership_and_event(bench: Bench) -> None:
    caller = bench.callers[0]
    task, accepted = answered(bench, caller, 2)
    assert (accepted.seat, accepted.revision, accepted.repeated) == (1, 0, False)
    assert Answer.objects.get().value == {"class": 2}
    assert list(Vote.objects.values_list("facet", "code", "current")) == [("", 2, True)]
    assert Tally.objects.get().codes == [2]
    assert profiles(bench) == {(2,): 1}
    assert VersionMember.objects.filter(kind=2, subject=accepted.annotation_id, valid_from=1).count() == 1
    assert Event.objects.get(kind="annotation.submitted").subject_id == accepted.annotation_id
    assert Assignment.objects.get(task_id=task).head == accepted.annotation_id


def test_an_answer_brings_the_next_task_along(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    ahead = handed(caller, bench.project.pk, holding=[task]).task_id
    accepted = annotations.submit(caller, task, key=key(), body=bench.body(), holding=[ahead])
    assert isinstance(accepted.next, desk.ClaimedTask)
    assert accepted.next.task_id not in (task, ahead)
    leased = Assignment.objects.filter(agent_id=caller.agent_id, state=Assignment.State.LEASED)
    assert {one.task_id for one in leased} == {ahead, accepted.next.task_id}


def test_an_answer_that_is_sent_again_brings_the_same_next_task(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    first = annotations.submit(caller, task, key="the-same-key", body=bench.body(), holding=[])
    again = annotations.submit(caller, task, key="the-same-key", body=bench.body(), holding=[])
    assert again.repeated
    assert isinstance(first.next, desk.ClaimedTask)
    assert isinstance(again.next, desk.ClaimedTask)
    assert again.next.task_id == first.next.task_id


def test_the_last_answer_says_why_nothing_comes_next(cast: Cast) -> None:
    bench = bench_of(cast, items=1, places=1)
    task = handed(bench.callers[0], bench.project.pk).task_id
    accepted = annotations.submit(bench.callers[0], task, key=key(), body=bench.body(), holding=[])
    assert isinstance(accepted.next, desk.NoTask)
    assert accepted.next.code == "all_done"


def test_a_refused_answer_hands_nothing_out(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    with pytest.raises(InvalidAnswers):
        annotations.submit(caller, task, key=key(), body={**bench.body(), "answers": {}}, holding=[])
    assert Assignment.objects.get(agent_id=caller.agent_id).task_id == task


def test_a_repeat_under_the_same_key_returns_the_first_result(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    first = annotations.submit(caller, task, key="the-same-key", body=bench.body())
    again = annotations.submit(caller, task, key="the-same-key", body=bench.body())
    assert (again.annotation_id, again.seat, again.repeated) == (first.annotation_id, first.seat, True)
    assert Annotation.objects.count() == 1


def test_another_body_under_a_used_key_is_refused(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    annotations.submit(caller, task, key="the-same-key", body=bench.body(1))
    with pytest.raises(IdempotencyConflict):
        annotations.submit(caller, task, key="the-same-key", body=bench.body(2))
    assert Answer.objects.get().value == {"class": 1}


def test_a_second_answer_by_the_same_person_needs_to_revise(bench: Bench) -> None:
    caller = bench.callers[0]
    task, _ = answered(bench, caller)
    with pytest.raises(TaskNotLeased):
        annotations.submit(caller, task, key=key(), body=bench.body())


def test_a_task_never_handed_out_does_not_exist_for_the_labeler(bench: Bench) -> None:
    task, _ = answered(bench, bench.callers[0])
    with pytest.raises(NotFound):
        annotations.submit(bench.callers[1], task, key=key(), body=bench.body())


def test_a_fourth_answer_to_a_task_of_three_is_refused_where_it_is_written(bench: Bench) -> None:
    task = 0
    for caller in bench.callers[:3]:
        task, _ = answered(bench, caller)
    place = Place.objects.get(task_id=task)
    assert (place.taken, place.held) == (3, 0)
    for seat in (3, 4, 99):
        with pytest.raises(IntegrityError), transaction.atomic():
            Annotation.objects.create(
                task_id=task,
                agent_id=bench.callers[3].agent_id,
                pool_id=place.pool_id,
                seat=seat,
                guideline_version_id=bench.guideline,
                key=key(),
                body_hash=b"",
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.filter(pk=place.pk).update(taken=4)


def test_annotations_and_answers_cannot_be_changed(bench: Bench) -> None:
    answered(bench, bench.callers[0])
    for model, change in ((Annotation, {"seat": 2}), (Answer, {"value": {"class": 2}})):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            model.objects.update(**change)


def test_an_honest_late_answer_takes_its_place_if_nobody_else_did(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    Assignment.objects.update(due=timezone.now() - dt.timedelta(hours=1))
    desk.sweep_lapsed_leases()
    accepted = annotations.submit(caller, task, key=key(), body=bench.body())
    assert accepted.seat == 1
    place = Place.objects.get(task_id=task)
    assert (place.taken, place.held) == (1, 0)


def test_a_late_answer_to_a_filled_task_is_kept_but_not_counted(cast: Cast) -> None:
    bench = bench_of(cast, items=1, places=1)
    late, quick = bench.callers[:2]
    task = handed(late, bench.project.pk).task_id
    Assignment.objects.update(due=timezone.now() - dt.timedelta(hours=1))
    desk.sweep_lapsed_leases()
    answered(bench, quick)
    for _ in range(2):
        with pytest.raises(PlaceTaken):
            annotations.submit(late, task, key="late-answer", body=bench.body(2))
    kept = Annotation.objects.get(agent_id=late.agent_id)
    assert kept.seat is None
    assert kept.answers.get().value == {"class": 2}
    assert Tally.objects.get().codes == [1]


def test_a_revision_moves_the_vote_and_keeps_the_old_one(bench: Bench) -> None:
    caller = bench.callers[0]
    task, first = answered(bench, caller, 1)
    answered(bench, bench.callers[1], 1)
    revised = annotations.submit(
        caller, task, key=key(), body={**bench.body(2), "revises": first.annotation_id}
    )
    assert revised.revision == 1
    assert Tally.objects.get().codes == [1, 2]
    assert profiles(bench) == {(1, 2): 1}
    assert sorted(Vote.objects.values_list("code", "current")) == [(1, False), (1, True), (2, True)]
    members = VersionMember.objects.filter(kind=2, subject=first.annotation_id, valid_to=None)
    assert [m.row for m in members] == [revised.annotation_id]
    with pytest.raises(AnswerChanged):
        annotations.submit(caller, task, key=key(), body={**bench.body(1), "revises": first.annotation_id})


def test_an_answer_under_an_older_guideline_is_stored_under_it(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    projects.publish_guideline(bench.project.pk, changes="Clearer.", body="Look twice.", by=None)
    annotations.submit(caller, task, key=key(), body=bench.body())
    assert Annotation.objects.get().guideline_version_id == bench.guideline
    assert handed(caller, bench.project.pk).guideline_version_id != bench.guideline


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "answers.topic"),
        ({"topic": None}, "answers.topic"),
        ({"topic": {"class": 9}}, "answers.topic.class"),
        ({"topic": {"class": True}}, "answers.topic.class"),
        ({"topic": {"class": float("nan")}}, "answers.topic.class"),
        ({"topic": "billing"}, "answers.topic"),
        ({"topic": {"class": 1}, "mood": {"class": 1}}, "answers.mood"),
        ([], "answers"),
    ],
)
def test_wrong_answers_are_named_and_nothing_is_stored(bench: Bench, answers: object, field: str) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    with pytest.raises(InvalidAnswers) as refusal:
        annotations.submit(caller, task, key=key(), body={**bench.body(), "answers": answers})
    assert any(name.startswith(field) for name in refusal.value.fields), refusal.value.fields
    assert not Annotation.objects.exists()
    assert Place.objects.get(task_id=task).held == 1


@pytest.mark.parametrize(
    "change",
    [
        {"guideline_version": 10**9},
        {"guideline_version": "1"},
        {"active_ms": -1},
        {"active_ms": True},
        {"mood": 1},
    ],
)
def test_wrong_shapes_are_named(bench: Bench, change: dict[str, object]) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    with pytest.raises(InvalidInput) as refusal:
        annotations.submit(caller, task, key=key(), body={**bench.body(), **change})
    assert set(change) <= set(refusal.value.fields)


@pytest.mark.parametrize("bad", ["", "short", "with\nnewline", "ünïcode-key", "x" * 201])
def test_a_submit_needs_an_idempotency_key(bench: Bench, bad: str) -> None:
    task = handed(bench.callers[0], bench.project.pk).task_id
    with pytest.raises(MissingIdempotencyKey):
        annotations.submit(bench.callers[0], task, key=bad, body=bench.body())
