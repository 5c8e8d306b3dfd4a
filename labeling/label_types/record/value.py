"""A record filled in, field by field: `{"fields": {"amount": 12.5, "paid": true}}`. What is not known is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from labeling.label_types.errors import InvalidValue
from labeling.label_types.fields import MOST_FIELDS, FieldDef, FieldValue, fields_at, value_at
from labeling.label_types.reading import joined, object_at
from labeling.label_types.settings import Setting
from metadata.kernel.json_guard import Json


@dataclass(frozen=True, slots=True)
class RecordSpec:
    """Where nothing is declared, one line of text."""

    fields: tuple[FieldDef, ...] = (FieldDef("text", "text"),)


@dataclass(frozen=True, slots=True)
class Record:
    fields: Mapping[str, FieldValue] = field(default_factory=dict)


SETTINGS = (Setting("fields", "fields", most=MOST_FIELDS),)


def check_spec(raw: object) -> RecordSpec:
    settings = object_at(raw, "", optional=("fields",))
    return RecordSpec(fields_at(settings["fields"], "fields")) if "fields" in settings else RecordSpec()


def parse(raw: object, spec: RecordSpec) -> Record:
    names = tuple(one.name for one in spec.fields)
    given = object_at(object_at(raw, "", required=("fields",))["fields"], "fields", optional=names)
    found: dict[str, FieldValue] = {}
    for one in spec.fields:
        path = joined("fields", one.name)
        if one.name in given:
            found[one.name] = value_at(given[one.name], path, one)
        elif one.required:
            raise InvalidValue(path, "is required")
    return Record(found)


def dump(value: Record) -> dict[str, Json]:
    return {"fields": dict(value.fields)}
