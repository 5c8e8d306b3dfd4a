"""Which jobs a caller may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from metadata.kernel.errors import NotFound
from metadata.models import Batch, Event, Job
from metadata.selectors.access import Caller
from metadata.selectors.datasets import DatasetAccess, dataset_for, datasets_of


def jobs_of(caller: Caller) -> QuerySet[Job]:
    """Jobs the caller started, and those of datasets they may see."""
    jobs = Job.objects.order_by("-id")
    if caller.is_admin:
        return jobs
    seen = datasets_of(caller).order_by().values("pk")
    return jobs.filter(Q(created_by_id=caller.agent_id) | Q(dataset_id__in=seen))


def job_for(caller: Caller, job_id: UUID | str) -> Job:
    """The job, or NotFound also for one that is not theirs to see."""
    job = jobs_of(caller).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job


def dataset_of_job(caller: Caller, job: Job) -> DatasetAccess | None:
    """The dataset a job is about and the caller's role in it; None where there is none that they may see."""
    if job.dataset_id is None or not datasets_of(caller).filter(pk=job.dataset_id).exists():
        return None
    return dataset_for(caller, job.dataset_id)


def job_of_batch(batch: Batch) -> Job | None:
    """The newest job that worked on a batch."""
    jobs = Job.objects.filter(args__batch=batch.pk, dataset_id=batch.dataset_id)
    return jobs.order_by("-created_at").first()


def last_done(kind: str, dataset_id: int, args: Mapping[str, Any]) -> Job | None:
    """The newest job of this kind with these arguments that came to its end."""
    jobs = Job.objects.filter(kind=kind, dataset_id=dataset_id, state=Job.State.DONE)
    return jobs.filter(args__contains=dict(args)).order_by("-id").first()


def payload_of_job(kind: str, job_id: UUID) -> dict[str, Any] | None:
    """What the event of this kind says that the job left, if it came so far before its worker was killed."""
    said = Event.objects.filter(kind=kind, payload__job=str(job_id)).values_list("payload", flat=True).first()
    return None if said is None else dict(said)
