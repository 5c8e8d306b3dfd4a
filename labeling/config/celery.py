"""The Celery application. The truth of a job is our own Job row; Celery only wakes a worker."""

import logging
import os

from celery import Celery
from celery.signals import worker_process_init, worker_ready

from labeling.config.collector import collect_rarely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labeling.config.settings")
app = Celery("concord")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["metadata", "labeling", "consistency", "augmentation"], related_name="jobs")


def _settle(**_: object) -> None:
    collect_rarely()


worker_process_init.connect(_settle, weak=False)


def _take_up(**_: object) -> None:
    """In the worker's first process, whose connection is not for its children: it is closed again."""
    from django.db import connection

    from metadata.services import jobs

    try:
        jobs.sweep_after_start()
    except Exception:
        logging.getLogger(__name__).exception("lost jobs wait for the next sweep")
    finally:
        connection.close()


worker_ready.connect(_take_up, weak=False)
