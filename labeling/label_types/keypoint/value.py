"""Figures: elements with `{"points": {"nose": {"x", "y", "visible"}}}`; a point that is left out is not labeled.

Coordinates are continuous pixels of the upright image. `visible` is false for a point that something hides and whose
place was judged. The question says which points there are, which of them are two sides of one thing, and which are
joined by lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
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
from labeling.label_types.reading import flag_at, joined, list_at, number_at, object_at, text_at
from labeling.label_types.settings import Setting
from metadata.kernel.json_guard import Json

MOST_POINTS = 200
MOST_LINES = 400
LONGEST_NAME = 64
ONLY_POINT = "point"
"""What the point of a figure is called where a question names none: figures are single points then."""


@dataclass(frozen=True, slots=True)
class Keypoint:
    x: float
    y: float
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """The labeled points by name, in the question's order; at least one."""

    points: tuple[tuple[str, Keypoint], ...]

    @property
    def by_name(self) -> dict[str, Keypoint]:
        return dict(self.points)


FigureElement: TypeAlias = Element[Figure]


@dataclass(frozen=True, slots=True)
class KeypointSpec(DrawnSpec):
    """`points` in order, `pairs` of a left and a right one, `lines` between two.

    `tolerance`: how far apart two people's points may lie by chance, as a share of the figure's size, but never taken
    for less than `least_tolerance` pixels.
    """

    points: tuple[str, ...] = (ONLY_POINT,)
    pairs: tuple[tuple[str, str], ...] = ()
    lines: tuple[tuple[str, str], ...] = ()
    tolerance: float = 0.05
    least_tolerance: float = 3.0

    @property
    def other_side(self) -> dict[str, str]:
        """Every point of a pair to the point opposite."""
        return {one: other for a, b in self.pairs for one, other in ((a, b), (b, a))}


@dataclass(frozen=True, slots=True)
class Figures:
    elements: tuple[FigureElement, ...] = ()


SETTINGS = (
    *DRAWN_SETTINGS,
    Setting("points", "points", most=MOST_POINTS),
    Setting("lines", "chains", most=MOST_LINES),
    Setting("tolerance", "number", 0.05, 0.001, 1.0),
    Setting("least_tolerance", "number", 3.0, 0.1, 1_000),
)


def check_spec(raw: object) -> KeypointSpec:
    own = ("points", "lines", "tolerance", "least_tolerance")
    settings = object_at(raw, "", required=("classes",), optional=(*DRAWN_NAMES, *own))
    drawn = drawn_spec_at(settings)
    points, pairs = _points_at(settings["points"], "points") if "points" in settings else ((ONLY_POINT,), ())
    return KeypointSpec(
        drawn.classes,
        drawn.min,
        drawn.max,
        drawn.match_iou,
        points,
        pairs,
        _lines_at(settings.get("lines", []), "lines", points),
        number_at(settings.get("tolerance", 0.05), "tolerance", least=0.001, most=1.0),
        number_at(settings.get("least_tolerance", 3.0), "least_tolerance", least=0.1, most=1_000),
    )


def parse(raw: object, spec: KeypointSpec, facts: Facts) -> Figures:
    def figure_at(raw: object, path: str, part: str) -> Figure:
        return _figure_at(raw, path, frame_of(facts, part, path), spec)

    return Figures(parse_elements(raw, spec, figure_at))


def dump(value: Figures) -> dict[str, Json]:
    return dump_elements(value.elements, _dump_figure)


def bounds(figure: Figure) -> Rect:
    xs, ys = [one.x for _, one in figure.points], [one.y for _, one in figure.points]
    return Rect(min(xs), min(ys), max(xs), max(ys))


def _figure_at(raw: object, path: str, frame: tuple[float, float], spec: KeypointSpec) -> Figure:
    where = joined(path, "points")
    placed = object_at(object_at(raw, path, required=("points",))["points"], where, optional=spec.points)
    if not placed:
        raise InvalidValue(where, "at least one point must be set")
    return Figure(
        tuple(
            (name, _keypoint_at(placed[name], joined(where, name), frame))
            for name in spec.points
            if name in placed
        )
    )


def _keypoint_at(raw: object, path: str, frame: tuple[float, float]) -> Keypoint:
    entry = object_at(raw, path, required=("x", "y", "visible"))
    return Keypoint(
        number_at(entry["x"], joined(path, "x"), least=0, most=frame[0]),
        number_at(entry["y"], joined(path, "y"), least=0, most=frame[1]),
        flag_at(entry["visible"], joined(path, "visible")),
    )


def _dump_figure(figure: Figure) -> dict[str, Json]:
    return {"points": {name: {"x": one.x, "y": one.y, "visible": one.visible} for name, one in figure.points}}


def _points_at(raw: object, path: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """`[{"name": "left eye", "other_side": "right eye"}, …]`; one of the two may say it for both."""
    entries = [
        object_at(entry, joined(path, at), required=("name",), optional=("other_side",))
        for at, entry in enumerate(list_at(raw, path, most=MOST_POINTS))
    ]
    if not entries:
        raise InvalidValue(path, "at least one point is needed")
    names = [_name_at(one["name"], joined(joined(path, at), "name")) for at, one in enumerate(entries)]
    for at, name in enumerate(names):
        if name in names[:at]:
            raise InvalidValue(joined(joined(path, at), "name"), "is used by another point")
    return tuple(names), _pairs_of(entries, names, path)


def _pairs_of(
    entries: Sequence[Mapping[str, object]], names: Sequence[str], path: str
) -> tuple[tuple[str, str], ...]:
    side_of: dict[str, str] = {}
    pairs: list[tuple[str, str]] = []
    for at, (name, entry) in enumerate(zip(names, entries, strict=True)):
        if entry.get("other_side", "") == "":
            continue
        where = joined(joined(path, at), "other_side")
        other = _name_at(entry["other_side"], where)
        if other not in names:
            raise InvalidValue(where, "is not a point of this question")
        if other == name:
            raise InvalidValue(where, "a point cannot be its own other side")
        if side_of.get(name) == other:
            continue
        if name in side_of or other in side_of:
            raise InvalidValue(where, "one of the two has another other side")
        side_of |= {name: other, other: name}
        pairs.append((name, other))
    return tuple(pairs)


def _lines_at(raw: object, path: str, points: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """`[["nose", "left eye", "left ear"]]`: each chain joins its points one after the other."""
    lines: list[tuple[str, str]] = []
    for at, entry in enumerate(list_at(raw, path, most=MOST_LINES)):
        where = joined(path, at)
        chain = [
            _name_at(one, joined(where, place))
            for place, one in enumerate(list_at(entry, where, most=MOST_POINTS))
        ]
        if len(chain) < 2:
            raise InvalidValue(where, "joins at least two points")
        for place, name in enumerate(chain):
            if name not in points:
                raise InvalidValue(joined(where, place), "is not a point of this question")
        if any(a == b for a, b in pairwise(chain)):
            raise InvalidValue(where, "joins a point with itself")
        lines += pairwise(chain)
    if len(lines) > MOST_LINES:
        raise InvalidValue(path, f"has more than {MOST_LINES} lines")
    return tuple(lines)


def _name_at(raw: object, path: str) -> str:
    name = text_at(raw, path, most=LONGEST_NAME, least=1).strip()
    if "|" in name or not name.isprintable():
        raise InvalidValue(path, "must be one line without |")
    return name
