"""The Celery application. The truth of a job is our own Job row; Celery only wakes a worker."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "labeling.config.settings")
app = Celery("concord")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["metadata", "labeling", "consistency", "augmentation"], related_name="jobs")
