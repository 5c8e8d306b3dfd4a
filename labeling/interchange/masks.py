"""Painted masks as outlines: the runs that other tools keep of them, and rings around what was painted.

The rings are those of marching squares (Lorensen and Cline 1987, doi:10.1145/37402.37422, in the plane): they run through
the middles of the sides between a painted and an unpainted pixel, and each middle belongs to one ring, so that no ring
touches itself or another. Pixels that meet in a corner only are two pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Mask: TypeAlias = NDArray[np.bool_]
Points: TypeAlias = NDArray[np.float64]

MOST_PIXELS: Final = 30_000_000
MOST_SIDES: Final = 400_000
MOST_POINTS: Final = 500
MOST_PIECES: Final = 200
FEW_POINTS: Final = 60
TOLERANCES: Final = (
    (0.25, FEW_POINTS),
    (0.75, MOST_POINTS),
    (1.5, MOST_POINTS),
    (3.0, MOST_POINTS),
    (6.0, MOST_POINTS),
)
"""How far a corner that is left out may lie from the line, in pixels, and how many may be left then."""

TOP, RIGHT, BOTTOM, LEFT = (1, 0), (2, 1), (1, 2), (0, 1)
STEPS: Final[dict[int, tuple[tuple[tuple[int, int], tuple[int, int]], ...]]] = {
    8: ((TOP, LEFT),),
    4: ((RIGHT, TOP),),
    2: ((BOTTOM, RIGHT),),
    1: ((LEFT, BOTTOM),),
    12: ((RIGHT, LEFT),),
    6: ((BOTTOM, TOP),),
    3: ((LEFT, RIGHT),),
    9: ((TOP, BOTTOM),),
    10: ((TOP, LEFT), (BOTTOM, RIGHT)),
    5: ((RIGHT, TOP), (LEFT, BOTTOM)),
    14: ((BOTTOM, LEFT),),
    13: ((RIGHT, BOTTOM),),
    11: ((TOP, RIGHT),),
    7: ((LEFT, TOP),),
}
"""By which of four pixels are painted (8 upper left, 4 upper right, 2 lower right, 1 lower left), the sides of the ring
there, what is painted on its right."""


class NoOutline(ValueError):
    """The runs are none, or what they paint has no outline that is short enough."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A ring around painted pixels, and those around what is not painted within it."""

    outline: Points
    holes: tuple[Points, ...] = ()

    def moved(self, right: float, down: float) -> Piece:
        by = np.array([right, down], dtype=np.float64)
        return Piece(self.outline + by, tuple(hole + by for hole in self.holes))


def alternating(counts: Sequence[int], width: int, height: int) -> Mask:
    """Lengths of runs, unpainted and painted by turns, along the rows (CVAT).

    >>> alternating([1, 2, 1], 2, 2).tolist()
    [[False, True], [True, False]]
    """
    if not 0 < width * height <= MOST_PIXELS or sum(counts) != width * height or min(counts) < 0:
        raise NoOutline("the runs do not fill the mask")
    painted = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    return np.asarray(painted.reshape(height, width), dtype=np.bool_)


def packed(data: bytes, width: int, height: int) -> Mask:
    """Label Studio's runs of red, green, blue and alpha; painted is what is half opaque or more.

    A number of values (32 bits), the bits of a value less one (5), the bits of four lengths less one (4 each); then for
    each run whether it repeats one value (1), which of the four its length has (2), its length less one, and its value or
    values.
    """
    bits = np.unpackbits(np.frombuffer(data, dtype=np.uint8))
    at = 0

    def read(size: int) -> int:
        nonlocal at
        if at + size > len(bits):
            raise NoOutline("the runs end too early")
        found = int("".join("1" if bit else "0" for bit in bits[at : at + size]), 2)
        at += size
        return found

    total, wide = read(32), read(5) + 1
    sizes = [read(4) + 1 for _ in range(4)]
    if total != 4 * width * height or not 0 < total <= 4 * MOST_PIXELS or wide != 8:
        raise NoOutline("the runs do not fill the mask")
    values = np.zeros(total, dtype=np.uint8)
    done = 0
    while done < total:
        repeats = read(1)
        end = done + 1 + read(sizes[read(2)])
        if end > total:
            raise NoOutline("the runs are longer than the mask")
        if repeats:
            values[done:end] = read(wide)
        else:
            stop = at + wide * (end - done)
            if stop > len(bits):
                raise NoOutline("the runs end too early")
            values[done:end] = np.packbits(bits[at:stop])
            at = stop
        done = end
    return np.asarray(values.reshape(height, width, 4)[:, :, 3] >= 128, dtype=np.bool_)


def outlines(mask: Mask) -> list[Piece]:
    """The pieces of a mask in pixels, the largest first, each with at most `MOST_POINTS` corners."""
    rings = [(ring, signed_area(ring)) for ring in _rings(mask)]
    outer = sorted(((ring, area) for ring, area in rings if area > 0), key=lambda one: -one[1])[:MOST_PIECES]
    holes: list[list[Points]] = [[] for _ in outer]
    for hole, area in rings:
        around = [at for at, (ring, _) in enumerate(outer) if area < 0 and _holds(ring, hole[0])]
        if around:
            holes[around[-1]].append(hole)  # the smallest that holds it
    return [_simplified(ring, own) for (ring, _), own in zip(outer, holes, strict=True)]


