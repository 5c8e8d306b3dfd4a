"""Recipes and runs: how derived items came to be."""

from django.db import models


class Recipe(models.Model):
    dataset = models.ForeignKey("metadata.Dataset", models.CASCADE, related_name="recipes")
    name = models.CharField(max_length=120)
    steps = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class Run(models.Model):
    """One execution of a recipe, from a seed."""

    recipe = models.ForeignKey(Recipe, models.PROTECT, related_name="runs")
    job = models.ForeignKey("metadata.Job", models.SET_NULL, null=True, related_name="+")
    batch = models.ForeignKey("metadata.Batch", models.SET_NULL, null=True, related_name="+")
    seed = models.BigIntegerField(default=0)
    steps = models.JSONField(help_text="The recipe's steps as they stood.")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"run {self.pk}"


class DerivedItem(models.Model):
    """Lineage: which item a run made from which, by which change, and what happened to its labels."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="derived")
    copy = models.PositiveSmallIntegerField(default=0, help_text="Which copy of the parent, from 0.")
    parent = models.ForeignKey("metadata.Item", models.PROTECT, related_name="+")
    child = models.OneToOneField("metadata.Item", models.CASCADE, related_name="derivation")
    change = models.JSONField()
    carried = models.JSONField(default=dict, help_text="Labels carried, and what was dropped or clipped.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "parent", "copy"], name="derived_once")]

    def __str__(self) -> str:
        return f"{self.parent_id} to {self.child_id}"
