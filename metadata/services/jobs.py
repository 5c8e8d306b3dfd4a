"""Background work. The Job row is the truth: a broker only wakes a worker, and the sweeper finds what was lost."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from metadata.kernel.errors import Conflict, DomainError, NotFound
from metadata.kernel.ids import new_id
from metadata.kernel.json_guard import Json
from metadata.models import Job, WorkerHeartbeat
from metadata.services import audit

log = logging.getLogger(__name__)

LOST_AFTER_S: Final = 20
RESEND_AFTER_S: Final = 45
AFTER_A_START_S: Final = 2
MOST_ATTEMPTS: Final = 5
HEARTBEAT_EVERY_S: Final = 0.5
LOCK_SPACE: Final = 78


class UnknownJobKind(DomainError):
    """No part of this installation knows how to do that work."""

    code = "unknown_job_kind"


class JobCanceled(DomainError):
    """The job was canceled."""

    code = "job_canceled"
    status = 409


class JobTakenOver(DomainError):
    """Another worker has taken this job over."""

    code = "job_taken_over"
    status = 409


class JobLost(DomainError):
    """The worker was lost too often; the job was given up."""

    code = "job_lost"


class JobEnded(Conflict):
    """The job has ended already."""

    code = "job_ended"


class JobNotEnded(Conflict):
    """Only a job that failed or was canceled is done again."""

    code = "job_not_ended"


@dataclass
class JobContext:
    """What a runner gets: its arguments, and a way to say how far it is."""

    job_id: UUID
    args: Mapping[str, Any]
    dataset_id: int | None
    agent_id: int | None
    attempt: int
    _said_at: float = field(default=0.0, repr=False)

    def progress(self, done: int, total: int | None = None) -> None:
        """Says how far the work is and that it lives; raises JobCanceled when somebody stopped it.

        Call it between transactions: inside one, nobody sees it before the commit.
        """
        now = time.monotonic()
        if now - self._said_at < HEARTBEAT_EVERY_S and done != total:
            return
        self._said_at = now
        values: dict[str, Any] = {"done": done, "heartbeat_at": timezone.now()}
        if total is not None:
            values["total"] = total
        if not self._mine().update(**values):
            state = Job.objects.filter(pk=self.job_id).values_list("state", flat=True).first()
            raise JobCanceled if state == Job.State.CANCELED else JobTakenOver

    def _mine(self) -> Any:
        """The row, as long as this attempt owns it: a worker that was given up for dead changes nothing."""
        return Job.objects.filter(pk=self.job_id, attempts=self.attempt, state=Job.State.RUNNING)


Runner: TypeAlias = Callable[[JobContext], Mapping[str, Json]]
Send: TypeAlias = Callable[[UUID], None]

_runners: dict[str, Runner] = {}
_send: list[Send] = []


def register(kind: str, runner: Runner) -> None:
    """Says who does a kind of job; called once by the composition root."""
    _runners[kind] = runner


def kinds() -> frozenset[str]:
    return frozenset(_runners)


def dispatch_with(send: Send) -> None:
    """Says how a worker is woken; called by the composition root."""
    _send[:] = [send]


def enqueue(
    kind: str, *, args: Mapping[str, Json], dataset_id: int | None = None, by: int | None = None
) -> Job:
    """Writes the job into the caller's transaction; a worker is woken when that commits."""
    if kind not in _runners:
        raise UnknownJobKind(fields={"kind": kind})
    job = Job.objects.create(id=new_id(), kind=kind, args=dict(args), dataset_id=dataset_id, created_by_id=by)
    transaction.on_commit(lambda: wake(job.pk))
    return job


def wake(job_id: UUID) -> bool:
    """Asks the broker for a worker. A broker that is down is no error: the sweeper asks again."""
    if not _send:
        return False
    try:
        _send[0](job_id)
    except Exception as error:  # noqa: BLE001 - each broker has errors of its own, and none may fail the request
        log.warning("job %s waits for the sweeper: %s", job_id, type(error).__name__)
        return False
    Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(sent_at=timezone.now())
    return True


def run(job_id: UUID | str) -> None:
    """Does the job if nobody else does or did: safe to call twice, and after a worker was killed."""
    with _alone(UUID(str(job_id))) as is_alone:
        context_of = _claimed(UUID(str(job_id))) if is_alone else None
        if context_of is None:
            return
        kind, context = context_of
        try:
            runner = _runners.get(kind)
            if runner is None:
                raise UnknownJobKind(fields={"kind": kind})
            result = dict(runner(context))
        except JobCanceled:
            Job.objects.filter(pk=context.job_id).update(ended_at=timezone.now())
        except JobTakenOver:
            log.warning("job %s was taken over by another worker", context.job_id)
        except (OperationalError, InterfaceError):
            # The database went away: nothing can be written, so the row stays running and the sweeper finds it.
            log.exception("job %s lost its database", context.job_id)
            connection.close()
        except DomainError as error:
            _failed(context, error.body())
        except Exception:
            log.exception("job %s (%s) failed", context.job_id, kind)
            _failed(
                context, {"code": "internal_error", "message": "The job failed unexpectedly.", "fields": {}}
            )
        else:
            context._mine().update(
                state=Job.State.DONE,
                result=result,
                error=None,
                ended_at=timezone.now(),
                heartbeat_at=timezone.now(),
            )


