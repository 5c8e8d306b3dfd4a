"""Rectangles with continuous edges: overlap, clipping and the moves that keep them rectangles."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from labeling.label_types.changes import Crop, Flip, QuarterTurn, Shift, moved
from labeling.label_types.matching import Matrix

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rect:
    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        return self.y1 - self.y0

    @property
    def area(self) -> float:
        return self.width * self.height


def iou(a: Rect, b: Rect) -> float:
    """Intersection over union (Jaccard 1912).

    >>> iou(Rect(0, 0, 2, 2), Rect(1, 0, 3, 2))
    0.3333333333333333
    """
    shared = shared_area(a, b)
    return shared / (a.area + b.area - shared) if shared > 0 else 0.0


def shared_area(a: Rect, b: Rect) -> float:
    width = min(a.x1, b.x1) - max(a.x0, b.x0)
    height = min(a.y1, b.y1) - max(a.y0, b.y0)
    return width * height if width > 0 and height > 0 else 0.0


def shared_areas(a: Sequence[Rect], b: Sequence[Rect]) -> Matrix:
    """(len(a), len(b)) areas of intersection."""
    left, right = _edges(a)[:, None, :], _edges(b)[None, :, :]
    width = np.minimum(left[..., 2], right[..., 2]) - np.maximum(left[..., 0], right[..., 0])
    height = np.minimum(left[..., 3], right[..., 3]) - np.maximum(left[..., 1], right[..., 1])
    return np.asarray(np.clip(width, 0, None) * np.clip(height, 0, None), dtype=np.float64)


def areas(rects: Sequence[Rect]) -> Matrix:
    edges = _edges(rects)
    return np.asarray((edges[:, 2] - edges[:, 0]) * (edges[:, 3] - edges[:, 1]), dtype=np.float64)


def ious(a: Sequence[Rect], b: Sequence[Rect]) -> Matrix:
    """(len(a), len(b)) intersections over unions; every rectangle has an area above 0."""
    shared = shared_areas(a, b)
    return np.asarray(shared / (areas(a)[:, None] + areas(b)[None, :] - shared), dtype=np.float64)


def clip(rect: Rect, width: float, height: float) -> Rect | None:
    """What of it lies inside the frame, or None."""
    x0, x1 = max(rect.x0, 0.0), min(rect.x1, width)
    y0, y1 = max(rect.y0, 0.0), min(rect.y1, height)
    return Rect(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else None


def moved_rect(rect: Rect, change: Flip | QuarterTurn | Shift | Crop) -> Rect:
    """The rectangle after a flip, quarter turn, shift or crop, before it is clipped."""
    (ax, ay), (bx, by) = moved(rect.x0, rect.y0, change), moved(rect.x1, rect.y1, change)
    return Rect(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def turned_corners(x0: float, y0: float, x1: float, y1: float, angle: float) -> tuple[Point, ...]:
    """The corners of a rectangle turned about its middle by so many degrees, clockwise as one sees it, from the one that
    was upper left."""
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return tuple(
        (x + cosine * (a - x) - sine * (b - y), y + sine * (a - x) + cosine * (b - y))
        for a, b in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
    )


def _edges(rects: Sequence[Rect]) -> Matrix:
    return np.array([(r.x0, r.y0, r.x1, r.y1) for r in rects], dtype=np.float64).reshape(-1, 4)
