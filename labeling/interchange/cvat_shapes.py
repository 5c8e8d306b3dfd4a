"""The shapes of CVAT's XML: where each lies, in pixels, and what else is said of it."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from labeling.interchange.foreign import (
    LONGEST_ATTRIBUTE,
    ONLY_POINT,
    Report,
    ShownFacts,
    turned_about,
    within,
)
from labeling.interchange.masks import NoOutline, alternating, as_geometry, outlines
from labeling.interchange.safe_xml import Node

LONGEST_POINT: Final = 64
KNOWN: Final = frozenset(
    [
        "label",
        "source",
        "occluded",
        "rotation",
        "xtl",
        "ytl",
        "xbr",
        "ybr",
        "points",
        "z_order",
        "group_id",
        "outside",
        "keyframe",
        "rle",
        "left",
        "top",
        "width",
        "height",
    ]
)
NODE: Final = re.compile(r"<(line|circle)\b([^>]*)>")
SAID: Final = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The points of a skeleton by name, in order, and which of them are joined."""

    points: tuple[str, ...]
    lines: tuple[tuple[str, str], ...] = ()

    def kept(self) -> Skeleton:
        """Its names as long as they may be here."""
        points = dict.fromkeys(one[:LONGEST_POINT] for one in self.points)
        lines = dict.fromkeys((a[:LONGEST_POINT], b[:LONGEST_POINT]) for a, b in self.lines)
        return Skeleton(tuple(points), tuple(lines))


def skeletons_of(labels: Sequence[Node], images: Sequence[Node]) -> dict[str, Skeleton]:
    """By label, what its drawing and the labels below it say; else the points that were drawn."""
    found: dict[str, Skeleton] = {}
    for label in labels:
        if label.text_of("type") == "skeleton" and (name := label.text_of("name")):
            below = [one.text_of("name") for one in labels if one.text_of("parent") == name]
            found[name] = _drawn(label.text_of("svg"), below)
    for image in images:
        for shape in image.children:
            if shape.tag == "skeleton" and (name := shape.attributes.get("label", "")):
                before = found.get(name, Skeleton(()))
                points = [one.attributes.get("label", "") for one in shape.children if one.tag == "points"]
                named = dict.fromkeys([*before.points, *(one for one in points if one)])
                found[name] = Skeleton(tuple(named), before.lines)
    return {name: one.kept() for name, one in found.items() if one.points}


def _drawn(svg: str, below: Sequence[str]) -> Skeleton:
    """Circles are points with a number and mostly a name, lines join two numbers."""
    names: dict[str, str] = {}
    joined: list[tuple[str, str]] = []
    for tag, raw in NODE.findall(svg):
        said = {name: html.unescape(value) for name, value in SAID.findall(raw)}
        if tag == "circle" and said.get("data-label-name"):
            names[said.get("data-node-id", "")] = said["data-label-name"]
        elif tag == "line":
            joined.append((said.get("data-node-from", ""), said.get("data-node-to", "")))
    points = tuple(dict.fromkeys([*names.values(), *(one for one in below if one)]))
    lines = tuple(
        (names[a], names[b]) for a, b in joined if a in names and b in names and names[a] != names[b]
    )
    return Skeleton(points, lines)


def attributes_of(shape: Node, report: Report, where: str) -> dict[str, Any]:
    """What CVAT says of a shape beside its place, as plain values."""
    found: dict[str, Any] = {}
    given = shape.attributes
    if given.get("occluded") == "1":
        found["occluded"] = True
    if given.get("source", "manual") != "manual":
        found["source"] = given["source"][:LONGEST_ATTRIBUTE]
    for name in ("z_order", "group_id"):
        raw = given.get(name, "0")
        if raw.lstrip("-").isdecimal() and len(raw) < 10 and int(raw):
            found[name] = int(raw)
    for name in given:
        if name not in KNOWN:
            report.note("attribute", f"{shape.tag}.{name}", "has no equal here", where)
    for one in shape.children:
        name = one.attributes.get("name", "")[:64]
        if shape.tag == "skeleton" and one.tag == "points":
            continue
        if one.tag != "attribute" or not name:
            report.note("tag", one.tag, "is not known inside a shape", where)
            continue
        if len(one.text) > LONGEST_ATTRIBUTE:
            report.note("attribute", name, f"cut after {LONGEST_ATTRIBUTE} characters", where)
        found[name] = one.text[:LONGEST_ATTRIBUTE]
    return found


def geometries_of(shape: Node, shown: ShownFacts, report: Report, where: str) -> list[dict[str, Any]]:
    """One for each element that the shape becomes: one, none with the reason noted, or as many as it has points."""
    found = GEOMETRY[shape.tag](shape, shown, report, where)
    return [] if found is None else found


