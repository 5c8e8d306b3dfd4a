"""Boxes: `{"elements": [{"id", "class", "part", "geometry": {"x0", "y0", "x1", "y1"}, "attributes"}]}`.

Edges are continuous pixels of the upright image. An empty list says that nothing is there, which is an answer.
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
from labeling.label_types.geometry import Rect
from labeling.label_types.reading import joined, number_at, object_at
from labeling.label_types.settings import Setting
from metadata.kernel.json_guard import Json

Box: TypeAlias = Element[Rect]

SMALLEST_SIDE = 0.01
"""Below it the area of two boxes is lost in rounding."""
LONGEST_SIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class BoxSpec(DrawnSpec):
    """`min_size`: the shortest side that counts, `max_size`: the longest, in pixels of the upright image."""

    min_size: float = 1.0
    max_size: float = LONGEST_SIDE


@dataclass(frozen=True, slots=True)
class Boxes:
    elements: tuple[Box, ...] = ()


SETTINGS = (
    *DRAWN_SETTINGS,
    Setting("min_size", "number", 1.0, SMALLEST_SIDE, 10_000),
    Setting("max_size", "number", None, SMALLEST_SIDE, LONGEST_SIDE),
)


def check_spec(raw: object) -> BoxSpec:
    settings = object_at(raw, "", required=("classes",), optional=(*DRAWN_NAMES, "min_size", "max_size"))
    drawn = drawn_spec_at(settings)
    min_size = number_at(settings.get("min_size", 1.0), "min_size", least=SMALLEST_SIDE, most=10_000)
    max_size = number_at(
        settings.get("max_size", LONGEST_SIDE), "max_size", least=SMALLEST_SIDE, most=LONGEST_SIDE
    )
    if min_size > max_size:
        raise InvalidValue("min_size", "must not be more than max_size")
    return BoxSpec(drawn.classes, drawn.min, drawn.max, drawn.match_iou, min_size, max_size)


def parse(raw: object, spec: BoxSpec, facts: Facts) -> Boxes:
    def rect_at(raw: object, path: str, part: str) -> Rect:
        return _rect_at(raw, path, frame_of(facts, part, path), spec)

    return Boxes(parse_elements(raw, spec, rect_at))


def dump(value: Boxes) -> dict[str, Json]:
    return dump_elements(value.elements, _dump_rect)


def _rect_at(raw: object, path: str, frame: tuple[float, float], spec: BoxSpec) -> Rect:
    edges = object_at(raw, path, required=("x0", "y0", "x1", "y1"))
    width, height = frame
    x0 = number_at(edges["x0"], joined(path, "x0"), least=0, most=width)
    y0 = number_at(edges["y0"], joined(path, "y0"), least=0, most=height)
    x1 = number_at(edges["x1"], joined(path, "x1"), least=0, most=width)
    y1 = number_at(edges["y1"], joined(path, "y1"), least=0, most=height)
    for edge, side, way in (("x1", x1 - x0, "wide"), ("y1", y1 - y0, "high")):
        if side < spec.min_size:
            raise InvalidValue(joined(path, edge), f"the box must be at least {spec.min_size:g} {way}")
        if side > spec.max_size:
            raise InvalidValue(joined(path, edge), f"the box must be at most {spec.max_size:g} {way}")
    return Rect(x0, y0, x1, y1)


def _dump_rect(rect: Rect) -> dict[str, Json]:
    return {"x0": rect.x0, "y0": rect.y0, "x1": rect.x1, "y1": rect.y1}
