"""For every class a yes or a no."""

from __future__ import annotations

from labeling.label_types.base import Vote
from labeling.label_types.choices.value import Choices, ChoicesSpec


def votes(value: Choices, spec: ChoicesSpec) -> list[Vote]:
    return [Vote(str(code), int(code in value.class_codes)) for code in spec.class_order]
