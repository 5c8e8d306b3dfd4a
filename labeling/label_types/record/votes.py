"""Of every field with named answers, which one was given; texts, numbers and dates are compared by distance."""

from __future__ import annotations

from labeling.label_types.base import Vote
from labeling.label_types.fields import option_code
from labeling.label_types.record.value import Record, RecordSpec


def votes(value: Record, spec: RecordSpec) -> list[Vote]:
    found = []
    for field in spec.fields:
        given = value.fields.get(field.name)
        if field.kind == "choice" and given is not None:
            found.append(Vote(field.name, option_code(str(given))))
        if field.kind == "yes_no" and given is not None:
            found.append(Vote(field.name, int(bool(given))))
    return found
