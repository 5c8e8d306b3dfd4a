"""Per class, whether a figure of it was drawn; how near the points lie is computed by reports."""

from __future__ import annotations

from labeling.label_types.base import Vote
from labeling.label_types.elements import presence_votes
from labeling.label_types.keypoint.value import Figures, KeypointSpec


def votes(value: Figures, spec: KeypointSpec) -> list[Vote]:
    return presence_votes(value.elements, spec.classes)
