"""Simple polygons, with holes or without: exact tests for crossings, area, and the area that two of them share.

A ring is a closed line of points with continuous coordinates; the last point is joined to the first. Its holes are
rings within it that touch neither it nor each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from labeling.label_types.geometry import Point, Rect
from labeling.label_types.matching import Matrix

ROUNDING = 3.3306690738754716e-16
"""Shewchuk 1997, doi:10.1007/PL00009321: a float determinant above this times its terms has the right sign."""

BANDS_AT_ONCE = 4096
"""Two combs of 500 teeth cross 250,000 times; this bounds the memory that takes."""


@dataclass(frozen=True, slots=True)
class Ring:
    points: tuple[Point, ...]
    holes: tuple[Ring, ...] = ()


def turn(a: Point, b: Point, c: Point) -> int:
    """1 if a, b, c turn one way, -1 the other, 0 on a line; exact for any floats.

    >>> turn((0, 0), (1, 0), (1, 1)), turn((0, 0), (0.1, 0.1), (0.3, 0.3))
    (1, 0)
    """
    left, right = (b[0] - a[0]) * (c[1] - a[1]), (b[1] - a[1]) * (c[0] - a[0])
    found = left - right
    if abs(found) > ROUNDING * (abs(left) + abs(right)):
        return 1 if found > 0 else -1
    ax, ay, bx, by, cx, cy = (Fraction(number) for point in (a, b, c) for number in point)
    exact = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    return (exact > 0) - (exact < 0)


def is_simple(ring: Ring) -> bool:
    """Whether no two of its own sides touch but for neighbors in their shared corner; holes are not looked at."""
    sides = _sides(ring)
    count = len(sides)
    if count < 3 or any(a == b for a, b in sides):
        return False
    boxes = _boxes(sides)
    for one in range(count):
        for other in range(one + 1, count):
            p, q = boxes[one], boxes[other]
            if p[0] > q[2] or q[0] > p[2] or p[1] > q[3] or q[1] > p[3]:
                continue
            if other == one + 1:
                wrong = _folds_back(sides[one], sides[other])
            elif one == 0 and other == count - 1:
                wrong = _folds_back(sides[other], sides[one])
            else:
                wrong = _touch(sides[one], sides[other])
            if wrong:
                return False
    return True


def touches(a: Ring, b: Ring) -> bool:
    """Whether the line of one touches that of the other; one may lie within the other."""
    ours, theirs = _sides(a), _sides(b)
    around = _boxes(theirs)
    for side, p in zip(ours, _boxes(ours), strict=True):
        for other, q in zip(theirs, around, strict=True):
            if p[0] > q[2] or q[0] > p[2] or p[1] > q[3] or q[1] > p[3]:
                continue
            if _touch(side, other):
                return True
    return False


def lies_within(inner: Ring, outer: Ring) -> bool:
    """Of two rings that do not touch: whether a corner of one lies within the other, by crossings of a level line."""
    x, y = inner.points[0]
    inside = False
    for a, b in _sides(outer):
        if (a[1] > y) != (b[1] > y):
            below, above = (a, b) if a[1] < b[1] else (b, a)
            inside ^= turn(below, above, (x, y)) > 0
    return inside


def area(ring: Ring) -> float:
    """By the shoelace formula, from the first corner on so that little is lost in rounding; less that of the holes."""
    x0, y0 = ring.points[0]
    whole = math.fsum((ax - x0) * (by - y0) - (bx - x0) * (ay - y0) for (ax, ay), (bx, by) in _sides(ring))
    return abs(whole) / 2 - math.fsum(area(hole) for hole in ring.holes)


def perimeter(ring: Ring) -> float:
    """Of the outline and of its holes."""
    return math.fsum(math.dist(a, b) for one in (ring, *ring.holes) for a, b in _sides(one))


def bounds(ring: Ring) -> Rect:
    xs, ys = [x for x, _ in ring.points], [y for _, y in ring.points]
    return Rect(min(xs), min(ys), max(xs), max(ys))


def shared_area(a: Ring, b: Ring) -> float:
    """The area of the intersection of two simple polygons, their holes left out.

    The plane is cut into horizontal bands at every corner and at every point where two sides cross. Within a band no
    sides cross, so the width that both cover changes linearly and the width half way up times the height is exact.
    No polygon is built, hence touching corners, shared sides and near-parallel lines need no special case: they only
    make thin bands.
    """
    p, q = bounds(a), bounds(b)
    low, high = max(p.y0, q.y0), min(p.y1, q.y1)
    if low >= high or p.x0 >= q.x1 or q.x0 >= p.x1:
        return 0.0
    sides_a, sides_b = _slanted(a), _slanted(b)
    levels = np.concatenate(
        [sides_a[:, (1, 3)].ravel(), sides_b[:, (1, 3)].ravel(), _crossings(sides_a, sides_b)]
    )
    levels = np.unique(np.clip(levels, low, high))
    heights = np.diff(levels)
    middles = levels[:-1] + heights / 2
    between = (levels[:-1] < middles) & (middles < levels[1:])  # not so for two neighboring floats
    heights, middles = heights[between], middles[between]
    parts = [
        heights[start : start + BANDS_AT_ONCE]
        @ _shared_widths(
            _cuts(sides_a, middles[start : start + BANDS_AT_ONCE]),
            _cuts(sides_b, middles[start : start + BANDS_AT_ONCE]),
        )
        for start in range(0, len(middles), BANDS_AT_ONCE)
    ]
    return math.fsum(parts)


def clipped(ring: Ring, width: float, height: float) -> Ring | None:
    """What of it lies in the frame (Sutherland and Hodgman 1974, doi:10.1145/360767.360802), or None.

    A ring that the frame cuts into several pieces comes back joined along the frame, and is not simple then. A hole that
    the frame cuts touches the line along the frame then, and one outside is gone.
    """
    found = _clipped(ring, width, height)
    if found is None:
        return None
    holes = tuple(left for hole in ring.holes if (left := _clipped(hole, width, height)) is not None)
    return Ring(found.points, holes)


def _clipped(ring: Ring, width: float, height: float) -> Ring | None:
    points = list(ring.points)
    for axis, limit, keeps_less in ((0, 0.0, False), (0, width, True), (1, 0.0, False), (1, height, True)):
        points = _cut(points, axis, limit, keeps_less)
    kept = [point for at, point in enumerate(points) if point != points[at - 1]]
    return Ring(tuple(kept)) if len(kept) >= 3 and area(Ring(tuple(kept))) > 0 else None


def _sides(ring: Ring) -> list[tuple[Point, Point]]:
    points = ring.points
    return [(points[at], points[(at + 1) % len(points)]) for at in range(len(points))]


def _boxes(sides: Sequence[tuple[Point, Point]]) -> list[tuple[float, float, float, float]]:
    return [(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])) for a, b in sides]


def _folds_back(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Neighbors on one line that run over each other."""
    (a, b), (_, c) = one, other
    if turn(a, b, c) != 0:
        return False
    return (a[0] < b[0]) == (c[0] < b[0]) if a[0] != b[0] else (a[1] < b[1]) == (c[1] < b[1])


