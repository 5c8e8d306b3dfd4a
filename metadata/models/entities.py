"""Entities: what the data is."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from metadata.models.agents import Agent


class Dataset(models.Model):
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    fields = models.JSONField(default=list, blank=True, help_text=_("Declared typed fields of its items."))
    leaf_key = models.BinaryField(
        max_length=32, editable=False, help_text=_("Keys the leaf hashes of its versions.")
    )
    demo = models.BooleanField(default=False)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return self.name


class DatasetMembership(models.Model):
    """Who may see or steer a dataset. Labelers need none: their tasks show them what they may see."""

    class Role(models.TextChoices):
        MANAGER = "manager", _("manager")
        EXPERT = "expert", _("expert")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="memberships")
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="dataset_memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "agent"], name="dataset_membership_once")]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.role} of {self.dataset_id}"


class Source(models.Model):
    """Where items came from: camera 3, vendor X, the production stream."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="sources")
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "name"], name="source_name_once")]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """One delivery of items. Undoing it archives what it brought."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        UNDONE = "undone", _("undone")

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="batches")
    source = models.ForeignKey(Source, models.SET_NULL, null=True, blank=True, related_name="batches")
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    created = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    lines_read = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text=_("Where an interrupted import goes on.")
    )
    created_by = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "batches"

    def __str__(self) -> str:
        return self.name


class RefusedLine(models.Model):
    """A line of an import that could not go in, and why."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="refused_lines")
    line = models.PositiveBigIntegerField()
    field = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=60)
    reason = models.CharField(max_length=500)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "line", "field"], name="refused_line_once")]

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class Asset(models.Model):
    """The bytes behind a part, addressed by hash and stored once."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=80)
    width = models.PositiveIntegerField(null=True, blank=True, help_text=_("Of the upright picture."))
    height = models.PositiveIntegerField(null=True, blank=True)
    duration_ms = models.PositiveBigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    probed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("When a dataset that used it was deleted; it goes if nothing else does."),
    )

    class Meta:
        indexes = [
            models.Index(fields=["left_at"], condition=models.Q(left_at__isnull=False), name="asset_left")
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class Item(models.Model):
    """One datum: fields, a revision number, and parts.

    Items come in by the ten thousand, so the database does not check dataset and batch row by row (measured: half
    of the server's time); services.items holds the dataset's row once a chunk instead.
    """

    dataset = models.ForeignKey(
        Dataset, models.CASCADE, related_name="items", db_index=False, db_constraint=False
    )
    batch = models.ForeignKey(
        Batch, models.SET_NULL, null=True, blank=True, related_name="items", db_constraint=False
    )
    external_key = models.CharField(max_length=300)
    revision = models.PositiveIntegerField(default=0)
    fields = models.JSONField(default=dict, blank=True)
    search = SearchVectorField(null=True, editable=False)
    parent = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="children", db_index=False
    )
    archived_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "external_key"], name="item_key_once")]
        indexes = [
            models.Index(fields=["dataset", "id"], name="item_walk"),
            # Partial, so that an import of what has none of it does not pay for them.
            models.Index(fields=["parent"], condition=models.Q(parent__isnull=False), name="item_parent"),
            GinIndex(fields=["search"], condition=models.Q(search__isnull=False), name="item_search"),
        ]

    def __str__(self) -> str:
        return self.external_key


class ItemRevision(models.Model):
    """What an item was before it was fixed; append-only."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="revisions")
    revision = models.PositiveIntegerField()
    fields = models.JSONField(default=dict)
    parts = models.JSONField(default=list)
    reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(Agent, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "revision"], name="item_revision_once")]

    def __str__(self) -> str:
        return f"{self.item_id} r{self.revision}"


class Part(models.Model):
    """A role in an item: its image, its text, its page 2. Text stands inline, media by hash."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="parts", db_index=False, db_constraint=False)
    role = models.CharField(max_length=40)
    ordinal = models.PositiveSmallIntegerField(default=0)
    asset = models.ForeignKey(
        Asset, models.PROTECT, null=True, blank=True, related_name="parts", db_index=False
    )
    text = models.TextField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "role", "ordinal"], name="part_role_once"),
            models.CheckConstraint(
                condition=models.Q(asset__isnull=False, text__isnull=True)
                | models.Q(asset__isnull=True, text__isnull=False),
                name="part_is_asset_or_text",
            ),
        ]
        indexes = [models.Index(fields=["asset"], condition=models.Q(asset__isnull=False), name="part_asset")]

    def __str__(self) -> str:
        return f"{self.item_id}/{self.role}"


class Facet(models.Model):
    """One row a filterable value of an item's declared fields."""

    dataset = models.ForeignKey(
        Dataset, models.CASCADE, db_index=False, related_name="+", db_constraint=False
    )
    key = models.CharField(max_length=64)
    value = models.CharField(max_length=200)
    item = models.ForeignKey(Item, models.CASCADE, related_name="facets", db_constraint=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dataset", "key", "value", "item"], name="facet_walk")]

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


class Version(models.Model):
    """A state of a dataset with its answers: open (one a dataset) or closed and immutable."""

    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="+")
    pins = models.JSONField(default=list, blank=True, help_text=_("(project, guideline version) pairs."))
    digest = models.CharField(max_length=64, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dataset", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["dataset"], condition=models.Q(closed_at__isnull=True), name="version_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class VersionMember(models.Model):
    """What belongs to versions valid_from up to (not including) valid_to; opaque to metadata."""

    class Kind(models.IntegerChoices):
        ITEM = 1, _("item")
        ANNOTATION = 2, _("annotation")
        RESOLUTION = 3, _("resolution")

    dataset = models.ForeignKey(
        Dataset, models.CASCADE, db_index=False, related_name="+", db_constraint=False
    )
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    subject = models.BigIntegerField(help_text=_("Item, annotation chain or item, by kind."))
    facet = models.BigIntegerField(default=0, help_text=_("Question of a resolution, else 0."))
    row = models.BigIntegerField(
        help_text=_("The row that holds the content: revision, annotation, resolution.")
    )
    leaf = models.BinaryField(max_length=32)
    valid_from = models.PositiveIntegerField()
    valid_to = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "kind", "subject", "facet"],
                condition=models.Q(valid_to__isnull=True),
                name="version_member_now",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=models.F("valid_from")),
                name="version_member_ordered",
            ),
        ]
        indexes = [
            models.Index(fields=["dataset", "valid_from"], name="version_member_from"),
            models.Index(
                fields=["dataset", "valid_to"],
                condition=models.Q(valid_to__isnull=False),
                name="version_member_to",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.subject} [{self.valid_from}, {self.valid_to})"


class VersionFile(models.Model):
    """A file of a closed version: frozen Parquet, or an export."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="files")
    job = models.ForeignKey("metadata.Job", models.SET_NULL, null=True, blank=True, related_name="files")
    kind = models.CharField(max_length=40, help_text=_("frozen, or the export's format"))
    name = models.CharField(max_length=200)
    storage_key = models.CharField(max_length=300)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "kind", "name", "job"], name="version_file_once")
        ]

    def __str__(self) -> str:
        return self.name
