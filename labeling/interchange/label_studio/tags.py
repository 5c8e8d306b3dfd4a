"""What Label Studio's tags are here: those that show, ask or only look, and those without an equal.

https://labelstud.io/tags/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from labeling.interchange.foreign import Kind, Report
from labeling.interchange.safe_xml import Node

OBJECTS: Final[Mapping[str, Kind]] = {
    "Image": "image",
    "Text": "text",
    "Audio": "audio",
    "AudioPlus": "audio",
}
OTHER_OBJECTS: Final = frozenset(
    [
        "Video",
        "TimeSeries",
        "HyperText",
        "Paragraphs",
        "Table",
        "List",
        "Chat",
        "Pdf",
        "Markdown",
        "ReactCode",
    ]
)
LOOKS: Final = frozenset(
    ["View", "Header", "Style", "Collapse", "Panel", "Filter", "Shortcut", "Repeater", "Channel"]
)
WITHOUT_EQUAL: Final[Mapping[str, str]] = {
    "BitmaskLabels": "masks kept as pictures are not read; convert them to polygons first",
    "Bitmask": "masks kept as pictures are not read; convert them to polygons first",
    "MagicWand": "masks kept as pictures are not read; convert them to polygons first",
    "Ellipse": "ellipses have no label type here",
    "EllipseLabels": "ellipses have no label type here",
    "Number": "numbers are not asked for by themselves",
    "DateTime": "dates are not asked for by themselves",
    "Ranker": "ranks a list that comes with each task, whose entries are no parts of an item here",
    "HyperTextLabels": "regions of HTML have no equal here",
    "ParagraphLabels": "regions of dialogs have no equal here",
    "TimeSeriesLabels": "time series have no equal here",
    "TimelineLabels": "videos have no equal here",
    "VideoRectangle": "videos have no equal here",
    "VectorLabels": "open lines have no equal here",
    "Vector": "open lines have no equal here",
}
HERE: Final = frozenset(
    [
        "name",
        "toName",
        "value",
        "choice",
        "required",
        "perRegion",
        "visibleWhen",
        "whenTagName",
        "whenChoiceValue",
        "maxRating",
        "hotkey",
        "alias",
        "granularity",
        "leftClass",
        "rightClass",
    ]
)
LOOKS_ONLY: Final = frozenset(
    [
        "showInline",
        "layout",
        "size",
        "icon",
        "opacity",
        "fillColor",
        "strokeColor",
        "strokeWidth",
        "fillOpacity",
        "strokeStyle",
        "background",
        "style",
        "className",
        "zoom",
        "zoomControl",
        "brightnessControl",
        "contrastControl",
        "rotateControl",
        "maxWidth",
        "minWidth",
        "placeholder",
        "rows",
        "height",
        "width",
        "underline",
        "selected",
        "showLabels",
        "selectionEnabled",
        "crosshair",
        "canRotate",
        "snap",
        "pointSize",
        "pointStyle",
        "showFullPath",
        "pathSeparator",
        "html",
        "hint",
        "zoomBy",
        "grid",
        "gridSize",
        "gridColor",
        "selectionStyle",
        "negativeZoom",
    ]
)


@dataclass(frozen=True, slots=True)
class Shown:
    """An object tag: the column of the task's data that it shows."""

    name: str
    kind: Kind
    column: str
    role: str


DRAWN: Final = frozenset(("box", "polygon", "keypoint", "span", "relation", "segment"))
"""Label types whose answers are elements: of these an empty answer says that nothing is there."""

MOST: Final = 2_000
"""Elements in one answer."""


def _choices(node: Node, _shown: Shown) -> tuple[str, dict[str, Any]]:
    return ("choices" if node.attributes.get("choice") == "multiple" else "choice"), {}


def _taxonomy(_node: Node, _shown: Shown) -> tuple[str, dict[str, Any]]:
    return "choices", {}


def _rating(_node: Node, _shown: Shown) -> tuple[str, dict[str, Any]]:
    return "rating", {}


def _box(_node: Node, shown: Shown) -> tuple[str, dict[str, Any]]:
    return ("box" if shown.kind == "image" else ""), {"min_size": 0.01, "rotation": True, "max": MOST}


def _polygon(_node: Node, shown: Shown) -> tuple[str, dict[str, Any]]:
    return ("polygon" if shown.kind == "image" else ""), {"min_area": 0.01, "max": MOST}


def _keypoint(_node: Node, shown: Shown) -> tuple[str, dict[str, Any]]:
    """Every point by itself: which of them make one figure is not said."""
    return ("keypoint" if shown.kind == "image" else ""), {"max": MOST}


def _labels(node: Node, shown: Shown) -> tuple[str, dict[str, Any]]:
    if shown.kind == "audio":
        return "segment", {"overlapping": True, "max": MOST}
    whole = node.attributes.get("granularity") == "word"
    return ("span" if shown.kind == "text" else ""), {"overlapping": True, "whole_words": whole, "max": MOST}


def _pairwise(_node: Node, _shown: Shown) -> tuple[str, dict[str, Any]]:
    return "pairwise", {"ties": False, "shuffle": False}


def _text_area(_node: Node, _shown: Shown) -> tuple[str, dict[str, Any]]:
    return "transcript", {"max": 10_000}


CONTROLS: Final[Mapping[str, Callable[[Node, Shown], tuple[str, dict[str, Any]]]]] = {
    "Choices": _choices,
    "Taxonomy": _taxonomy,
    "Rating": _rating,
    "Rectangle": _box,
    "RectangleLabels": _box,
    "Brush": _polygon,
    "BrushLabels": _polygon,
    "Polygon": _polygon,
    "PolygonLabels": _polygon,
    "KeyPoint": _keypoint,
    "KeyPointLabels": _keypoint,
    "Labels": _labels,
    "Pairwise": _pairwise,
    "TextArea": _text_area,
}


def note_attributes(node: Node, report: Report) -> None:
    for name in node.attributes:
        if name in LOOKS_ONLY:
            report.note("attribute", f"{node.tag}.{name}", "only looks; left out", place_of(node))
        elif name not in HERE:
            report.note("attribute", f"{node.tag}.{name}", "has no equal here", place_of(node))


def place_of(node: Node) -> str:
    return f"line {node.line}"
