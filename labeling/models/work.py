"""Rounds, tasks and places: what is still owed, and to whom it was handed."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from labeling.models.projects import GuidelineVersion, Project, Question


class Round(models.Model):
    """A piece of labeling work in a project."""

    class Kind(models.TextChoices):
        PRODUCTION = "production", _("production")
        PROBE = "probe", _("probe")
        SELF_REPEAT = "self_repeat", _("self-repeat")
        RELABEL = "relabel", _("relabel")
        HUMAN_CHECK = "human_check", _("human check")
        EXAM = "exam", _("exam")
        IMPORTED = "imported", _("imported votes")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PAUSED = "paused", _("paused")
        CLOSED = "closed", _("closed")

    class Ordering(models.TextChoices):
        FINISH = "finish", _("finish opened items first")
        SPREAD = "spread", _("spread over items")
        PLAIN = "plain", _("in order")
        SHUFFLE = "shuffle", _("shuffled for each person")

    project = models.ForeignKey(Project, models.CASCADE, related_name="rounds")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.PRODUCTION)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    ordering = models.CharField(max_length=8, choices=Ordering.choices, default=Ordering.FINISH)
    guideline_version = models.ForeignKey(GuidelineVersion, models.PROTECT, related_name="rounds")
    questions = models.ManyToManyField(Question, related_name="rounds")
    places_per_task = models.PositiveSmallIntegerField(default=3)
    lease_minutes = models.PositiveSmallIntegerField(default=30)
    blind = models.BooleanField(default=True)
    sealed = models.BooleanField(default=False)
    seed = models.BigIntegerField(
        default=0, db_default=0, help_text=_("What is drawn in this round is drawn from it.")
    )
    gold_share = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("Percent of what is handed out whose answer is known.")
    )
    priority_field = models.CharField(
        max_length=60,
        blank=True,
        default="",
        db_default="",
        help_text=_("Items with a higher number in this field come first."),
    )
    left_out = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text=_("How many items lack a part that a question needs, by the question's number."),
    )
    repeats_items = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Whether somebody may get an item that they met in another round of the project."),
    )
    shares_items = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Some of its items are in other rounds too; noted when items are taken in."),
    )
    pass_mark = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Of an exam: percent of its known answers that must be right.")
    )
    exam = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Only who passed it gets tasks of this round."),
    )
    repeat_share = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("Percent of a person's answers that are asked of them again.")
    )
    repeat_after_minutes = models.PositiveIntegerField(
        default=1440, db_default=1440, help_text=_("How long after their first answer, at least.")
    )
    rank = models.PositiveSmallIntegerField(default=10, help_text=_("Lower is handed out first."))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("metadata.Agent", models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(places_per_task__gte=1, places_per_task__lte=100), name="round_places"
            ),
            models.CheckConstraint(
                condition=Q(gold_share__lte=50) | Q(kind="exam", gold_share=100), name="round_gold_share"
            ),
            models.CheckConstraint(condition=Q(repeat_share__lte=50), name="round_repeat_share"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shares(self) -> "list[Pool]":
        """Who fills its places; gold stands beside them."""
        return sorted((pool for pool in self.pools.all() if not pool.gold), key=lambda pool: pool.pk)


class Pool(models.Model):
    """Who may fill places of a round: everybody in the project, one team, or its experts.

    The pool of gold holds the items whose answer is known. Its places never fill, and it is read only when a claim
    draws it.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="pools")
    team = models.ForeignKey("metadata.Team", models.PROTECT, null=True, blank=True, related_name="+")
    share = models.PositiveSmallIntegerField(default=3, help_text=_("Places per task for this pool."))
    gold = models.BooleanField(default=False, db_default=False)
    experts = models.BooleanField(
        default=False, db_default=False, help_text=_("Only experts and managers fill its places.")
    )

    def __str__(self) -> str:
        return f"pool {self.pk}"


