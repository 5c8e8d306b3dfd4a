"""The label types there are. Adding one is a line here and a line in the front end's registry."""

from __future__ import annotations

from labeling.label_types import (
    box,
    choice,
    choices,
    keypoint,
    pairwise,
    polygon,
    rating,
    record,
    relation,
    segment,
    span,
    transcript,
)
from labeling.label_types.base import AnyLabelType
from metadata.kernel.errors import NotFound

LABEL_TYPES: tuple[AnyLabelType, ...] = (
    choice.LABEL_TYPE,
    choices.LABEL_TYPE,
    rating.LABEL_TYPE,
    pairwise.LABEL_TYPE,
    box.LABEL_TYPE,
    polygon.LABEL_TYPE,
    keypoint.LABEL_TYPE,
    span.LABEL_TYPE,
    relation.LABEL_TYPE,
    segment.LABEL_TYPE,
    transcript.LABEL_TYPE,
    record.LABEL_TYPE,
)


class UnknownLabelType(NotFound):
    """There is no label type of this name."""

    code = "unknown_label_type"
    status = 422


def label_type(name: str) -> AnyLabelType:
    """The label type of that name, or `UnknownLabelType`."""
    for one in LABEL_TYPES:
        if one.name == name:
            return one
    raise UnknownLabelType(fields={"label_type": f"must be one of {', '.join(t.name for t in LABEL_TYPES)}"})
