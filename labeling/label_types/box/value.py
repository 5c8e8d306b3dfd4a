"""Boxes: `{"elements": [{"id", "class", "part", "geometry": {"x0", "y0", "x1", "y1"}, "attributes"}]}`.

Edges are continuous pixels of the upright image. Where the question allows it a box may be turned about its middle by
an `angle`; one that stands upright has none. An empty list says that nothing is there, which is an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from labeling.label_types.base import Facts
from labeling.label_types.box.turned import TurnedRect, middle_of, turned
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
from labeling.label_types.reading import flag_at, joined, number_at, object_at
from labeling.label_types.settings import Setting
from metadata.kernel.json_guard import Json

Box: TypeAlias = Element[Rect]

SMALLEST_SIDE = 0.01
"""Below it the area of two boxes is lost in rounding."""
LONGEST_SIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class BoxSpec(DrawnSpec):
    """`min_size`: the shortest side that counts, `max_size`: the longest, in pixels of the upright image.

    `rotation`: whether boxes may be turned.
    """

    min_size: float = 1.0
    max_size: float = LONGEST_SIDE
    rotation: bool = False


@dataclass(frozen=True, slots=True)
class Boxes:
    elements: tuple[Box, ...] = ()


SETTINGS = (
    *DRAWN_SETTINGS,
    Setting("min_size", "number", 1.0, SMALLEST_SIDE, 10_000),
    Setting("max_size", "number", None, SMALLEST_SIDE, LONGEST_SIDE),
    Setting("rotation", "flag", False),
)


def check_spec(raw: object) -> BoxSpec:
    own = ("min_size", "max_size", "rotation")
    settings = object_at(raw, "", required=("classes",), optional=(*DRAWN_NAMES, *own))
    drawn = drawn_spec_at(settings)
    min_size = number_at(settings.get("min_size", 1.0), "min_size", least=SMALLEST_SIDE, most=10_000)
    max_size = number_at(
        settings.get("max_size", LONGEST_SIDE), "max_size", least=SMALLEST_SIDE, most=LONGEST_SIDE
    )
    if min_size > max_size:
        raise InvalidValue("min_size", "must not be more than max_size")
    rotation = flag_at(settings.get("rotation", False), "rotation")
    return BoxSpec(drawn.classes, drawn.min, drawn.max, drawn.match_iou, min_size, max_size, rotation)


def parse(raw: object, spec: BoxSpec, facts: Facts) -> Boxes:
    def rect_at(raw: object, path: str, part: str) -> Rect:
        return _rect_at(raw, path, frame_of(facts, part, path), spec)

    return Boxes(parse_elements(raw, spec, rect_at))


def dump(value: Boxes) -> dict[str, Json]:
    return dump_elements(value.elements, _dump_rect)


def _rect_at(raw: object, path: str, frame: tuple[float, float], spec: BoxSpec) -> Rect:
    edges = object_at(
        raw, path, required=("x0", "y0", "x1", "y1"), optional=("angle",) if spec.rotation else ()
    )
    if "angle" in edges:
        return _turned_at(edges, path, frame, spec)
    width, height = frame
    x0 = number_at(edges["x0"], joined(path, "x0"), least=0, most=width)
    y0 = number_at(edges["y0"], joined(path, "y0"), least=0, most=height)
    x1 = number_at(edges["x1"], joined(path, "x1"), least=0, most=width)
    y1 = number_at(edges["y1"], joined(path, "y1"), least=0, most=height)
    _refuse_wrong_sides(x1 - x0, y1 - y0, path, spec)
    return Rect(x0, y0, x1, y1)


def _turned_at(edges: Mapping[str, object], path: str, frame: tuple[float, float], spec: BoxSpec) -> Rect:
    """Its corners may lie outside the picture, its middle may not."""
    far = sum(frame)
    x0, y0, x1, y1 = (
        number_at(edges[edge], joined(path, edge), least=-far, most=2 * far)
        for edge in ("x0", "y0", "x1", "y1")
    )
    angle = number_at(edges["angle"], joined(path, "angle"), least=-180, most=180)
    _refuse_wrong_sides(x1 - x0, y1 - y0, path, spec)
    rect = turned(Rect(x0, y0, x1, y1), angle)
    x, y = middle_of(rect)
    if not (0 <= x <= frame[0] and 0 <= y <= frame[1]):
        raise InvalidValue(path, "the middle of the box must lie in the picture")
    if not isinstance(rect, TurnedRect):
        return _rect_at(_dump_rect(rect), path, frame, spec)
    return rect


def _refuse_wrong_sides(wide: float, high: float, path: str, spec: BoxSpec) -> None:
    for edge, side, way in (("x1", wide, "wide"), ("y1", high, "high")):
        if side < spec.min_size:
            raise InvalidValue(joined(path, edge), f"the box must be at least {spec.min_size:g} {way}")
        if side > spec.max_size:
            raise InvalidValue(joined(path, edge), f"the box must be at most {spec.max_size:g} {way}")


def _dump_rect(rect: Rect) -> dict[str, Json]:
    edges: dict[str, Json] = {"x0": rect.x0, "y0": rect.y0, "x1": rect.x1, "y1": rect.y1}
    return {**edges, "angle": rect.angle} if isinstance(rect, TurnedRect) else edges
