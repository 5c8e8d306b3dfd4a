"""Answers as a page draws them: class names, and shapes over the picture. Knows values, no label types."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from labeling.label_types.geometry import turned_corners

LINES = "ABCDE"
LINK_COLOR = 12


@dataclass(frozen=True)
class Spot:
    """A single point of an element."""

    x: float
    y: float
    name: str
    is_hidden: bool


@dataclass(frozen=True)
class Shape:
    """One drawn element in the picture's own pixels: an outline, or spots and the lines between them."""

    color: int
    name: str
    points: str
    id: str = ""
    spots: tuple[Spot, ...] = ()
    lines: str = ""
    holes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """One answer in words, with its shapes by part."""

    words: tuple[tuple[str, int], ...]
    shapes: Mapping[str, tuple[Shape, ...]]
    raw: str

    @property
    def is_drawn(self) -> bool:
        return bool(self.shapes)


def shown(value: Any, spec: Mapping[str, Any]) -> Shown:
    """The classes an answer names, each once with how often, and what it draws."""
    colors = {c["code"]: c.get("color") or (c["code"] - 1) % 12 + 1 for c in spec.get("classes", ())}
    names = {c["code"]: c["name"] for c in spec.get("classes", ())}
    if not isinstance(value, dict):
        return Shown((), {}, json.dumps(value, ensure_ascii=False)[:500])
    if isinstance(value.get("fields"), dict):
        return Shown(tuple(_filled_in(value["fields"], spec)), {}, "")
    if isinstance(value.get("ranking"), list):
        return Shown(tuple(_ranked(value["ranking"], names, colors)), {}, "")
    elements = value.get("elements")
    codes = [e["class"] for e in elements] if elements is not None else _codes(value)
    counted: dict[int, int] = {}
    for code in codes:
        counted[code] = counted.get(code, 0) + 1
    words = tuple(
        (names.get(code, f"#{code}") + (f" × {n}" if n > 1 else ""), colors.get(code, 1))
        for code, n in counted.items()
    )
    linked = Counter(link["relation"] for link in value.get("links") or ())
    words += tuple((f"{name} × {n}" if n > 1 else name, LINK_COLOR) for name, n in linked.items())
    shapes: dict[str, list[Shape]] = {}
    for element in elements or ():
        geometry = element["geometry"]
        points, spots = _points(geometry), _spots(geometry)
        if points or spots:
            color, name = colors.get(element["class"], 1), names.get(element["class"], "")
            joined = _lines(geometry, spec) if spots else ""
            holes = tuple(_points({"points": hole}) for hole in geometry.get("holes", ()))
            shape = Shape(color, name, points, str(element.get("id", "")), spots, joined, holes)
            shapes.setdefault(element["part"], []).append(shape)
    if isinstance(value.get("text"), str):
        return Shown((), {}, value["text"][:500])
    raw = "" if words or elements == [] else json.dumps(value, ensure_ascii=False)[:500]
    return Shown(words, {part: tuple(drawn) for part, drawn in shapes.items()}, raw)


def _ranked(
    groups: Sequence[Sequence[int]], names: Mapping[int, str], colors: Mapping[int, int]
) -> Iterator[tuple[str, int]]:
    """Every class after its place; equals share one."""
    place = 1
    for group in groups:
        for code in group:
            yield f"{place}. {names.get(code, f'#{code}')}", colors.get(code, 1)
        place += len(group)


def _filled_in(filled: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """Every field with what was entered, in the order of the form."""
    for _name, label, words in entries(filled, spec):
        yield f"{label}: {words}", 12


def entries(filled: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every field's name and label, with what was entered in words, in the order of the form."""
    labels = field_labels(spec)
    for name in [*(name for name in labels if name in filled), *(filled.keys() - labels.keys())]:
        entered = filled[name]
        words = (_("yes") if entered else _("no")) if isinstance(entered, bool) else entered
        yield name, labels.get(name, name), f"{words:g}" if isinstance(words, float) else str(words)


def field_labels(spec: Mapping[str, Any]) -> dict[str, str]:
    """What the fields that a question declares are called."""
    return {
        one["name"]: str(one.get("label") or one["name"].replace("_", " ")) for one in spec.get("fields", ())
    }


def _codes(value: Mapping[str, Any]) -> list[int]:
    for name in ("class", "level"):
        if isinstance(value.get(name), int):
            return [value[name]]
    several = value.get("classes")
    return [code for code in several if isinstance(code, int)] if isinstance(several, list) else []


def _points(geometry: Mapping[str, Any]) -> str:
    """The outline as SVG points: a rectangle's corners, or the ring as it stands."""
    if {"x0", "y0", "x1", "y1"} <= geometry.keys():
        x0, y0, x1, y1 = (geometry[k] for k in ("x0", "y0", "x1", "y1"))
        if geometry.get("angle"):
            places = turned_corners(x0, y0, x1, y1, geometry["angle"])
            return " ".join(f"{x:.2f},{y:.2f}" for x, y in places)
        return f"{x0},{y0} {x1},{y0} {x1},{y1} {x0},{y1}"
    points = geometry.get("points", ())
    return " ".join(f"{x},{y}" for x, y in points) if isinstance(points, list) else ""


def _spots(geometry: Mapping[str, Any]) -> tuple[Spot, ...]:
    points = geometry.get("points")
    if not isinstance(points, dict):
        return ()
    return tuple(Spot(at["x"], at["y"], name, not at["visible"]) for name, at in points.items())


def _lines(geometry: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    """An SVG path along every line of the question whose two points are set."""
    points = geometry["points"]
    joined = [pair for chain in spec.get("lines", ()) for pair in pairwise(chain)]
    return "".join(
        f"M{points[a]['x']} {points[a]['y']}L{points[b]['x']} {points[b]['y']}"
        for a, b in joined
        if a in points and b in points
    )


def line_of(position: int) -> str:
    """The line pattern of the n-th person; after five they begin again."""
    return f"line{LINES[position % len(LINES)]}"
