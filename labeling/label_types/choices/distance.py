"""How far two sets of classes are apart."""

from __future__ import annotations

from labeling.label_types.base import Difference
from labeling.label_types.choices.value import Choices, ChoicesSpec


def distance(a: Choices, b: Choices, spec: ChoicesSpec) -> float:
    return (masi if spec.measure == "masi" else jaccard)(a.class_codes, b.class_codes)


def jaccard(a: frozenset[int], b: frozenset[int]) -> float:
    """1 - |a and b| / |a or b|; two empty sets are the same.

    >>> jaccard(frozenset({1, 2}), frozenset({2, 3, 4}))
    0.75
    """
    return 1.0 - len(a & b) / len(a | b) if a | b else 0.0


def masi(a: frozenset[int], b: frozenset[int]) -> float:
    """1 - Jaccard's coefficient times 1 for equal sets, 2/3 if one holds the other, 1/3 if they cross, else 0.

    Passonneau 2006, "Measuring agreement on set-valued items (MASI)", LREC.

    >>> round(masi(frozenset({1}), frozenset({1, 2})), 4)
    0.6667
    """
    if a == b:
        return 0.0
    alike = 2 / 3 if a <= b or b <= a else 1 / 3  # of disjoint sets Jaccard's coefficient is 0 already
    return 1.0 - (1.0 - jaccard(a, b)) * alike


def differences(a: Choices, b: Choices, spec: ChoicesSpec) -> list[Difference]:
    """Each class that only one side chose; where both sides have exactly one such class, one for another."""
    only_a = [code for code in spec.class_order if code in a.class_codes - b.class_codes]
    only_b = [code for code in spec.class_order if code in b.class_codes - a.class_codes]
    if len(only_a) == len(only_b) == 1:
        return [Difference("class", class_a=only_a[0], class_b=only_b[0])]
    return [
        *(Difference("missed", class_a=code) for code in only_a),
        *(Difference("missed", class_b=code) for code in only_b),
    ]
