"""Rectangles turned about their middle: one way to write each, their corners, and the exact area two of them share.

`x0` to `y1` are the edges before the turn, `angle` is in degrees, clockwise as one sees it. A rectangle turned by 90
degrees is one that stands upright with its sides exchanged, so every rectangle has one way to be written: turned by
more than -45 and at most 45 degrees, and plain where it stands upright.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labeling.label_types.ballots import weighted_median
from labeling.label_types.geometry import Point, Rect, ious, shared_areas, turned_corners
from labeling.label_types.matching import Matrix

QUARTER = 90.0


@dataclass(frozen=True, slots=True)
class TurnedRect(Rect):
    angle: float


def turned(rect: Rect, angle: float) -> Rect:
    """The edges turned by any angle, in the one way to write them.

    >>> turned(Rect(0, 0, 4, 2), 90)
    Rect(x0=1.0, y0=-1.0, x1=3.0, y1=3.0)
    >>> turned(Rect(0, 0, 4, 2), -135)
    TurnedRect(x0=1.0, y0=-1.0, x1=3.0, y1=3.0, angle=-45.0)
    """
    quarters = math.ceil((angle - QUARTER / 2) / QUARTER)
    rest = angle - QUARTER * quarters
    if quarters % 2:
        x, y = middle_of(rect)
        wide, high = rect.height / 2, rect.width / 2
        rect = Rect(x - wide, y - high, x + wide, y + high)
    return TurnedRect(rect.x0, rect.y0, rect.x1, rect.y1, rest) if rest else rect


def angle_of(rect: Rect) -> float:
    return rect.angle if isinstance(rect, TurnedRect) else 0.0


def middle_of(rect: Rect) -> Point:
    return (rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2


def corners(rect: Rect) -> tuple[Point, ...]:
    """Clockwise as one sees it, beginning at the upper left one before the turn."""
    if isinstance(rect, TurnedRect):
        return turned_corners(rect.x0, rect.y0, rect.x1, rect.y1, rect.angle)
    return (rect.x0, rect.y0), (rect.x1, rect.y0), (rect.x1, rect.y1), (rect.x0, rect.y1)


def around(rect: Rect) -> Rect:
    """The upright rectangle around it."""
    xs, ys = zip(*corners(rect), strict=True)
    return Rect(min(xs), min(ys), max(xs), max(ys))


def shared_turned_area(a: Rect, b: Rect) -> float:
    """The area of the intersection: a cut by every side of b (Sutherland and Hodgman 1974, doi:10.1145/360767.360802).

    >>> round(shared_turned_area(Rect(0, 0, 2, 2), TurnedRect(0, 0, 2, 2, 45)), 6)
    3.313708
    """
    x, y = middle_of(a)  # cut around it, so that little is lost in rounding far from the origin
    left = [(px - x, py - y) for px, py in corners(a)]
    sides = [(px - x, py - y) for px, py in corners(b)]
    for at, end in enumerate(sides):
        left = _cut(left, sides[at - 1], end)
    pairs = zip(left, [*left[1:], *left[:1]], strict=True)
    return max(0.0, math.fsum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs) / 2)


def _cut(points: Sequence[Point], start: Point, end: Point) -> list[Point]:
    """What lies right of the line from start to end, as one walks it: inside, for corners that go clockwise."""
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    depth = [along_x * (y - start[1]) - along_y * (x - start[0]) for x, y in points]
    kept: list[Point] = []
    for at, point in enumerate(points):
        before, here = depth[at - 1], depth[at]
        if (before < 0) != (here < 0):
            share = before / (before - here)
            (ax, ay), (bx, by) = points[at - 1], point
            kept.append((ax + share * (bx - ax), ay + share * (by - ay)))
        if here >= 0:
            kept.append(point)
    return kept


def shared_matrix(a: Sequence[Rect], b: Sequence[Rect]) -> Matrix:
    """(len(a), len(b)) areas of intersection."""
    found = shared_areas(a, b)
    turns_a, turns_b = _turns(a), _turns(b)
    meet = shared_areas([around(one) for one in a], [around(one) for one in b]) > 0
    either = turns_a[:, None] | turns_b[None, :]
    for row, column in zip(*np.nonzero(meet & either), strict=True):
        found[row, column] = shared_turned_area(a[row], b[column])
    return np.where(either & ~meet, 0.0, found)


def overlap_matrix(a: Sequence[Rect], b: Sequence[Rect]) -> Matrix:
    """(len(a), len(b)) intersections over unions, 1 exactly for the same rectangle."""
    if not (_turns(a).any() or _turns(b).any()):
        return ious(a, b)
    shared = shared_matrix(a, b)
    sizes = np.array([one.area for one in a])[:, None] + np.array([one.area for one in b])[None, :]
    same = np.array([[one == other for other in b] for one in a]).reshape(len(a), len(b))
    return np.where(same, 1.0, np.minimum(shared / (sizes - shared), 1.0))


def median_turned(rects: Sequence[Rect], weights: Sequence[float]) -> Rect:
    """The weighted median of middle, sides and angle.

    Angles go around after 90 degrees, with the sides exchanged. The angle from which the others are least far away in
    sum is their circular median; all are written as turns near to it, and the median is taken of those.
    """
    if all(rect == rects[0] for rect in rects):
        return rects[0]
    angles = [angle_of(rect) for rect in rects]

    def farness(angle: float) -> float:
        return math.fsum(
            weight * abs(_short_way(other - angle)) for other, weight in zip(angles, weights, strict=True)
        )

    center = min(sorted(set(angles)), key=lambda angle: (round(farness(angle), 9), abs(angle)))
    near = [angle + _short_way(angle - center) - (angle - center) for angle in angles]
    swapped = [round((one - angle) / QUARTER) % 2 == 1 for one, angle in zip(near, angles, strict=True)]
    sides = [
        (rect.height, rect.width) if swap else (rect.width, rect.height)
        for rect, swap in zip(rects, swapped, strict=True)
    ]
    x = weighted_median([middle_of(rect)[0] for rect in rects], weights)
    y = weighted_median([middle_of(rect)[1] for rect in rects], weights)
    wide = weighted_median([side[0] for side in sides], weights) / 2
    high = weighted_median([side[1] for side in sides], weights) / 2
    return turned(Rect(x - wide, y - high, x + wide, y + high), weighted_median(near, weights))


def _short_way(angle: float) -> float:
    """More than -45 and at most 45, a multiple of 90 away."""
    return angle - QUARTER * math.ceil((angle - QUARTER / 2) / QUARTER)


def _turns(rects: Sequence[Rect]) -> NDArray[np.bool_]:
    return np.array([isinstance(rect, TurnedRect) for rect in rects], dtype=np.bool_)