def as_geometry(piece: Piece, scale: tuple[float, float] = (1.0, 1.0)) -> dict[str, list[Any]]:
    """As a polygon is written; `scale` is how much larger the picture is here."""
    holes = [(hole * scale).tolist() for hole in piece.holes]
    return {"points": (piece.outline * scale).tolist(), **({"holes": holes} if holes else {})}


def signed_area(ring: Points) -> float:
    """Above 0 where what is enclosed lies on the right."""
    x, y = ring[:, 0], ring[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def _rings(mask: Mask) -> list[Points]:
    padded = np.pad(mask, 1).astype(np.int64)
    code = 8 * padded[:-1, :-1] + 4 * padded[:-1, 1:] + 2 * padded[1:, 1:] + padded[1:, :-1]
    rows, columns = np.nonzero((code > 0) & (code < 15))
    if len(rows) > MOST_SIDES:
        raise NoOutline("is painted in too many small pieces")
    onward: dict[tuple[int, int], tuple[int, int]] = {}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        for (ax, ay), (bx, by) in STEPS[int(code[row, column])]:
            onward[2 * column + ax, 2 * row + ay] = (2 * column + bx, 2 * row + by)
    found: list[Points] = []
    while onward:
        start, at = onward.popitem()
        ring = [start]
        while at != start:
            ring.append(at)
            at = onward.pop(at)
        found.append(np.array(ring, dtype=np.float64) / 2 - 0.5)
    return found


def _holds(ring: Points, point: Points) -> bool:
    """Whether a ray to the right crosses the ring an odd number of times."""
    x, y = ring[:, 0], ring[:, 1]
    next_x, next_y = np.roll(x, -1), np.roll(y, -1)
    spans = (y > point[1]) != (next_y > point[1])
    run = np.where(spans, next_y - y, 1.0)
    return int(np.count_nonzero(spans & (point[0] < x + (point[1] - y) * (next_x - x) / run))) % 2 == 1


def _simplified(outline: Points, holes: Sequence[Points]) -> Piece:
    for tolerance, most in TOLERANCES:
        kept = [_still_a_ring(ring, tolerance) for ring in (outline, *holes)]
        if sum(map(len, kept)) <= most and not _crosses(kept):
            return Piece(kept[0], tuple(kept[1:]))
    raise NoOutline(f"has no outline of {MOST_POINTS} points or fewer")


def _still_a_ring(ring: Points, tolerance: float) -> Points:
    """Small ones keep more, so that something stays enclosed."""
    for least in (tolerance, 0.25, 0.0):
        fewer = _fewer(ring, least)
        if len(fewer) > 2 and signed_area(fewer) * signed_area(ring) > 0:
            return fewer
    return ring


def _fewer(ring: Points, tolerance: float) -> Points:
    """Douglas and Peucker 1973, doi:10.3138/FM57-6770-U75U-7727, from the two points that are farthest apart."""
    far = int(np.argmax(((ring - ring[0]) ** 2).sum(axis=1)))
    closed = np.vstack([ring, ring[:1]])
    keep = np.zeros(len(closed), dtype=np.bool_)
    keep[[0, far, len(ring)]] = True
    waiting = [(0, far), (far, len(ring))]
    while waiting:
        start, end = waiting.pop()
        if end - start < 2:
            continue
        side = closed[end] - closed[start]
        between = closed[start + 1 : end] - closed[start]
        length = float(np.hypot(*side))
        apart = (
            np.abs(side[0] * between[:, 1] - side[1] * between[:, 0]) / length
            if length
            else np.hypot(*between.T)
        )
        worst = int(np.argmax(apart))
        if apart[worst] > tolerance:
            keep[start + 1 + worst] = True
            waiting += [(start, start + 1 + worst), (start + 1 + worst, end)]
    return closed[:-1][keep[:-1]]


def _crosses(rings: Sequence[Points]) -> bool:
    """Whether two sides touch that are no neighbors."""
    starts = np.vstack(rings)
    ends = np.vstack([np.roll(ring, -1, axis=0) for ring in rings])

    def turns(points: Points) -> NDArray[np.float64]:
        """(sides, points): on which side of each side a point lies."""
        along, to = (ends - starts)[:, None, :], points[None, :, :] - starts[:, None, :]
        return np.asarray(np.sign(along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0]), dtype=np.float64)

    first, second = turns(starts), turns(ends)
    apart = first * second > 0
    beside = np.maximum(starts, ends)[:, None, :] < np.minimum(starts, ends)[None, :, :]
    clear = apart | apart.T | beside.any(axis=2) | beside.any(axis=2).T
    joined = (ends[:, None, :] == starts[None, :, :]).all(axis=2)
    same = np.eye(len(starts), dtype=np.bool_)
    return bool((~(clear | joined | joined.T | same)).any())
