"""Unsent work, kept on the server, so that a crash, another device or a lapsed session costs nothing."""

from django.db import models
from django.db.models.functions import Now

from labeling.models.work import Task


class Draft(models.Model):
    """What one person has so far for one task. Each save counts up, so that two windows notice each other."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="drafts", db_index=False)
    agent = models.ForeignKey("metadata.Agent", models.CASCADE, related_name="+")
    answers = models.JSONField(default=dict)
    active_ms = models.PositiveIntegerField(default=0, db_default=0)
    guideline_version = models.ForeignKey(
        "labeling.GuidelineVersion", models.CASCADE, related_name="+", db_index=False
    )
    revises = models.BigIntegerField(null=True, blank=True)
    saves = models.PositiveIntegerField(default=1, db_default=1)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "agent"], name="draft_once")]
        indexes = [models.Index(fields=["saved_at"], name="draft_age")]

    def __str__(self) -> str:
        return f"draft of {self.agent_id} for {self.task_id}"