def _number(raw: str | None) -> float | None:
    try:
        found = float(raw or "")
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _box(shape: Node, shown: ShownFacts, report: Report, where: str) -> list[dict[str, Any]] | None:
    edges = [_number(shape.attributes.get(name)) for name in ("xtl", "ytl", "xbr", "ybr")]
    x0, y0, x1, y1 = edges
    if x0 is None or y0 is None or x1 is None or y1 is None:
        report.note("region", "box", "has no place: xtl, ytl, xbr and ybr must be numbers", where)
        return None
    turn = _number(shape.attributes.get("rotation", "0")) or 0.0
    if math.remainder(turn, 360):
        return [turned_about((x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0, turn)]
    frame = (shown.width or 0, shown.height or 0)
    kept = [within(edge or 0.0, side) for edge, side in zip(edges, (*frame, *frame), strict=True)]
    if any(is_cut for _, is_cut in kept):
        report.note("region", "box", "reached out of the picture: cut at its edge", where)
    return [dict(zip(("x0", "y0", "x1", "y1"), (edge for edge, _ in kept), strict=True))]


def _places(shape: Node, shown: ShownFacts, report: Report, where: str) -> list[list[float]] | None:
    """`10.00,20.00;…`, within the picture."""
    points: list[list[float]] = []
    is_cut = False
    for pair in shape.attributes.get("points", "").split(";"):
        x, _, y = pair.partition(",")
        one, other = _number(x), _number(y)
        if one is None or other is None:
            report.note("region", shape.tag, "has a point that is not a pair of numbers", where)
            return None
        (left, cut_x), (top, cut_y) = within(one, shown.width or 0), within(other, shown.height or 0)
        is_cut = is_cut or cut_x or cut_y
        points.append([left, top])
    if is_cut:
        report.note("region", shape.tag, "reached out of the picture: cut at its edge", where)
    return points


def _polygon(shape: Node, shown: ShownFacts, report: Report, where: str) -> list[dict[str, Any]] | None:
    points = _places(shape, shown, report, where)
    return None if points is None else [{"points": points}]


def _mask(shape: Node, shown: ShownFacts, report: Report, where: str) -> list[dict[str, Any]] | None:
    """Runs within a window of the picture, unpainted first; an outline for each piece."""
    given = [_number(shape.attributes.get(name)) for name in ("left", "top", "width", "height")]
    runs = [_number(one) for one in shape.attributes.get("rle", "").split(",")]
    try:
        left, top, width, height = (_whole(one) for one in given)
        mask = alternating([_whole(one) for one in runs], width, height)
        if left < 0 or top < 0 or left + width > (shown.width or 0) or top + height > (shown.height or 0):
            raise NoOutline("reaches out of the picture")
        pieces = outlines(mask)
    except NoOutline as error:
        report.note("region", "mask", str(error), where)
        return None
    if len(pieces) != 1:
        report.note("region", "mask", "is painted in several pieces: an outline each", where)
    return [as_geometry(one.moved(left, top)) for one in pieces]


def _whole(number: float | None) -> int:
    if number is None or not number.is_integer():
        raise NoOutline("has no place: left, top, width, height and rle must be whole numbers")
    return int(number)


def _points(shape: Node, shown: ShownFacts, report: Report, where: str) -> list[dict[str, Any]] | None:
    """Points of one shape have no names: each comes by itself."""
    points = _places(shape, shown, report, where)
    if points is not None and len(points) > 1:
        report.note("region", "points", "has several points without names: each comes by itself", where)
    return None if points is None else [{"points": {ONLY_POINT: _seen(shape, at)}} for at in points]


def _skeleton(shape: Node, shown: ShownFacts, report: Report, where: str) -> list[dict[str, Any]] | None:
    """What lies outside the picture is left out, as it was not labeled; what is occluded is hidden."""
    found: dict[str, Any] = {}
    for one in shape.children:
        name = one.attributes.get("label", "")[:LONGEST_POINT]
        if one.tag != "points" or not name or one.attributes.get("outside") == "1":
            continue
        places = _places(one, shown, report, where)
        if places:
            found[name] = _seen(one, places[0])
    if not found:
        report.note("region", "skeleton", "has no point in the picture", where)
        return None
    return [{"points": found}]


def _seen(shape: Node, at: Sequence[float]) -> Mapping[str, Any]:
    return {"x": at[0], "y": at[1], "visible": shape.attributes.get("occluded") != "1"}


GEOMETRY: Final = {"box": _box, "polygon": _polygon, "mask": _mask, "points": _points, "skeleton": _skeleton}
