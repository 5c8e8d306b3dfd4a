"""The product's Celery application, with the killing job, and with a sweeper that comes often enough for a test."""

import os
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labeling.config.settings")
django.setup()

from celery.signals import task_postrun, task_prerun  # noqa: E402

from labeling.config.celery import app  # noqa: E402
from metadata.models import Job  # noqa: E402
from metadata.services import imports, jobs  # noqa: E402
from tests.metadata.killing import KIND, killed_import, strike  # noqa: E402

jobs.register(KIND, killed_import)
jobs.sweep = partial(jobs.sweep, lost_after_s=3, resend_after_s=5)
imports.CHUNK_ITEMS = 500  # type: ignore[misc]
app.conf.beat_schedule["metadata: find lost jobs"] = {"task": "metadata.jobs.sweep", "schedule": 2.0}


def _strike(step: str, task: Any, args: Any) -> None:
    job = Job.objects.filter(pk=args[0]).first() if task.name == "metadata.jobs.run_job" else None
    if job is not None:
        strike(job.args, step)


@task_prerun.connect  # type: ignore[untyped-decorator]
def before(task: Any, args: Any, **_: Any) -> None:
    """Between the broker's message and the first look at the job's row."""
    _strike("before", task, args)


@task_postrun.connect  # type: ignore[untyped-decorator]
def after(task: Any, args: Any, **_: Any) -> None:
    """Between the row that says done and the acknowledgment of the message."""
    _strike("after", task, args)


__all__ = ["app"]
