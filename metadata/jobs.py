"""What Celery runs: thin tasks over services."""

from typing import Final
from uuid import UUID

from celery import shared_task

from metadata.services import idempotency, jobs, leftovers

TIDY_EVERY_S: Final = 3600.0


@shared_task(name="metadata.jobs.run_job")  # type: ignore[untyped-decorator]  # Celery has no types
def run_job(job_id: str) -> None:
    """Does one job; acknowledged late, so a killed worker's message comes again."""
    jobs.run(job_id)


def send(job_id: UUID) -> None:
    """How a worker is woken."""
    run_job.apply_async(args=[str(job_id)], retry=False)


@shared_task(name="metadata.jobs.sweep")  # type: ignore[untyped-decorator]  # Celery has no types
def sweep() -> None:
    """Finds jobs that were lost, and shows that beat and a worker live."""
    jobs.beat("worker")
    jobs.sweep()


@shared_task(name="metadata.jobs.tidy")  # type: ignore[untyped-decorator]  # Celery has no types
def tidy() -> None:
    """Forgets what only a quick repeat needed, and removes the files that deleted datasets left."""
    idempotency.forget_old()
    leftovers.remove_left()
