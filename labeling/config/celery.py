"""The Celery application. The truth of a job is our own Job row; Celery only wakes a worker."""

import os

from celery import Celery
from celery.signals import worker_process_init

from labeling.config.collector import collect_rarely

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labeling.config.settings")
app = Celery("concord")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["metadata", "labeling", "consistency", "augmentation"], related_name="jobs")


def _settle(**_: object) -> None:
    collect_rarely()


worker_process_init.connect(_settle, weak=False)
