"""A transcript has no votes: statistics compare it by distance."""

from __future__ import annotations

from labeling.label_types.base import Vote
from labeling.label_types.transcript.value import Transcript


def votes(value: Transcript) -> list[Vote]:
    return []
