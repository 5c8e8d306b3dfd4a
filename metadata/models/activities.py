"""Activities: what happened, and what is being done in the background."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from metadata.models.agents import Agent
from metadata.models.entities import Dataset


class CurrentTransaction(models.Func):
    """The number of the writing transaction: readers stop at the oldest one still running."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class Job(models.Model):
    """One piece of background work. This row is the truth; the broker only wakes a worker."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELED = "canceled", _("canceled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict, blank=True)
    dataset = models.ForeignKey(Dataset, models.CASCADE, null=True, blank=True, related_name="jobs")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["state", "heartbeat_at"],
                condition=models.Q(state__in=["queued", "running"]),
                name="job_unfinished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"


class Event(models.Model):
    """One thing that happened; append-only. Upper apps fold these with their own cursor."""

    kind = models.CharField(max_length=60)
    dataset_id = models.BigIntegerField(null=True)
    project_id = models.BigIntegerField(null=True)
    subject_id = models.BigIntegerField(null=True)
    agent_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    transaction = models.BigIntegerField(editable=False, db_default=CurrentTransaction())

    class Meta:
        indexes = [models.Index(fields=["transaction", "id"], name="event_fold")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class AuditEntry(models.Model):
    """One privileged action; the database refuses to change or delete it."""

    action = models.CharField(max_length=80)
    agent_id = models.BigIntegerField(null=True)
    dataset_id = models.BigIntegerField(null=True)
    subject = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["created_at"], name="audit_when")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class IdempotentRequest(models.Model):
    """The first result of a create under an Idempotency-Key; a repeat returns it."""

    agent = models.ForeignKey(Agent, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    route = models.CharField(max_length=200)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "key"], name="idempotent_request_once")]

    def __str__(self) -> str:
        return f"request {self.pk}"


class WorkerHeartbeat(models.Model):
    """When a background process last said that it lives."""

    name = models.CharField(max_length=120, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
