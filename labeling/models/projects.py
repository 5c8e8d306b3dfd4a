"""Projects: what is asked, of whom, under which definition."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Project(models.Model):
    """One labeling effort over a dataset."""

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        ARCHIVED = "archived", _("archived")

    dataset = models.ForeignKey("metadata.Dataset", models.PROTECT, related_name="projects")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    visible_fields = models.JSONField(
        default=list, blank=True, help_text=_("Item fields that labelers may see.")
    )
    demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class ProjectMembership(models.Model):
    class Role(models.TextChoices):
        ADMIN = "admin", _("admin")
        MANAGER = "manager", _("manager")
        EXPERT = "expert", _("expert")
        LABELER = "labeler", _("labeler")
        VENDOR_LEAD = "vendor_lead", _("vendor lead")
        CROWD_WORKER = "crowd_worker", _("crowd worker")

    project = models.ForeignKey(Project, models.CASCADE, related_name="memberships")
    agent = models.ForeignKey("metadata.Agent", models.CASCADE, related_name="project_memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    team = models.ForeignKey("metadata.Team", models.SET_NULL, null=True, blank=True, related_name="+")
    most_tasks = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("How many tasks this person gets in all; empty: as many as there are."),
    )
    team_only = models.BooleanField(
        default=False, db_default=False, help_text=_("Gets and sees only what is assigned to their team.")
    )
    exam = models.ForeignKey(
        "labeling.Round",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Gets nothing else before it is passed."),
    )
    withheld = models.BooleanField(
        default=False, db_default=False, help_text=_("Gets no more tasks until a person has decided.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "agent"], name="project_membership_once")]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.role} of {self.project_id}"


class GuidelineVersion(models.Model):
    """The definition of a project's questions and classes at one moment; immutable once published."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="guideline_versions")
    major = models.PositiveIntegerField()
    minor = models.PositiveIntegerField()
    body = models.TextField(blank=True, help_text=_("General words beside the class definitions."))
    questions = models.JSONField(default=list, help_text=_("Questions with their specs as they stood."))
    changes = models.TextField(blank=True)
    published_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "major", "minor"], name="guideline_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


class Question(models.Model):
    """One thing asked about each item. Its classes live in spec, under codes that are never reused."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40)
    prompt = models.CharField(max_length=300)
    label_type = models.CharField(max_length=40)
    spec = models.JSONField(default=dict)
    required = models.BooleanField(default=True)
    shown_if = models.JSONField(
        default=dict,
        db_default={},  # the previous release writes questions without it
        blank=True,
        help_text=_("Empty: always asked; else an earlier question and its classes."),
    )
    ordinal = models.PositiveSmallIntegerField(default=0)
    next_code = models.PositiveIntegerField(default=1, help_text=_("The code the next new class gets."))
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ordinal", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="question_key_once")]

    def __str__(self) -> str:
        return self.prompt


class ClassMapping(models.Model):
    """From one guideline version to the next, a class became another. Votes are never rewritten."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="mappings")
    guideline_version = models.ForeignKey(GuidelineVersion, models.CASCADE, related_name="mappings")
    old_code = models.PositiveIntegerField()
    new_code = models.PositiveIntegerField(null=True, blank=True, help_text=_("Empty: a person must decide."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "guideline_version", "old_code"], name="class_mapping_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.old_code} to {self.new_code}"
