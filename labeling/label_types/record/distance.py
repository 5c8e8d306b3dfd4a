"""Records are as far apart as their fields on average."""

from __future__ import annotations

from labeling.label_types.base import Difference, DifferenceKind
from labeling.label_types.fields import FieldDef, FieldValue, bare, distance_between, mean
from labeling.label_types.record.value import Record, RecordSpec


def distance(a: Record, b: Record, spec: RecordSpec) -> float:
    """The mean over all fields; a field that only one side filled in counts in full, one that neither did is the
    same."""
    return mean([_apart(a, b, field) for field in spec.fields])


def differences(a: Record, b: Record, spec: RecordSpec) -> list[Difference]:
    """Each field that differs, by its name: left out on one side (missed), another number or day (boundary), the same
    written otherwise (convention), or another answer (class)."""
    found = []
    for field in spec.fields:
        amount = _apart(a, b, field)
        if amount > 0:
            one, other = a.fields.get(field.name), b.fields.get(field.name)
            here = () if one is None else (field.name,)
            there = () if other is None else (field.name,)
            kind = _kind(one, other, field)
            found.append(Difference(kind, here, there, amount=amount / len(spec.fields)))
    return found


def _apart(a: Record, b: Record, field: FieldDef) -> float:
    one, other = a.fields.get(field.name), b.fields.get(field.name)
    if one is None or other is None:
        return float(one is not other)
    return distance_between(one, other, field)


def _kind(one: FieldValue | None, other: FieldValue | None, field: FieldDef) -> DifferenceKind:
    if one is None or other is None:
        return "missed"
    if field.kind in ("number", "date"):
        return "boundary"
    return "convention" if field.kind == "text" and bare(one) == bare(other) else "class"
