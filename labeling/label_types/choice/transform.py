"""A choice is about the whole item: it stays as the item changes, and a person looks again when some of it is gone."""

from __future__ import annotations

from labeling.label_types.base import WHOLE, Carried, Remapping
from labeling.label_types.changes import Change, Crop, Shift
from labeling.label_types.choice.value import Choice, ChoiceSpec
from labeling.label_types.classes import check_remapping


def transform(value: Choice, change: Change) -> Carried[Choice]:
    if isinstance(change, Crop | Shift):
        return Carried(value, needs_person=(WHOLE,))
    return Carried(value)


def remap(value: Choice, mapping: Remapping, spec: ChoiceSpec) -> Carried[Choice]:
    """A class given up or split leaves no value: somebody must answer again, or decide."""
    check_remapping(mapping, spec.classes)
    new = mapping.get(value.class_code, (value.class_code,))
    if len(new) == 1:
        return Carried(Choice(new[0]))
    if new:
        return Carried(None, needs_person=(WHOLE,))
    return Carried(None, dropped=(WHOLE,))
