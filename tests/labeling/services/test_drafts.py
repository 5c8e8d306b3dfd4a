import datetime as dt

import pytest
from django.utils import timezone

from labeling.errors import DraftChanged, PlaceTaken, TaskNotLeased
from labeling.models import Assignment, Draft
from labeling.selectors.drafts import own_drafts
from labeling.services import annotations, desk, drafts
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.selectors.access import Caller
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.services.test_annotations import answered, key
from tests.labeling.services.test_desk import handed

HALF = {"topic": {"class": 2}}


def save(bench: Bench, caller: Caller, task: int, **more: int | bool) -> drafts.Saved:
    answers = {"topic": {"class": more.pop("code", 2)}}
    return drafts.save_draft(caller, task, answers=answers, guideline_version=bench.guideline, **more)  # type: ignore[arg-type]


def test_a_draft_is_there_again_until_the_answer_is_in(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    assert save(bench, caller, task).saves == 1
    (kept,) = own_drafts(bench.project.pk, caller.agent_id)
    assert (kept.task_id, kept.answers, kept.is_late) == (task, HALF, False)
    assert own_drafts(bench.project.pk, bench.callers[1].agent_id) == []
    annotations.submit(caller, task, key=key(), body=bench.body())
    assert own_drafts(bench.project.pk, caller.agent_id) == []
    Draft.objects.update(saved_at=timezone.now() - dt.timedelta(hours=2))
    drafts.drop_stale_drafts()
    assert not Draft.objects.exists()


def test_saving_renews_the_lease_and_so_does_work_without_a_change(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    for renew in (lambda: save(bench, caller, task, base=0), lambda: drafts.renew_lease(caller, task)):
        Assignment.objects.update(due=timezone.now() + dt.timedelta(seconds=5))
        renew()
        due = Assignment.objects.get().due
        assert due is not None
        assert due > timezone.now() + dt.timedelta(minutes=29)


def test_a_second_window_is_told_and_overwrites_only_on_purpose(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    first = save(bench, caller, task, code=1)
    assert save(bench, caller, task, code=1).saves == 2
    with pytest.raises(DraftChanged):
        save(bench, caller, task, code=2, base=first.saves)
    assert Draft.objects.get().answers == {"topic": {"class": 1}}
    assert save(bench, caller, task, code=2, over=True).saves == 3
    assert save(bench, caller, task, code=1, base=3).saves == 4


def test_a_draft_outlives_its_lease_and_is_not_of_a_foreign_task(bench: Bench) -> None:
    caller, other = bench.callers[:2]
    task = handed(caller, bench.project.pk).task_id
    Assignment.objects.update(due=timezone.now() - dt.timedelta(hours=1))
    desk.sweep_lapsed_leases()
    save(bench, caller, task)
    assert [one.is_late for one in own_drafts(bench.project.pk, caller.agent_id)] == [True]
    with pytest.raises(TaskNotLeased):
        drafts.renew_lease(caller, task)
    with pytest.raises(NotFound):
        save(bench, other, task)
    with pytest.raises(InvalidInput):
        drafts.save_draft(caller, task, answers=HALF, guideline_version=bench.guideline + 1000)


def test_a_draft_of_a_correction_is_kept_and_one_of_an_answered_task_is_refused(bench: Bench) -> None:
    caller = bench.callers[0]
    task, accepted = answered(bench, caller)
    with pytest.raises(TaskNotLeased):
        save(bench, caller, task)
    save(bench, caller, task, revises=accepted.annotation_id)
    assert [one.revises for one in own_drafts(bench.project.pk, caller.agent_id)] == [accepted.annotation_id]


def test_a_late_answer_whose_place_is_gone_is_kept_as_a_draft(cast: Cast) -> None:
    bench = bench_of(cast, items=1, places=1)
    late, quick = bench.callers[:2]
    task = handed(late, bench.project.pk).task_id
    Assignment.objects.update(due=timezone.now() - dt.timedelta(hours=1))
    desk.sweep_lapsed_leases()
    answered(bench, quick)
    with pytest.raises(PlaceTaken):
        annotations.submit(late, task, key=key(), body=bench.body(2))
    (kept,) = own_drafts(bench.project.pk, late.agent_id)
    assert (kept.answers, kept.is_late) == (HALF, True)


def test_what_is_taken_along_is_held_for_hours_and_let_go_when_that_is_over(bench: Bench) -> None:
    caller = bench.callers[0]
    task = handed(caller, bench.project.pk).task_id
    away = drafts.renew_lease(caller, task, away=True)
    assert away.due > timezone.now() + dt.timedelta(hours=7)
    assert drafts.renew_lease(caller, task).due == away.due
    back = drafts.renew_lease(caller, task, away=False)
    assert back.due < timezone.now() + dt.timedelta(minutes=31)
    annotations.submit(caller, task, key=key(), body=bench.body())
    with pytest.raises(TaskNotLeased):
        drafts.renew_lease(caller, task, away=True)


def test_a_crowd_worker_holds_nothing_for_hours(bench: Bench, cast: Cast) -> None:
    caller = next(one for one in bench.callers if one.agent_id == cast.crowd_worker.agent_id)
    task = handed(caller, bench.project.pk).task_id
    assert drafts.renew_lease(caller, task, away=True).due < timezone.now() + dt.timedelta(minutes=31)
