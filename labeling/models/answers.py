"""What people said: annotations, answers, votes and their projections. Append-only, except projections."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from labeling.models.projects import GuidelineVersion, Project, Question
from labeling.models.work import Pool, Task


class Annotation(models.Model):
    """One person's pass over a task. Immutable; a correction is a new revision."""

    task = models.ForeignKey(
        Task, models.PROTECT, related_name="annotations", db_index=False, db_constraint=False
    )
    agent = models.ForeignKey(
        "metadata.Agent", models.PROTECT, related_name="annotations", db_index=False, db_constraint=False
    )
    repeat = models.PositiveSmallIntegerField(default=0, db_default=0)
    revision = models.PositiveSmallIntegerField(default=0, db_default=0)
    pool = models.ForeignKey(Pool, models.PROTECT, related_name="+", db_index=False, db_constraint=False)
    seat = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Empty: kept, never counted."))
    guideline_version = models.ForeignKey(
        GuidelineVersion, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    independent = models.BooleanField(default=True, db_default=True)
    active_ms = models.PositiveIntegerField(default=0, db_default=0)
    key = models.CharField(max_length=200, help_text=_("The client's idempotency key."))
    body_hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agent", "key"], name="annotation_key_once"),
            models.UniqueConstraint(
                fields=["task", "pool", "seat"],
                condition=Q(revision=0, seat__isnull=False),
                name="annotation_seat",
            ),
            models.UniqueConstraint(
                fields=["task", "agent", "repeat", "revision"],
                condition=Q(revision__gt=0),
                name="annotation_chain",
            ),
        ]
        indexes = [
            models.Index(
                fields=["agent", "id"],
                condition=Q(revision=0, seat__isnull=False),
                name="annotation_of_agent",
            )
        ]

    def __str__(self) -> str:
        return f"annotation {self.pk}"


class Answer(models.Model):
    """An annotation's value for one question, in full."""

    annotation = models.ForeignKey(
        Annotation, models.PROTECT, related_name="answers", db_index=False, db_constraint=False
    )
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    item = models.ForeignKey(
        "metadata.Item", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["annotation", "question"], name="answer_once")]
        indexes = [models.Index(fields=["item", "question"], name="answer_item")]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class Vote(models.Model):
    """What statistics count of an answer. Rows are kept; only `current` moves with a revision."""

    annotation = models.ForeignKey(Annotation, models.PROTECT, related_name="votes", db_constraint=False)
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    facet = models.CharField(max_length=40, default="", db_default="")
    item = models.ForeignKey(
        "metadata.Item", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    agent = models.ForeignKey(
        "metadata.Agent", models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    code = models.IntegerField()
    current = models.BooleanField(default=True, db_default=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["question", "facet", "code", "item"], condition=Q(current=True), name="vote_class"
            ),
            models.Index(fields=["agent", "item"], condition=Q(current=True), name="vote_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}{self.facet}={self.code}"


class Tally(models.Model):
    """The current votes of an item, sorted: a projection of Vote."""

    question = models.ForeignKey(
        Question, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    facet = models.CharField(max_length=40, default="", db_default="")
    item = models.ForeignKey(
        "metadata.Item", models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    codes = ArrayField(models.IntegerField())

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [models.UniqueConstraint(fields=["question", "facet", "item"], name="tally_once")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.codes}"


class Profile(models.Model):
    """How many items carry exactly these votes: every nominal figure follows from it."""

    question = models.ForeignKey(
        Question, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    facet = models.CharField(max_length=40, default="", db_default="")
    codes = ArrayField(models.IntegerField())
    n = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["question", "facet", "codes"], name="profile_once")]

    def __str__(self) -> str:
        return f"{self.codes} × {self.n}"


class ProfileDelta(models.Model):
    """A change of profiles that is not folded yet."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="+", db_constraint=False)
    facet = models.CharField(max_length=40, default="", db_default="")
    codes = ArrayField(models.IntegerField())
    n = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.codes} {self.n:+d}"


class ModelRun(models.Model):
    """One model's answers over a set of items."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="model_runs")
    agent = models.ForeignKey("metadata.Agent", models.PROTECT, related_name="model_runs")
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class Prediction(models.Model):
    """A model's answer, with probabilities; never a vote."""

    model_run = models.ForeignKey(ModelRun, models.CASCADE, related_name="predictions", db_index=False)
    item = models.ForeignKey("metadata.Item", models.CASCADE, related_name="+")
    question = models.ForeignKey(Question, models.CASCADE, related_name="+")
    value = models.JSONField()
    probabilities = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["model_run", "item", "question"], name="prediction_once")
        ]

    def __str__(self) -> str:
        return f"prediction {self.pk}"


class GoldAnswer(models.Model):
    """The known answer to a question about an item; a new one ends the old. Labelers never see that there is one."""

    class Origin(models.TextChoices):
        GIVEN = "given", _("given")
        RULING = "ruling", _("settled by a reviewer")

    item = models.ForeignKey("metadata.Item", models.PROTECT, related_name="gold_answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="gold_answers")
    value = models.JSONField()
    origin = models.CharField(max_length=8, choices=Origin.choices)
    agent = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "item"], condition=Q(ended_at=None), name="gold_answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"known answer to {self.question_id} about {self.item_id}"


class Resolution(models.Model):
    """The accepted answer for an item and question; append-only, the newest holds."""

    item = models.ForeignKey("metadata.Item", models.PROTECT, related_name="resolutions")
    question = models.ForeignKey(Question, models.PROTECT, related_name="resolutions", db_index=False)
    value = models.JSONField(null=True, blank=True, help_text=_("Empty: people tied; kept soft."))
    distribution = models.JSONField(
        default=dict, help_text=_("Share of each class; support of each element.")
    )
    confidence = models.FloatField(null=True, blank=True)
    method = models.CharField(max_length=40)
    votes = models.PositiveSmallIntegerField(default=0)
    tied = models.BooleanField(default=False)
    agent = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["question", "item", "-id"], name="resolution_newest")]

    def __str__(self) -> str:
        return f"resolution of {self.item_id}"
