"""Reports: measurements of agreement that were kept."""

from django.db import models


class EventCursor(models.Model):
    """How far a reader has folded the event log, by (transaction, id)."""

    name = models.CharField(max_length=60, unique=True)
    transaction = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class Report(models.Model):
    """One measurement of agreement on a question, with what was left out."""

    question = models.ForeignKey("labeling.Question", models.CASCADE, related_name="reports")
    job = models.ForeignKey("metadata.Job", models.SET_NULL, null=True, blank=True, related_name="+")
    guideline_version = models.ForeignKey("labeling.GuidelineVersion", models.PROTECT, related_name="+")
    figures = models.JSONField()
    left_out = models.JSONField(default=dict)
    votes = models.PositiveBigIntegerField(default=0)
    seed = models.BigIntegerField(default=0)
    measured_at = models.DateTimeField(auto_now_add=True)
    measured_by = models.ForeignKey(
        "metadata.Agent", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["question", "-measured_at"], name="report_newest")]

    def __str__(self) -> str:
        return f"report {self.pk}"
