"""What became of somebody's exam: a round of items whose answers are known, asked before other work."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from labeling.models.work import Round


class ExamResult(models.Model):
    """One person's result, once: they passed, or did not, or were let in by somebody all the same."""

    exam = models.ForeignKey(Round, models.CASCADE, related_name="exam_results")
    agent = models.ForeignKey("metadata.Agent", models.CASCADE, related_name="exam_results")
    right = models.PositiveIntegerField()
    asked = models.PositiveIntegerField(help_text=_("Known answers; what was skipped is not right."))
    passed = models.BooleanField()
    settled_at = models.DateTimeField(auto_now_add=True)
    let_in_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    let_in_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["exam", "agent"], name="exam_result_once")]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.right} of {self.asked}"
