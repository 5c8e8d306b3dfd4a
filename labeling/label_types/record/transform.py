"""What a record says stays as its item changes; a person looks again when some of the item is gone."""

from __future__ import annotations

from labeling.label_types.base import WHOLE, Carried
from labeling.label_types.changes import Change, Crop, Shift
from labeling.label_types.record.value import Record


def transform(value: Record, change: Change) -> Carried[Record]:
    return Carried(value, needs_person=(WHOLE,) if isinstance(change, Crop | Shift) else ())


def remap(value: Record) -> Carried[Record]:
    """A record has no classes."""
    return Carried(value)
