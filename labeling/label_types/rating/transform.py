"""A rating is about the whole item, and how an item looks may be what was rated."""

from __future__ import annotations

from labeling.label_types.base import WHOLE, Carried, Remapping
from labeling.label_types.changes import Change, Crop, Photometric, Shift
from labeling.label_types.classes import check_remapping
from labeling.label_types.rating.value import Rating, RatingSpec


def transform(value: Rating, change: Change) -> Carried[Rating]:
    """Kept, and shown to a person unless the item was only flipped or turned."""
    return Carried(value, needs_person=(WHOLE,) if isinstance(change, Photometric | Crop | Shift) else ())


def remap(value: Rating, mapping: Remapping, spec: RatingSpec) -> Carried[Rating]:
    """A level given up or split leaves no value: somebody must answer again, or decide."""
    check_remapping(mapping, spec.classes)
    new = mapping.get(value.level, (value.level,))
    if len(new) == 1:
        return Carried(Rating(new[0]))
    return Carried(None, needs_person=(WHOLE,)) if new else Carried(None, dropped=(WHOLE,))
