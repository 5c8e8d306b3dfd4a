"""Crowd work: who may begin, how much they get, and how a run ends."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from labeling.errors import RunElsewhere, StudyOver, TasksLeft
from labeling.models import Assignment, CrowdLink, CrowdRun, ProjectMembership
from labeling.selectors.crowd import answers_given, runs_of
from labeling.services import annotations, crowd, desk, members
from labeling.services.crowd import Study, WorkerIds
from metadata.kernel.errors import InvalidInput, NotFound
from metadata.models import Agent, Identity
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import accounts
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of

STUDY = Study(name="Messages", worker_parameter="PROLIFIC_PID", tasks_each=3, workers=4, code="C1A2")


def link_of(bench: Bench, **changes: Any) -> CrowdLink:
    return crowd.make_link(bench.project.pk, replace(STUDY, **changes), by=bench.cast.manager.agent_id)


def begun(link: CrowdLink, worker: str = "5f1c") -> Caller:
    return Caller(crowd.begin(link.slug, WorkerIds(worker)).agent_id, False, ALL_SCOPES)


def answer(bench: Bench, worker: Caller, times: int) -> int:
    """How many of so many tasks were handed out and answered."""
    for done in range(times):
        given = desk.claim(worker, bench.project.pk)
        if isinstance(given, desk.NoTask):
            return done
        annotations.submit(
            worker, given.task_id, key=f"answer-{worker.agent_id}-{given.task_id}", body=bench.body()
        )
    return times


def run_of(worker: Caller) -> CrowdRun:
    return CrowdRun.objects.get(agent_id=worker.agent_id)


def test_a_worker_gets_their_tasks_and_not_one_more(bench: Bench) -> None:
    worker = begun(link_of(bench))
    assert answer(bench, worker, 9) == 3
    refused = desk.claim(worker, bench.project.pk)
    assert isinstance(refused, desk.NoTask)
    assert refused.code == "enough"
    assert crowd.finish(worker).state == "finished"
    assert answers_given(worker.agent_id) == 3


def test_an_answer_that_asks_for_the_next_task_gets_none_beyond_the_last(bench: Bench) -> None:
    worker = begun(link_of(bench, tasks_each=1))
    given = desk.claim(worker, bench.project.pk)
    assert isinstance(given, desk.ClaimedTask)
    ahead = desk.claim(worker, bench.project.pk, holding=[given.task_id])
    assert isinstance(ahead, desk.NoTask)
    assert ahead.code == "enough"


def test_a_run_ends_with_the_code_only_when_nothing_is_left_for_it(bench: Bench) -> None:
    worker = begun(link_of(bench))
    with pytest.raises(TasksLeft):
        crowd.finish(worker)
    answer(bench, worker, 2)
    with pytest.raises(TasksLeft):
        crowd.finish(worker)
    answer(bench, worker, 1)
    assert crowd.finish(worker).state == "finished"
    assert crowd.finish(worker).state == "finished"


def test_where_the_items_run_out_before_the_tasks_the_run_ends_all_the_same(cast: Cast) -> None:
    bench = bench_of(cast, items=2)
    worker = begun(link_of(bench, tasks_each=50))
    assert answer(bench, worker, 9) == 2
    assert crowd.finish(worker).state == "finished"


def test_who_leaves_gets_no_code_and_frees_what_they_held_at_once(cast: Cast) -> None:
    bench = bench_of(cast, items=1, places=1)
    worker, other = begun(link_of(bench)), bench.callers[0]
    assert isinstance(desk.claim(worker, bench.project.pk), desk.ClaimedTask)
    assert isinstance(desk.claim(other, bench.project.pk), desk.NoTask)
    assert crowd.leave(worker).state == "left"
    assert isinstance(desk.claim(other, bench.project.pk), desk.ClaimedTask)
    assert crowd.finish(worker).state == "left"
    with pytest.raises(NotFound):
        desk.claim(worker, bench.project.pk)


def test_a_removed_worker_is_out_with_the_next_click(bench: Bench) -> None:
    link = link_of(bench)
    worker = begun(link)
    crowd.remove_worker(link.pk, run_of(worker).pk, by=bench.cast.manager.agent_id)
    with pytest.raises(NotFound):
        desk.claim(worker, bench.project.pk)
    with pytest.raises(NotFound):
        crowd.remove_worker(link.pk + 1, run_of(worker).pk, by=None)


def test_an_id_begins_once(bench: Bench) -> None:
    link = link_of(bench)
    begun(link, "one")
    with pytest.raises(RunElsewhere):
        begun(link, "one")
    begun(link_of(bench), "one")
    assert CrowdRun.objects.filter(worker="one").count() == 2


def test_no_more_workers_begin_than_the_study_takes_and_none_after_its_end(bench: Bench) -> None:
    link = link_of(bench, workers=1)
    begun(link, "one")
    with pytest.raises(StudyOver):
        begun(link, "two")
    later = link_of(bench)
    crowd.close_link(later.pk, by=None)
    with pytest.raises(StudyOver):
        begun(later, "three")
    with pytest.raises(NotFound):
        crowd.begin("no-such-link", WorkerIds("one"))
    assert Agent.objects.filter(kind="external").count() == 1


def test_a_worker_has_no_account_to_come_back_to(bench: Bench) -> None:
    worker = begun(link_of(bench))
    identity = Identity.objects.get(agent_id=worker.agent_id)
    assert identity.email is None
    assert not identity.has_usable_password()
    with pytest.raises(InvalidInput, match="tokens"):
        accounts.create_token(worker.agent_id, "mine", ["label"], 1, by=worker.agent_id)
    membership = ProjectMembership.objects.get(agent_id=worker.agent_id)
    assert (membership.role, membership.most_tasks) == ("crowd_worker", 3)


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({}, "PROLIFIC_PID"),
        ({"PROLIFIC_PID": [" "]}, "PROLIFIC_PID"),
        ({"PROLIFIC_PID": ["a", "b"]}, "PROLIFIC_PID"),
        ({"PROLIFIC_PID": ["x" * 201]}, "PROLIFIC_PID"),
        ({"PROLIFIC_PID": ["a\0b"]}, "PROLIFIC_PID"),
        ({"PROLIFIC_PID": ["{{%PROLIFIC_PID%}}"]}, "PROLIFIC_PID"),
        ({"PROLIFIC_PID": ["a"], "STUDY_ID": ["1", "2"]}, "STUDY_ID"),
    ],
)
def test_ids_that_cannot_be_are_named(bench: Bench, query: Mapping[str, list[str]], wrong: str) -> None:
    link = link_of(bench, study_parameter="STUDY_ID")
    with pytest.raises(InvalidInput) as refused:
        crowd.ids_given(link, query)
    assert list(refused.value.fields) == [wrong]


def test_ids_are_taken_from_the_parameters_the_link_names(bench: Bench) -> None:
    link = link_of(bench, worker_parameter="workerId", session_parameter="assignmentId")
    query = {"workerId": ["A1"], "assignmentId": ["3X"], "PROLIFIC_PID": ["no"]}
    assert crowd.ids_given(link, query) == WorkerIds("A1", "", "3X")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": " "}, "name"),
        ({"worker_parameter": ""}, "worker_parameter"),
        ({"worker_parameter": "a b"}, "worker_parameter"),
        ({"study_parameter": "PROLIFIC_PID"}, "worker_parameter"),
        ({"tasks_each": 0}, "tasks_each"),
        ({"workers": 0}, "workers"),
        ({"code": ""}, "code"),
        ({"return_url": "javascript:alert(1)"}, "return_url"),
        ({"return_url": "https://"}, "return_url"),
        ({"team": 999_999}, "team"),
        ({"consent": "\0"}, "consent"),
    ],
)
def test_a_study_that_cannot_be_is_refused_by_field(
    bench: Bench, changes: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        link_of(bench, **changes)
    assert wrong in refused.value.fields
    assert not CrowdLink.objects.exists()


def test_runs_are_decided_once_they_have_ended_and_a_rejection_says_why(bench: Bench) -> None:
    link = link_of(bench)
    done, working = begun(link, "done"), begun(link, "working")
    answer(bench, done, 3)
    crowd.finish(done)
    both = [run_of(done).pk, run_of(working).pk]
    with pytest.raises(InvalidInput, match="why"):
        crowd.decide(link.pk, both, "rejected", by=None)
    with pytest.raises(InvalidInput, match="verdict"):
        crowd.decide(link.pk, both, "paid", by=None)
    assert crowd.decide(link.pk, both, "approved", by=None) == 1
    assert {row.worker: (row.verdict, row.answers) for row in runs_of(link)} == {
        "done": ("approved", 3),
        "working": ("", 0),
    }


def test_who_answers_faster_than_one_can_read_is_pointed_out(bench: Bench) -> None:
    link = link_of(bench)
    worker = begun(link)
    answer(bench, worker, 3)
    (row,) = runs_of(link)
    assert row.is_hasty


def test_a_member_who_was_added_by_hand_has_no_limit(bench: Bench) -> None:
    person = accounts.create_identity("one@example.org", "One")
    members.add_member(bench.project.pk, person.agent_id, "crowd_worker", by=None)
    assert answer(bench, Caller(person.agent_id, False, ALL_SCOPES), 9) == 6


@pytest.mark.django_db(transaction=True)
def test_twenty_tabs_of_one_worker_get_no_more_than_their_tasks(cast: Cast) -> None:
    bench = bench_of(cast, items=60)
    worker = begun(link_of(bench, tasks_each=5))

    def tab(n: int) -> int:
        held: list[int] = []
        try:
            for _ in range(8):
                given = desk.claim(worker, bench.project.pk, holding=held)
                if isinstance(given, desk.ClaimedTask):
                    held.append(given.task_id)
            return n
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(tab, range(20))) == list(range(20))
    leased = Assignment.objects.filter(agent_id=worker.agent_id, state=Assignment.State.LEASED)
    assert leased.count() == 5
    assert answer(bench, worker, 9) == 5


@pytest.mark.django_db(transaction=True)
def test_of_twenty_browsers_that_begin_under_one_id_one_does(cast: Cast) -> None:
    link = link_of(bench_of(cast))

    def begin(_: int) -> bool:
        try:
            crowd.begin(link.slug, WorkerIds("one"))
        except RunElsewhere:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(begin, range(20))) == 1
    assert Identity.objects.filter(external_key="one").count() == 1
