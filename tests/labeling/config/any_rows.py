"""Rows of any model, each with parents of its own, so that a page that reads one parent a row is found out."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal
from itertools import count
from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone

from augmentation.models import DerivedItem
from labeling.models import Annotation, Answer, Delivery, Place, Prediction, Resolution, Round
from metadata.models import Identity, Job, Part, Version, VersionMember

_numbers = count(1)

# What the database checks beyond types.
ESPECIALLY: Final[Mapping[type[models.Model], Callable[[int], dict[str, Any]]]] = {
    Annotation: lambda n: {"seat": None, "revision": 0},
    Part: lambda n: {"text": f"text {n}", "asset": None},
    Version: lambda n: {"closed_at": timezone.now(), "digest": "d" * 64},
    VersionMember: lambda n: {"valid_from": 1, "valid_to": 2},
    Round: lambda n: {"places_per_task": 3, "gold_share": n % 50, "repeat_share": n % 40},
    Delivery: lambda n: {"state": ("accepted", "returned")[n % 2]},
    Place: lambda n: {"wanted": 3, "taken": 1, "held": 1},
    Identity: lambda n: {"is_active": True, "password": "!" + "p" * 20},
    Job: lambda n: {"state": "failed", "error": {"code": "x", "message": "y", "fields": {}}},
    Answer: lambda n: {"value": {"class": n % 4}},
    Prediction: lambda n: {"value": {"class": n % 4}},
    Resolution: lambda n: {"value": {"class": n % 4}, "distribution": {"1": 0.5}},
    DerivedItem: lambda n: {"change": {"kind": "darken"}, "carried": {}},
}
FIXED: Final[Mapping[type[models.Field[Any, Any]], Callable[[int], Any]]] = {
    models.JSONField: lambda n: {},
    models.BinaryField: lambda n: n.to_bytes(32, "big"),
    models.UUIDField: lambda n: uuid.uuid4(),
    models.EmailField: lambda n: f"agent-{n}@example.org",
    models.SlugField: lambda n: f"slug-{n}",
    models.TextField: lambda n: f"words {n}",
    models.BooleanField: lambda n: bool(n % 2),
    models.FloatField: lambda n: n / 8,
    models.DecimalField: lambda n: Decimal(n) / 8,
    models.DateField: lambda n: timezone.now().date(),
    models.DateTimeField: lambda n: timezone.now(),
    ArrayField: lambda n: [n % 5, n % 7],
}


def a_row(model: type[models.Model]) -> models.Model:
    """One row; every foreign key, optional or not, leads to a new row of its own."""
    n = next(_numbers)
    values: dict[str, Any] = {}
    special = ESPECIALLY[model](n) if model in ESPECIALLY else {}
    for field in model._meta.concrete_fields:
        if (
            field.name in special
            or field.primary_key
            or isinstance(field, SearchVectorField | models.GeneratedField)
        ):
            continue
        if isinstance(field, models.ForeignKey):
            parent = field.related_model
            assert isinstance(parent, type)
            values[field.name] = None if parent is model else a_row(parent)
        elif field.choices:
            values[field.name] = field.choices[n % len(list(field.choices))][0]
        else:
            values[field.name] = _plain(field, n)
    return model._base_manager.create(**(values | special))


def _plain(field: models.Field[Any, Any], n: int) -> Any:
    for kind in type(field).__mro__:
        if kind in FIXED:
            return [] if kind is ArrayField and field.name == "scopes" else FIXED[kind](n)
    if isinstance(field, models.CharField):
        return f"{field.name}-{n}"[: field.max_length] if field.max_length != 64 else f"{n:064x}"
    assert isinstance(field, models.IntegerField), f"{field} needs a value here"
    return n % 30_000
