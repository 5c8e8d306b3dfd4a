"""Rules that withhold tasks from somebody, and what became of each time one did: a person always decides."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labeling.models.projects import Project


class PauseRule(models.Model):
    """Below what, over somebody's last answers, they get no more tasks until a person has looked."""

    class Kind(models.TextChoices):
        GOLD = "gold", _("known answers")
        SPEED = "speed", _("speed")

    project = models.ForeignKey(Project, models.CASCADE, related_name="pause_rules")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    least = models.PositiveIntegerField(
        help_text=_("Percent of known answers that must be right; or milliseconds an answer.")
    )
    last = models.PositiveSmallIntegerField(help_text=_("Over how many of somebody's last answers."))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "kind"], condition=Q(ended_at=None), name="pause_rule_once"
            ),
            models.CheckConstraint(condition=Q(least__gte=1, last__gte=1), name="pause_rule_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} below {self.least} over {self.last}"


class Pause(models.Model):
    """Tasks are withheld from somebody: why, what they say to it, and what a person decided."""

    class Kind(models.TextChoices):
        GOLD = "gold", _("known answers")
        SPEED = "speed", _("speed")
        PERSON = "person", _("by a person")

    class State(models.TextChoices):
        OPEN = "open", _("waits for a decision")
        KEPT = "kept", _("kept")
        LIFTED = "lifted", _("lifted")

    project = models.ForeignKey(Project, models.CASCADE, related_name="pauses")
    agent = models.ForeignKey("metadata.Agent", models.CASCADE, related_name="pauses")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    rule = models.ForeignKey(PauseRule, models.SET_NULL, null=True, blank=True, related_name="pauses")
    figures = models.JSONField(default=dict, blank=True, help_text=_("What the rule found and wanted."))
    words = models.CharField(max_length=500, blank=True, help_text=_("Why, where a person said it."))
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")
    appeal = models.CharField(max_length=2000, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    decision_reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")
    settled_head = models.BigIntegerField(
        null=True,
        blank=True,
        help_text=_("Their newest answer when it was lifted: rules look at later ones."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "agent"], condition=~Q(state="lifted"), name="pause_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.project_id}: {self.state}"
