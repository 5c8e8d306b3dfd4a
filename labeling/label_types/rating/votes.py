"""A rating is one vote: its level."""

from __future__ import annotations

from labeling.label_types.base import WHOLE, Vote
from labeling.label_types.rating.value import Rating


def votes(value: Rating) -> list[Vote]:
    return [Vote(WHOLE, value.level)]
