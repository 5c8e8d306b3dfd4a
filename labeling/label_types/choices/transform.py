"""Classes are about the whole item: they stay as it changes; a person looks again when some of it is gone."""

from __future__ import annotations

from labeling.label_types.base import WHOLE, Carried, Remapping
from labeling.label_types.changes import Change, Crop, Shift
from labeling.label_types.choices.value import Choices, ChoicesSpec
from labeling.label_types.classes import check_remapping


def transform(value: Choices, change: Change) -> Carried[Choices]:
    return Carried(value, needs_person=(WHOLE,) if isinstance(change, Crop | Shift) else ())


def remap(value: Choices, mapping: Remapping, spec: ChoicesSpec) -> Carried[Choices]:
    """Classes renamed or merged follow; those given up are dropped; a split keeps the old code and is named."""
    check_remapping(mapping, spec.classes)
    kept: set[int] = set()
    dropped: list[str] = []
    undecided: list[str] = []
    for code in sorted(value.class_codes):
        new = mapping.get(code, (code,))
        if not new:
            dropped.append(str(code))
        elif len(new) == 1:
            kept.add(new[0])
        else:
            kept.add(code)
            undecided.append(str(code))
    return Carried(Choices(frozenset(kept)), dropped=tuple(dropped), needs_person=tuple(undecided))
