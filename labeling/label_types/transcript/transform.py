"""A transcript stays as its recording gets louder or noisier; what is cut away may have been spoken."""

from __future__ import annotations

from labeling.label_types.base import WHOLE, Carried
from labeling.label_types.changes import Change, Photometric
from labeling.label_types.transcript.value import Transcript


def transform(value: Transcript, change: Change) -> Carried[Transcript]:
    return Carried(value, needs_person=() if isinstance(change, Photometric) else (WHOLE,))


def remap(value: Transcript) -> Carried[Transcript]:
    """A transcript has no classes."""
    return Carried(value)
