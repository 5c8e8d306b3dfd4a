"""Crowd work: a link that lets unknown workers in by the ids of the platform they come from, and one run of each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labeling.models.projects import Project
from labeling.models.work import Round


class CrowdLink(models.Model):
    """What a platform sends its workers to. Its slug is in every worker's hands, so it opens nothing by itself."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="crowd_links")
    team = models.ForeignKey("metadata.Team", models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=120)
    slug = models.CharField(max_length=40, unique=True, editable=False)
    worker_parameter = models.CharField(max_length=60)
    study_parameter = models.CharField(max_length=60, blank=True)
    session_parameter = models.CharField(max_length=60, blank=True)
    consent = models.TextField(blank=True)
    tasks_each = models.PositiveSmallIntegerField(help_text=_("Tasks for one worker."))
    workers = models.PositiveIntegerField(help_text=_("Workers at most."))
    code = models.CharField(max_length=60, help_text=_("Shown at the end, to be entered at the platform."))
    return_url = models.URLField(max_length=500, blank=True)
    exam = models.ForeignKey(
        Round,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Asked first; who does not pass gets nothing else."),
    )
    failed_code = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text=_("Shown to who does not pass.")
    )
    failed_url = models.URLField(max_length=500, blank=True, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(tasks_each__gte=1, workers__gte=1), name="crowd_link_bounds")
        ]

    def __str__(self) -> str:
        return self.name


class CrowdRun(models.Model):
    """One worker's way through a link, from consent to code. Their id can be forged: the session counts too."""

    class State(models.TextChoices):
        WORKING = "working", _("working")
        FINISHED = "finished", _("finished")
        LEFT = "left", _("left")
        FAILED = "failed", _("did not qualify")

    class Verdict(models.TextChoices):
        NONE = "", _("not decided")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    link = models.ForeignKey(CrowdLink, models.CASCADE, related_name="runs")
    agent = models.OneToOneField("metadata.Agent", models.CASCADE, related_name="crowd_run")
    worker = models.CharField(max_length=200)
    study = models.CharField(max_length=200, blank=True)
    session = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WORKING)
    began_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=8, choices=Verdict.choices, default=Verdict.NONE, blank=True)
    verdict_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "worker"], name="crowd_run_once")]

    def __str__(self) -> str:
        return f"{self.worker} in {self.link_id}"