class Task(models.Model):
    """One item in a round. Cold: written at creation and when its state changes."""

    class State(models.IntegerChoices):
        OPEN = 0, _("open")
        COMPLETE = 1, _("complete")
        RESOLVED = 2, _("resolved")
        WITHDRAWN = 3, _("withdrawn")

    round = models.ForeignKey(Round, models.CASCADE, related_name="tasks", db_index=False)
    item = models.ForeignKey("metadata.Item", models.PROTECT, related_name="tasks")
    state = models.PositiveSmallIntegerField(choices=State.choices, default=State.OPEN)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "item"], name="task_item_once")]

    def __str__(self) -> str:
        return f"task {self.pk}"


SHUFFLED_LANES = 32
GOLD_LANES = 8


class Place(models.Model):
    """What one pool of labelers still owes a task. Hot: the limit is a CHECK, a unique seat and a trigger."""

    class Lane(models.IntegerChoices):
        RETURNED = 0, _("returned")
        OPENED = 1, _("opened")
        FRESH = 2, _("fresh")
        SHUFFLED = 32, _("shuffled")  # the first of SHUFFLED_LANES
        GOLD = 900, _("gold")  # the first of GOLD_LANES: a place given back stays where it is
        WITHDRAWN = 1000, _("withdrawn")  # behind every lane that is read: its item was archived

    task = models.ForeignKey(Task, models.CASCADE, related_name="places", db_index=False, db_constraint=False)
    pool = models.ForeignKey(Pool, models.CASCADE, related_name="places", db_index=False, db_constraint=False)
    wanted = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0, db_default=0)
    held = models.PositiveSmallIntegerField(default=0, db_default=0)
    lane = models.PositiveSmallIntegerField(default=Lane.FRESH, db_default=2)
    pos = models.BigIntegerField()
    open = models.GeneratedField(
        expression=models.Case(
            models.When(taken__lt=F("wanted") - F("held"), then=models.Value(True)),
            default=models.Value(False),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "pool"], name="place_once"),
            models.CheckConstraint(
                condition=Q(taken__gte=0, held__gte=0, wanted__gte=F("taken") + F("held")),
                name="place_exactly_n",
            ),
        ]
        indexes = [models.Index(fields=["pool", "lane", "pos"], condition=Q(open=True), name="place_queue")]

    def __str__(self) -> str:
        return f"{self.task_id}: {self.taken} of {self.wanted}"


class QueuePosition(models.Model):
    """How far a labeler has read each queue of places."""

    agent = models.ForeignKey("metadata.Agent", models.CASCADE, related_name="+", db_index=False)
    pool = models.ForeignKey(Pool, models.CASCADE, related_name="+", db_index=False)
    lane = models.PositiveSmallIntegerField()
    pos = models.BigIntegerField(default=-1, db_default=-1)
    claims = models.PositiveIntegerField(
        default=0, db_default=0, help_text=_("How many tasks they were handed from it.")
    )
    reset_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "pool", "lane"], name="queue_position_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.pool_id}/{self.lane}"


class Assignment(models.Model):
    """Somebody's lease of a task, and what became of it: one row a person, task and repeat, for ever."""

    class State(models.IntegerChoices):
        PLANNED = 0, _("planned")
        LEASED = 1, _("leased")
        DONE = 2, _("done")
        LAPSED = 3, _("lapsed")
        SKIPPED = 4, _("skipped")

    task = models.ForeignKey(
        Task, models.CASCADE, related_name="assignments", db_index=False, db_constraint=False
    )
    agent = models.ForeignKey(
        "metadata.Agent", models.CASCADE, related_name="assignments", db_index=False, db_constraint=False
    )
    repeat = models.PositiveSmallIntegerField(default=0, db_default=0)
    pool = models.ForeignKey(Pool, models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    state = models.PositiveSmallIntegerField(choices=State.choices, default=State.LEASED, db_default=1)
    due = models.DateTimeField(null=True, blank=True)
    head = models.BigIntegerField(null=True, blank=True, help_text=_("The current annotation."))
    skip_reason = models.CharField(max_length=20, blank=True, default="", db_default="")
    skip_comment = models.CharField(max_length=500, blank=True, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "agent", "repeat"], name="assignment_once")]
        indexes = [
            models.Index(fields=["due"], condition=Q(state=1), name="assignment_due"),
            models.Index(fields=["agent"], condition=Q(state__in=[0, 1]), name="assignment_desk"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} on {self.task_id}"