def _touch(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    (a, b), (c, d) = one, other
    first, second = turn(a, b, c), turn(a, b, d)
    third, fourth = turn(c, d, a), turn(c, d, b)
    if first != second and third != fourth:
        return True
    on_line = ((first, c, a, b), (second, d, a, b), (third, a, c, d), (fourth, b, c, d))
    return any(side == 0 and _within(point, start, end) for side, point, start, end in on_line)


def _within(point: Point, start: Point, end: Point) -> bool:
    return all(min(start[axis], end[axis]) <= point[axis] <= max(start[axis], end[axis]) for axis in (0, 1))


def _slanted(ring: Ring) -> Matrix:
    """(sides, 4) of x, y below and x, y above, holes and all; level sides bound no width."""
    sides = [side for one in (ring, *ring.holes) for side in _sides(one)]
    rows = [(*min(s, key=_height), *max(s, key=_height)) for s in sides if s[0][1] != s[1][1]]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _height(point: Point) -> float:
    return point[1]


def _crossings(a: Matrix, b: Matrix) -> Matrix:
    """Heights at which sides of a cross sides of b."""
    ax, ay = a[:, None, 0], a[:, None, 1]
    bx, by = b[None, :, 0], b[None, :, 1]
    along_ax, along_ay = a[:, None, 2] - ax, a[:, None, 3] - ay
    along_bx, along_by = b[None, :, 2] - bx, b[None, :, 3] - by
    cross = along_ax * along_by - along_ay * along_bx
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # sides that are all but parallel
        on_a = ((bx - ax) * along_by - (by - ay) * along_bx) / cross
        on_b = ((bx - ax) * along_ay - (by - ay) * along_ax) / cross
    meet = (cross != 0) & (on_a >= 0) & (on_a <= 1) & (on_b >= 0) & (on_b <= 1)
    return np.asarray((ay + np.where(meet, on_a, 0.0) * along_ay)[meet], dtype=np.float64)


def _cuts(sides: Matrix, levels: Matrix) -> Matrix:
    """(levels, 2k) where each level line goes in and out of the polygon, from left to right.

    Lines that are cut less often are filled with their last cut, which adds stretches of no width.
    """
    x0, y0, x1, y1 = sides.T
    hit = (y0[None, :] < levels[:, None]) & (levels[:, None] < y1[None, :])
    at = x0 + (levels[:, None] - y0) / (y1 - y0) * (x1 - x0)
    most = int(hit.sum(axis=1).max(initial=0))
    cuts = np.sort(np.where(hit, at, np.inf), axis=1)[:, :most]
    last = np.max(np.where(np.isfinite(cuts), cuts, -np.inf), axis=1, initial=-np.inf, keepdims=True)
    filled = np.where(np.isfinite(cuts), cuts, last)
    return np.asarray(np.where(np.isfinite(filled), filled, 0.0), dtype=np.float64)


def _shared_widths(a: Matrix, b: Matrix) -> Matrix:
    """(levels,) lengths covered by both of two arrays of (in, out, in, out, …)."""
    left = np.maximum(a[:, 0::2, None], b[:, None, 0::2])
    right = np.minimum(a[:, 1::2, None], b[:, None, 1::2])
    return np.asarray(np.clip(right - left, 0.0, None).sum(axis=(1, 2)), dtype=np.float64)


def _cut(points: Sequence[Point], axis: int, limit: float, keeps_less: bool) -> list[Point]:
    """The points on the kept side of one edge of the frame, and where sides go through it."""

    def inside(point: Point) -> bool:
        return point[axis] <= limit if keeps_less else point[axis] >= limit

    kept: list[Point] = []
    for at, end in enumerate(points):
        start = points[at - 1]
        if inside(start) != inside(end):
            share = (limit - start[axis]) / (end[axis] - start[axis])
            free = start[1 - axis] + share * (end[1 - axis] - start[1 - axis])
            kept.append((limit, free) if axis == 0 else (free, limit))
        if inside(end):
            kept.append(end)
    return kept
