"""What a vendor is paid for in a project. Rows are added and never changed, so that every statement can be explained."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labeling.models.projects import Project


class VendorTerms(models.Model):
    """The rates of a team from a day on. Of two rows for the same day the later one corrects the earlier."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="vendor_terms")
    team = models.ForeignKey("metadata.Team", models.PROTECT, related_name="+")
    starts_on = models.DateField(help_text=_("They hold for what is accepted from this day on."))
    currency = models.CharField(max_length=3)
    per_item = models.DecimalField(max_digits=12, decimal_places=4, help_text=_("For each accepted item."))
    per_hour = models.DecimalField(
        max_digits=12, decimal_places=4, help_text=_("For each hour of active time on accepted items.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name_plural = "vendor terms"
        constraints = [
            models.CheckConstraint(condition=Q(per_item__gte=0, per_hour__gte=0), name="vendor_terms_rates")
        ]
        indexes = [models.Index(fields=["project", "team"], name="vendor_terms_team")]

    def __str__(self) -> str:
        return f"from {self.starts_on}: {self.per_item} {self.currency} an item"
