"""Two ratings are as far apart as there are levels between them."""

from __future__ import annotations

from labeling.label_types.base import Difference
from labeling.label_types.rating.value import Rating, RatingSpec


def distance(a: Rating, b: Rating, spec: RatingSpec) -> float:
    """Steps between the levels over the steps of the whole scale.

    The ordinal metric of Krippendorff's alpha also weighs how often levels occur, so it is left to the statistics.
    """
    order = spec.class_order
    return abs(order.index(a.level) - order.index(b.level)) / (len(order) - 1)


def differences(a: Rating, b: Rating, spec: RatingSpec) -> list[Difference]:
    if a.level == b.level:
        return []
    return [Difference("class", class_a=a.level, class_b=b.level, amount=distance(a, b, spec))]
