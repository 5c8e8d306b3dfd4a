"""How far two drawn values are apart, and why.

`Space` is what a label type knows of its geometry; everything here follows from it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from labeling.label_types.base import Difference, Matching, Pair
from labeling.label_types.elements import DrawnSpec, Element
from labeling.label_types.matching import Matrix, best_pairs

G = TypeVar("G")
G_contra = TypeVar("G_contra", contravariant=True)

Elements = Sequence[Element[G]]

MOSTLY = 0.5
"""An element lies in another if at least this share of it does."""

SAME = 1e-12


class Space(Protocol[G_contra]):
    def overlaps(self, a: Sequence[G_contra], b: Sequence[G_contra]) -> Matrix:
        """(len(a), len(b)) of 0 to 1, exactly 1 for the same geometry."""

    def shares_inside(self, a: Sequence[G_contra], b: Sequence[G_contra]) -> Matrix:
        """(len(a), len(b)): the share of each of b that lies in each of a."""


def match_elements(a: Elements[G], b: Elements[G], space: Space[G], *, at: float = 0.0) -> Matching:
    """Elements of one class and part paired so that the sum of their overlaps is greatest."""
    quality = overlaps(a, b, space)
    pairs = best_pairs(quality, allowed=same_class(a, b), at=at)
    rows, columns = {row for row, _ in pairs}, {column for _, column in pairs}
    return Matching(
        pairs=tuple(Pair(a[row].id, b[column].id, float(quality[row, column])) for row, column in pairs),
        only_a=tuple(one.id for row, one in enumerate(a) if row not in rows),
        only_b=tuple(one.id for column, one in enumerate(b) if column not in columns),
    )


def drawn_distance(a: Elements[G], b: Elements[G], space: Space[G]) -> float:
    """1 - (sum of the overlaps of matched elements) / (matched pairs + unmatched on both sides).

    Two empty values are the same; an unmatched element counts in full.
    """
    if not a and not b:
        return 0.0
    quality = overlaps(a, b, space)
    pairs = best_pairs(quality, allowed=same_class(a, b))
    shared = math.fsum(float(quality[row, column]) for row, column in pairs)
    return min(1.0, max(0.0, 1.0 - shared / (len(a) + len(b) - len(pairs))))


def drawn_differences(a: Elements[G], b: Elements[G], space: Space[G], spec: DrawnSpec) -> list[Difference]:
    """Each element that is not the same on both sides, once, by what happened to it.

    First pairs that overlap by `match_iou`, of one class before others; then one against many (an element that
    covers several of its class on the other side, which do not cover one another); what is left was missed.
    """
    quality = overlaps(a, b, space)
    alike = same_class(a, b)
    partner = dict(best_pairs(quality, bonus=np.where(alike, 1e-3, 0.0), at=spec.match_iou))
    found, done_a, done_b = _one_versus_many(a, b, space, partner)
    back, more_b, more_a = _one_versus_many(b, a, space, {c: r for r, c in partner.items()}, done_b, done_a)
    found += [Difference(d.kind, d.b, d.a, d.class_b, d.class_a, d.amount) for d in back]
    done_a |= more_a
    done_b |= more_b
    for row, column in sorted(partner.items()):
        if row in done_a or column in done_b:
            continue
        done_a.add(row)
        done_b.add(column)
        one, other, overlap = a[row], b[column], float(quality[row, column])
        if one.class_code != other.class_code:
            found.append(Difference("class", (one.id,), (other.id,), one.class_code, other.class_code))
        elif overlap < 1.0 - SAME:
            found.append(
                Difference(
                    "boundary", (one.id,), (other.id,), one.class_code, other.class_code, 1.0 - overlap
                )
            )
    left_a = [row for row in range(len(a)) if row not in done_a]
    left_b = [column for column in range(len(b)) if column not in done_b]
    found += [Difference("missed", a=(a[row].id,), class_a=a[row].class_code) for row in left_a]
    found += [Difference("missed", b=(b[column].id,), class_b=b[column].class_code) for column in left_b]
    return found


def overlaps(a: Elements[G], b: Elements[G], space: Space[G]) -> Matrix:
    """(len(a), len(b)), 0 for elements on different parts."""
    if not a or not b:
        return np.zeros((len(a), len(b)))
    found = space.overlaps([one.geometry for one in a], [one.geometry for one in b])
    return np.where(same_part(a, b), found, 0.0)


def same_class(a: Elements[G], b: Elements[G]) -> NDArray[np.bool_]:
    codes_a = np.array([one.class_code for one in a], dtype=np.int64)
    codes_b = np.array([one.class_code for one in b], dtype=np.int64)
    return np.asarray(codes_a[:, None] == codes_b[None, :], dtype=np.bool_)


def same_part(a: Elements[G], b: Elements[G]) -> NDArray[np.bool_]:
    numbers = {part: number for number, part in enumerate({one.part for one in (*a, *b)})}
    parts_a = np.array([numbers[one.part] for one in a], dtype=np.int64)
    parts_b = np.array([numbers[one.part] for one in b], dtype=np.int64)
    return np.asarray(parts_a[:, None] == parts_b[None, :], dtype=np.bool_)


def _one_versus_many(
    a: Elements[G],
    b: Elements[G],
    space: Space[G],
    partner: dict[int, int],
    done_a: set[int] | None = None,
    done_b: set[int] | None = None,
) -> tuple[list[Difference], set[int], set[int]]:
    """Elements of a that cover two or more of b; returns them and what they use up on either side."""
    used_a, used_b = set(done_a or ()), set(done_b or ())
    if not a or len(b) < 2:
        return [], used_a, used_b
    usable = same_class(a, b) & same_part(a, b)
    covered = np.where(
        usable, space.shares_inside([one.geometry for one in a], [one.geometry for one in b]), 0.0
    )
    nested = space.shares_inside([one.geometry for one in b], [one.geometry for one in b])
    taken = set(partner.values())
    found: list[Difference] = []
    for row, one in enumerate(a):
        if row in used_a:
            continue
        inside = [
            column
            for column in range(len(b))
            if covered[row, column] >= MOSTLY
            and column not in used_b
            and (column not in taken or partner.get(row) == column)
        ]
        group = [
            column
            for column in inside
            if all(nested[other, column] < MOSTLY for other in inside if other != column)
        ]
        mine = partner.get(row)
        if len(group) < 2 or (mine is not None and mine not in group):
            continue
        used_a.add(row)
        used_b.update(group)
        ids = tuple(b[column].id for column in group)
        found.append(Difference("one_versus_many", (one.id,), ids, one.class_code, one.class_code))
    return found, used_a, used_b
