"""Polygons: elements with `{"points": [[x, y], ...]}`, a ring that does not touch itself, and `holes` where it has some.

Holes are such rings within it that touch neither it nor each other, and none lies within another. Coordinates are continuous pixels of the upright image; the last point is joined to the first and not repeated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from labeling.label_types.base import Facts
from labeling.label_types.elements import (
    DRAWN_NAMES,
    DRAWN_SETTINGS,
    DrawnSpec,
    Element,
    drawn_spec_at,
    dump_elements,
    frame_of,
    parse_elements,
)
from labeling.label_types.errors import InvalidValue
from labeling.label_types.geometry import Point
from labeling.label_types.reading import joined, list_at, number_at, object_at
from labeling.label_types.rings import Ring, area, is_simple, lies_within, touches
from labeling.label_types.settings import Setting
from metadata.kernel.json_guard import Json

Polygon: TypeAlias = Element[Ring]

MOST_POINTS = 500
MOST_HOLES = 100
SMALLEST_AREA = 0.01
LARGEST_AREA = 1e12


@dataclass(frozen=True, slots=True)
class PolygonSpec(DrawnSpec):
    """`min_area` and `max_area`: the areas that count, in square pixels of the upright image."""

    min_area: float = 1.0
    max_area: float = LARGEST_AREA


@dataclass(frozen=True, slots=True)
class Polygons:
    elements: tuple[Polygon, ...] = ()


SETTINGS = (
    *DRAWN_SETTINGS,
    Setting("min_area", "number", 1.0, SMALLEST_AREA, 1e8),
    Setting("max_area", "number", None, SMALLEST_AREA, LARGEST_AREA),
)


def check_spec(raw: object) -> PolygonSpec:
    settings = object_at(raw, "", required=("classes",), optional=(*DRAWN_NAMES, "min_area", "max_area"))
    drawn = drawn_spec_at(settings)
    min_area = number_at(settings.get("min_area", 1.0), "min_area", least=SMALLEST_AREA, most=1e8)
    max_area = number_at(
        settings.get("max_area", LARGEST_AREA), "max_area", least=SMALLEST_AREA, most=LARGEST_AREA
    )
    if min_area > max_area:
        raise InvalidValue("min_area", "must not be more than max_area")
    return PolygonSpec(drawn.classes, drawn.min, drawn.max, drawn.match_iou, min_area, max_area)


def parse(raw: object, spec: PolygonSpec, facts: Facts) -> Polygons:
    def ring_at(raw: object, path: str, part: str) -> Ring:
        return _ring_at(raw, path, frame_of(facts, part, path), spec)

    return Polygons(parse_elements(raw, spec, ring_at))


def dump(value: Polygons) -> dict[str, Json]:
    return dump_elements(value.elements, _dump_ring)


def _ring_at(raw: object, path: str, frame: tuple[float, float], spec: PolygonSpec) -> Ring:
    geometry = object_at(raw, path, required=("points",), optional=("holes",))
    where = joined(path, "points")
    outline = _line_at(geometry["points"], where, frame, "a polygon has at least three points")
    if not is_simple(outline):
        raise InvalidValue(where, "the outline crosses or touches itself")
    ring = Ring(outline.points, _holes_at(geometry.get("holes", []), joined(path, "holes"), frame, outline))
    size = area(ring)
    if size < spec.min_area:
        raise InvalidValue(where, f"the area must be at least {spec.min_area:g}")
    if size > spec.max_area:
        raise InvalidValue(where, f"the area must be at most {spec.max_area:g}")
    return ring


def _holes_at(raw: object, path: str, frame: tuple[float, float], outline: Ring) -> tuple[Ring, ...]:
    holes: list[Ring] = []
    count = len(outline.points)
    for at, entry in enumerate(list_at(raw, path, most=MOST_HOLES)):
        where = joined(path, at)
        hole = _line_at(entry, where, frame, "a hole has at least three points")
        count += len(hole.points)
        if count > MOST_POINTS:
            raise InvalidValue(where, f"outline and holes have more than {MOST_POINTS} points")
        if not is_simple(hole):
            raise InvalidValue(where, "the hole crosses or touches itself")
        if touches(hole, outline):
            raise InvalidValue(where, "the hole crosses or touches the outline")
        if not lies_within(hole, outline):
            raise InvalidValue(where, "the hole lies outside the outline")
        for other in holes:
            if touches(hole, other) or lies_within(hole, other) or lies_within(other, hole):
                raise InvalidValue(where, "the hole touches another or lies within it")
        holes.append(hole)
    return tuple(holes)


def _line_at(raw: object, path: str, frame: tuple[float, float], too_few: str) -> Ring:
    entries = list_at(raw, path, most=MOST_POINTS)
    if len(entries) < 3:
        raise InvalidValue(path, too_few)
    return Ring(tuple(_point_at(entry, joined(path, at), frame) for at, entry in enumerate(entries)))


def _point_at(raw: object, path: str, frame: tuple[float, float]) -> Point:
    entry = list_at(raw, path, most=2)
    if len(entry) != 2:
        raise InvalidValue(path, "must be a list of x and y")
    x = number_at(entry[0], joined(path, 0), least=0, most=frame[0])
    return x, number_at(entry[1], joined(path, 1), least=0, most=frame[1])


def _dump_ring(ring: Ring) -> dict[str, Json]:
    points: list[Json] = [[x, y] for x, y in ring.points]
    if not ring.holes:
        return {"points": points}
    return {"points": points, "holes": [[[x, y] for x, y in hole.points] for hole in ring.holes]}
