"""Per class, whether a box of it was drawn; how well they lie is computed by reports."""

from __future__ import annotations

from labeling.label_types.base import Vote
from labeling.label_types.box.value import Boxes, BoxSpec
from labeling.label_types.elements import presence_votes


def votes(value: Boxes, spec: BoxSpec) -> list[Vote]:
    return presence_votes(value.elements, spec.classes)
