"""Which jobs a caller may see."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from metadata.kernel.errors import NotFound
from metadata.models import Job
from metadata.selectors.access import Caller
from metadata.selectors.datasets import datasets_of


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
