"""A choice is one vote: its class."""

from __future__ import annotations

from labeling.label_types.base import WHOLE, Vote
from labeling.label_types.choice.value import Choice


def votes(value: Choice) -> list[Vote]:
    return [Vote(WHOLE, value.class_code)]
