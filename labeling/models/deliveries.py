"""What a vendor's lead signs off, and what becomes of it: accepted or returned by a sample that experts label blind."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labeling.models.work import Pool, Round, Task


class Delivery(models.Model):
    """A batch of a team's finished tasks, signed off. What is judged are the answers as they stood then."""

    class State(models.TextChoices):
        SIGNED = "signed", _("signed off")
        CHECKING = "checking", _("being checked")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("returned")

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="deliveries")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.SIGNED)
    size = models.PositiveIntegerField(help_text=_("Tasks in it."))
    note = models.CharField(max_length=500, blank=True)
    signed_at = models.DateTimeField(auto_now_add=True)
    signed_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")
    signed_head = models.BigIntegerField(help_text=_("The newest annotation when it was signed off."))
    plan = models.JSONField(default=dict, blank=True, help_text=_("What was wanted, and the plan it gave."))
    sample = models.PositiveIntegerField(null=True, blank=True)
    tolerated = models.PositiveIntegerField(null=True, blank=True)
    seed = models.BigIntegerField(null=True, blank=True)
    check_round = models.ForeignKey(Round, models.PROTECT, null=True, blank=True, related_name="+")
    wrong = models.PositiveIntegerField(null=True, blank=True, help_text=_("Wrong tasks in the sample."))
    reason = models.CharField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_head = models.BigIntegerField(null=True, blank=True)
    decided_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pool", "number"], name="delivery_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=["signed", "checking"], decided_at=None)
                | Q(state__in=["accepted", "returned"], decided_at__isnull=False),
                name="delivery_decided",
            ),
        ]

    def __str__(self) -> str:
        return f"delivery {self.number} of pool {self.pool_id}"


class DeliveredTask(models.Model):
    """A task in a delivery; in the sample, whether its answers were wrong and in which way."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tasks")
    task = models.ForeignKey(Task, models.PROTECT, related_name="+")
    is_sampled = models.BooleanField(default=False)
    is_wrong = models.BooleanField(null=True, blank=True)
    differences = models.JSONField(
        default=list,
        blank=True,
        help_text=_("In which way, by question; never the answer it was held against."),
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "task"], name="delivered_task_once")]

    def __str__(self) -> str:
        return f"task {self.task_id} in delivery {self.delivery_id}"
