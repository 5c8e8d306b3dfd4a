"""Figures are as far apart as their likeness falls short of 1; an unmatched figure counts in full."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeling.label_types.base import Difference, DifferenceKind, Matching
from labeling.label_types.element_distance import SAME, drawn_distance, match_elements, same_class, same_part
from labeling.label_types.keypoint.likeness import FigureSpace
from labeling.label_types.keypoint.value import Figure, FigureElement, Figures, KeypointSpec
from labeling.label_types.matching import Matrix, best_pairs


def match(a: Figures, b: Figures, spec: KeypointSpec, *, at: float = 0.0) -> Matching:
    return match_elements(a.elements, b.elements, FigureSpace(spec), at=at)


def distance(a: Figures, b: Figures, spec: KeypointSpec) -> float:
    return drawn_distance(a.elements, b.elements, FigureSpace(spec))


def differences(a: Figures, b: Figures, spec: KeypointSpec) -> list[Difference]:
    """Each figure that is not the same on both sides, once, by the gravest thing that happened to it.

    Figures that are alike by `match_iou`, left and right taken either way, are one thing. Then, in this order: another
    class; left and right exchanged; a point that one set and the other left out; a point hidden to one only, the rest
    the same; other places.
    """
    ours, theirs = a.elements, b.elements
    as_is, either = _compared(ours, theirs, spec)
    alike = same_class(ours, theirs)
    bonus = np.where(alike, 1e-3, 0.0) + np.where(as_is >= either, 1e-4, 0.0)
    partner = dict(best_pairs(either, bonus=bonus, at=spec.match_iou))
    found: list[Difference] = []
    for row, column in sorted(partner.items()):
        one, other, likeness = ours[row], theirs[column], float(as_is[row, column])
        if one.class_code != other.class_code:
            found.append(Difference("class", (one.id,), (other.id,), one.class_code, other.class_code))
        elif likeness < 1.0 - SAME:
            kind: DifferenceKind = (
                "sides" if either[row, column] > likeness + SAME else _kind(one.geometry, other.geometry)
            )
            found.append(
                Difference(kind, (one.id,), (other.id,), one.class_code, other.class_code, 1.0 - likeness)
            )
    matched = set(partner.values())
    found += [
        Difference("missed", a=(one.id,), class_a=one.class_code)
        for row, one in enumerate(ours)
        if row not in partner
    ]
    found += [
        Difference("missed", b=(one.id,), class_b=one.class_code)
        for column, one in enumerate(theirs)
        if column not in matched
    ]
    return found


def _compared(
    a: Sequence[FigureElement], b: Sequence[FigureElement], spec: KeypointSpec
) -> tuple[Matrix, Matrix]:
    """(len(a), len(b)) of likeness as they are, and with sides exchanged where that fits better; 0 on other parts."""
    if not a or not b:
        return np.zeros((len(a), len(b))), np.zeros((len(a), len(b)))
    space = FigureSpace(spec)
    left, right = [one.geometry for one in a], [one.geometry for one in b]
    on_one = same_part(a, b)
    return (
        np.where(on_one, space.overlaps(left, right), 0.0),
        np.where(on_one, space.overlaps_but_sides(left, right), 0.0),
    )


def _kind(a: Figure, b: Figure) -> DifferenceKind:
    ours, theirs = a.by_name, b.by_name
    if ours.keys() != theirs.keys():
        return "points"
    moved = any((one.x, one.y) != (theirs[name].x, theirs[name].y) for name, one in a.points)
    return "boundary" if moved else "visibility"
