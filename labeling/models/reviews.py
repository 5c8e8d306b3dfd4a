"""What labelers mark for others to look at, and what reviewers decided about answers."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from labeling.models.answers import Annotation
from labeling.models.work import Task


class Flag(models.Model):
    """Somebody's mark on a task for a reviewer, with an answer or in place of one."""

    class Kind(models.TextChoices):
        AMBIGUOUS = "ambiguous", _("ambiguous")
        UNREADABLE = "unreadable", _("unreadable input")
        NEEDS_EXPERT = "needs_expert", _("needs an expert")
        BROKEN = "broken", _("broken item")
        OTHER = "other", _("something else")

    task = models.ForeignKey(Task, models.CASCADE, related_name="flags")
    agent = models.ForeignKey("metadata.Agent", models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    comment = models.CharField(max_length=500, blank=True, default="", db_default="")
    skipped = models.BooleanField(
        default=False, db_default=False, help_text=_("Given instead of an answer, as the reason of a skip.")
    )
    created_at = models.DateTimeField(db_default=Now())
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "metadata.Agent", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "agent", "kind"], name="flag_once")]
        indexes = [models.Index(fields=["id"], condition=Q(settled_at=None), name="flag_open")]

    def __str__(self) -> str:
        return f"{self.kind} on {self.task_id}"


class Review(models.Model):
    """A reviewer's decision on somebody's answer, with the labeler's one objection and its reply."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        CORRECTED = "corrected", _("corrected")
        RETURNED = "returned", _("returned")

    task = models.ForeignKey(Task, models.PROTECT, related_name="reviews")
    annotation = models.ForeignKey(Annotation, models.PROTECT, related_name="reviews")
    agent = models.ForeignKey("metadata.Agent", models.PROTECT, related_name="+", db_index=False)
    reviewer = models.ForeignKey("metadata.Agent", models.PROTECT, related_name="+", db_index=False)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.CharField(max_length=2000, blank=True, default="")
    correction = models.ForeignKey(
        Annotation, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    differences = models.JSONField(
        default=list, blank=True, help_text=_("What the correction changed, by question.")
    )
    created_at = models.DateTimeField(db_default=Now())
    objection = models.CharField(max_length=2000, blank=True, default="")
    objected_at = models.DateTimeField(null=True, blank=True)
    reply = models.CharField(max_length=2000, blank=True, default="")
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.ForeignKey(
        "metadata.Agent", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    upheld = models.BooleanField(
        null=True, blank=True, help_text=_("Whether the reply agreed with the objection.")
    )

    class Meta:
        indexes = [
            models.Index(fields=["agent", "-id"], name="review_of_agent"),
            models.Index(
                fields=["id"],
                condition=Q(objected_at__isnull=False, replied_at=None),
                name="review_objected",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict}: annotation {self.annotation_id}"