@contextmanager
def _alone(job_id: UUID) -> Iterator[bool]:
    """A lock that ends with the connection, so a killed worker's job is free at once and a slow one's is not."""
    key = [LOCK_SPACE, int.from_bytes(job_id.bytes[-4:], "big", signed=True)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s), pg_backend_pid()", key)
        is_alone, backend = cursor.fetchone()
    try:
        yield is_alone
    finally:
        raw = connection.connection
        if is_alone and raw is not None and not raw.closed and raw.info.backend_pid == backend:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def _claimed(job_id: UUID) -> tuple[str, JobContext] | None:
    """The job under its next attempt, unless it has ended. The lock is held: a running row here has no worker."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE metadata_job SET state = 'running', attempts = attempts + 1, heartbeat_at = now(),
                started_at = coalesce(started_at, now())
            WHERE id = %s AND state IN ('queued', 'running')
            RETURNING attempts
            """,
            [job_id],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    job = Job.objects.get(pk=job_id)
    context = JobContext(
        job_id=job.pk, args=job.args, dataset_id=job.dataset_id, agent_id=job.created_by_id, attempt=row[0]
    )
    if context.attempt > MOST_ATTEMPTS:
        _failed(context, JobLost().body())
        return None
    return job.kind, context


def _failed(context: JobContext, body: Mapping[str, object]) -> None:
    context._mine().update(state=Job.State.FAILED, error=dict(body), ended_at=timezone.now())


@transaction.atomic
def cancel(job_id: UUID | str, by: int | None) -> Job:
    """Stops a job: at once if it waits, at its next sign of life if it runs."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound
    if job.state not in (Job.State.QUEUED, Job.State.RUNNING):
        raise JobEnded
    job.state = Job.State.CANCELED
    job.ended_at = timezone.now()
    job.save(update_fields=["state", "ended_at"])
    audit.record("job.canceled", agent_id=by, dataset_id=job.dataset_id, subject=str(job.pk))
    return job


@transaction.atomic
def retry(job_id: UUID | str, by: int | None) -> Job:
    """Does a failed or canceled job again, from its first attempt; every job is safe to run twice."""
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound
    if job.state not in (Job.State.FAILED, Job.State.CANCELED):
        raise JobNotEnded
    job.state = Job.State.QUEUED
    job.attempts, job.done = 0, 0
    job.error = job.sent_at = job.started_at = job.heartbeat_at = job.ended_at = None
    job.save()
    audit.record("job.retried", agent_id=by, dataset_id=job.dataset_id, subject=f"job {job.pk}")
    transaction.on_commit(lambda: wake(job.pk))
    return job


@dataclass(frozen=True)
class Swept:
    woken: int
    lost: int
    stuck: int


def sweep(*, lost_after_s: float = LOST_AFTER_S, resend_after_s: float = RESEND_AFTER_S) -> Swept:
    """Wakes workers for jobs that nobody was asked to do, or whose worker was killed."""
    now = timezone.now()
    lost = stuck = 0
    silent = now - dt.timedelta(seconds=lost_after_s)
    for job_id in Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=silent).values_list(
        "pk", flat=True
    ):
        with _alone(job_id) as is_dead:
            if not is_dead:
                stuck += 1
                log.warning("job %s has said nothing for %g s, yet its worker lives", job_id, lost_after_s)
                continue
            lost += Job.objects.filter(pk=job_id, state=Job.State.RUNNING, heartbeat_at__lt=silent).update(
                state=Job.State.QUEUED, sent_at=None
            )
    stale = now - dt.timedelta(seconds=resend_after_s)
    waiting = Job.objects.filter(state=Job.State.QUEUED)
    unsent = waiting.filter(sent_at=None, created_at__lt=now - dt.timedelta(seconds=2))
    again = waiting.filter(sent_at__lt=stale)
    ids = list((unsent | again).order_by("created_at").values_list("pk", flat=True)[:500])
    woken = sum(wake(job_id) for job_id in ids)
    return Swept(woken=woken, lost=lost, stuck=stuck)


def sweep_after_start() -> Swept:
    """What a worker that has just started takes up: the one before it may have been killed with work in its hands.

    A message that a killed worker held comes again only much later, and being asked twice does no harm.
    """
    return sweep(lost_after_s=AFTER_A_START_S, resend_after_s=AFTER_A_START_S)


def beat(name: str) -> None:
    """A background process says that it lives."""
    WorkerHeartbeat.objects.update_or_create(name=name, defaults={"beat_at": timezone.now()})
