from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from metadata.kernel.errors import InvalidInput
from metadata.kernel.json_guard import Json
from metadata.models import Job
from metadata.services import jobs

KIND = "tests.work"


@pytest.fixture
def runs() -> Iterator[list[int]]:
    """Registers a kind of job that notes each run and does what its arguments say."""
    seen: list[int] = []

    def work(context: jobs.JobContext) -> dict[str, Json]:
        seen.append(context.attempt)
        if context.args.get("fail") == "named":
            raise InvalidInput("No good.", fields={"x": "bad"})
        if context.args.get("fail") == "unnamed":
            raise RuntimeError("secret detail")
        if context.args.get("cancel"):
            jobs.cancel(context.job_id, by=None)
        context.progress(5, 5)
        return {"answer": 42}

    jobs.register(KIND, work)
    yield seen
    jobs._runners.pop(KIND)


def test_a_job_is_sent_when_the_transaction_commits_and_not_before(
    transactional_db: None, runs: list[int], sent_jobs: list[UUID]
) -> None:
    with transaction.atomic():
        job = jobs.enqueue(KIND, args={})
        assert sent_jobs == []
    assert sent_jobs == [job.pk]
    with transaction.atomic():
        jobs.enqueue(KIND, args={})
        transaction.set_rollback(True)
    assert len(sent_jobs) == Job.objects.count() == 1


def test_a_job_runs_once_however_often_it_is_delivered(db: None, runs: list[int]) -> None:
    job = jobs.enqueue(KIND, args={})
    jobs.run(job.pk)
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert runs == [1]
    assert (job.state, job.result, job.done, job.total) == ("done", {"answer": 42}, 5, 5)


def test_a_named_error_is_kept_with_its_fields_and_an_unnamed_one_without_its_words(
    db: None, runs: list[int]
) -> None:
    named = jobs.enqueue(KIND, args={"fail": "named"})
    unnamed = jobs.enqueue(KIND, args={"fail": "unnamed"})
    jobs.run(named.pk)
    jobs.run(unnamed.pk)
    named.refresh_from_db()
    unnamed.refresh_from_db()
    assert named.state == unnamed.state == "failed"
    assert named.error == {"code": "invalid_input", "message": "No good.", "fields": {"x": "bad"}}
    assert unnamed.error is not None
    assert unnamed.error["code"] == "internal_error"
    assert "secret" not in str(unnamed.error)


def test_a_canceled_job_stops_at_its_next_sign_of_life(db: None, runs: list[int]) -> None:
    job = jobs.enqueue(KIND, args={"cancel": True})
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("canceled", None)
    with pytest.raises(jobs.JobEnded):
        jobs.cancel(job.pk, by=None)


def test_an_unknown_kind_is_refused(db: None) -> None:
    with pytest.raises(jobs.UnknownJobKind):
        jobs.enqueue("tests.nobody", args={})


def _silent(job: Job, seconds: int = 120) -> None:
    long_ago = timezone.now() - dt.timedelta(seconds=seconds)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, heartbeat_at=long_ago)


def test_the_job_of_a_killed_worker_is_queued_again_and_then_done(
    db: None, runs: list[int], sent_jobs: list[UUID]
) -> None:
    job = jobs.enqueue(KIND, args={})
    _silent(job)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - dt.timedelta(seconds=130))
    swept = jobs.sweep()
    assert (swept.lost, swept.woken) == (1, 1)
    assert sent_jobs == [job.pk]
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, runs) == ("done", 2, [2])


def test_a_worker_that_starts_takes_up_at_once_what_the_one_before_it_held(
    db: None, runs: list[int], sent_jobs: list[UUID]
) -> None:
    begun, held = jobs.enqueue(KIND, args={}), jobs.enqueue(KIND, args={})
    lately = timezone.now() - dt.timedelta(seconds=5)
    Job.objects.filter(pk=begun.pk).update(
        state="running", attempts=1, heartbeat_at=lately, created_at=lately
    )
    Job.objects.filter(pk=held.pk).update(sent_at=lately, created_at=lately)
    assert jobs.sweep() == jobs.Swept(woken=0, lost=0, stuck=0)
    assert jobs.sweep_after_start() == jobs.Swept(woken=2, lost=1, stuck=0)
    assert set(sent_jobs) == {begun.pk, held.pk}


def test_a_silent_job_whose_worker_lives_is_reported_and_not_run_twice(
    transactional_db: None, runs: list[int]
) -> None:
    job = jobs.enqueue(KIND, args={})
    _silent(job)
    key = [jobs.LOCK_SPACE, int.from_bytes(job.pk.bytes[-4:], "big", signed=True)]
    parameters = {**connection.get_connection_params(), "cursor_factory": None, "context": None}
    parameters = {
        name: parameters[name] for name in ("dbname", "user", "host", "port") if parameters.get(name)
    }
    with psycopg.connect(**parameters, autocommit=True) as worker:
        worker.execute("SELECT pg_advisory_lock(%s, %s)", key)
        assert jobs.sweep() == jobs.Swept(woken=0, lost=0, stuck=1)
        jobs.run(job.pk)
        assert runs == []
        worker.execute("SELECT pg_advisory_unlock(%s, %s)", key)
    jobs.run(job.pk)
    assert runs == [2]


def test_a_job_that_keeps_losing_its_worker_fails_and_says_so(db: None, runs: list[int]) -> None:
    job = jobs.enqueue(KIND, args={})
    Job.objects.filter(pk=job.pk).update(attempts=jobs.MOST_ATTEMPTS)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert runs == []
    assert job.state == "failed"
    assert job.error is not None
    assert job.error["code"] == "job_lost"


def test_a_broker_that_is_down_fails_no_request_and_the_sweeper_sends_later(
    transactional_db: None, runs: list[int]
) -> None:
    def down(job_id: UUID) -> None:
        raise ConnectionRefusedError

    jobs.dispatch_with(down)
    job = jobs.enqueue(KIND, args={})
    job.refresh_from_db()
    assert job.sent_at is None
    sent: list[UUID] = []
    jobs.dispatch_with(sent.append)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - dt.timedelta(seconds=3))
    assert jobs.sweep().woken == 1
    assert sent == [job.pk]
