"""Two choices are the same class or they are not."""

from __future__ import annotations

from labeling.label_types.base import Difference
from labeling.label_types.choice.value import Choice


def distance(a: Choice, b: Choice) -> float:
    return float(a.class_code != b.class_code)


def differences(a: Choice, b: Choice) -> list[Difference]:
    if a.class_code == b.class_code:
        return []
    return [Difference("class", class_a=a.class_code, class_b=b.class_code)]
