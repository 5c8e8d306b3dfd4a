"""Where a region lies: in percent of its picture there, in pixels here; in characters of its text."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from labeling.interchange.foreign import ONLY_POINT, Report, ShownFacts, turned_about, within
from labeling.interchange.label_studio.results import Raw
from labeling.interchange.label_studio.tags import Shown
from labeling.interchange.masks import NoOutline, as_geometry, outlines, packed


def box(
    value: Raw, result: Raw, shown: ShownFacts, _of: Shown, report: Report, where: str
) -> dict[str, Any] | None:
    frame, numbers = _frame(result, shown, report, where), _numbers(value, "x", "y", "width", "height")
    if frame is None:
        return None
    if numbers is None:
        report.note("region", "box", "has no place: x, y, width and height must be numbers", where)
        return None
    x, y, width, height = (
        number * side / 100 for number, side in zip(numbers, (*frame, *frame), strict=True)
    )
    turn = _numbers(value, "rotation") or [0.0]
    if math.remainder(turn[0], 360):
        sine, cosine = math.sin(math.radians(turn[0])), math.cos(math.radians(turn[0]))
        middle = (x + (cosine * width - sine * height) / 2, y + (sine * width + cosine * height) / 2)
        return turned_about(*middle, width, height, turn[0])
    edges = [
        within(x, frame[0]),
        within(y, frame[1]),
        within(x + width, frame[0]),
        within(y + height, frame[1]),
    ]
    if any(is_cut for _, is_cut in edges):
        report.note("region", "box", "reached out of the picture: cut at its edge", where)
    return dict(zip(("x0", "y0", "x1", "y1"), (edge for edge, _ in edges), strict=True))


def keypoint(
    value: Raw, result: Raw, shown: ShownFacts, _of: Shown, report: Report, where: str
) -> dict[str, Any] | None:
    frame, numbers = _frame(result, shown, report, where), _numbers(value, "x", "y")
    if frame is None:
        return None
    if numbers is None:
        report.note("region", "point", "has no place: x and y must be numbers", where)
        return None
    places = [within(number * side / 100, side) for number, side in zip(numbers, frame, strict=True)]
    if any(is_cut for _, is_cut in places):
        report.note("region", "point", "lay outside the picture: moved to its edge", where)
    (x, _), (y, _) = places
    return {"points": {ONLY_POINT: {"x": x, "y": y, "visible": True}}}


def stretch(
    value: Raw, _result: Raw, _shown: ShownFacts, _of: Shown, report: Report, where: str
) -> dict[str, Any] | None:
    """Seconds there, milliseconds here."""
    ends = _numbers(value, "start", "end")
    if ends is None:
        report.note("region", "stretch", "has no place: start and end must be numbers", where)
        return None
    start, end = (round(seconds * 1000) for seconds in ends)
    return {"start": max(0, start), "end": end}


def painted(
    value: Raw, result: Raw, shown: ShownFacts, report: Report, where: str
) -> list[dict[str, Any]] | None:
    """A painted mask as outlines, one for each piece of it."""
    frame = _frame(result, shown, report, where)
    width, height, runs = result.get("original_width"), result.get("original_height"), value.get("rle")
    if frame is None:
        return None
    try:
        if value.get("format", "rle") != "rle" or type(width) is not int or type(height) is not int:
            raise NoOutline("is no mask in runs (rle) of a picture whose size is said")
        pieces = outlines(packed(_bytes(runs), width, height))
    except NoOutline as error:
        report.note("region", "mask", str(error), where)
        return None
    scale = (frame[0] / width, frame[1] / height)
    if len(pieces) != 1:
        report.note("region", "mask", "is painted in several pieces: an outline each", where)
    return [as_geometry(piece, scale) for piece in pieces]


def _bytes(runs: object) -> bytes:
    if not isinstance(runs, list) or not all(type(one) is int and 0 <= one <= 255 for one in runs):
        raise NoOutline("holds no runs")
    return bytes(runs)


def polygon(
    value: Raw, result: Raw, shown: ShownFacts, _of: Shown, report: Report, where: str
) -> dict[str, Any] | list[dict[str, Any]] | None:
    if "rle" in value:
        return painted(value, result, shown, report, where)
    frame = _frame(result, shown, report, where)
    if frame is None:
        return None
    points = value.get("points")
    found: list[list[float]] = []
    is_cut = False
    for point in points if isinstance(points, list) else ():
        pair = (
            _numbers({"x": point[0], "y": point[1]}, "x", "y")
            if isinstance(point, list) and len(point) == 2
            else None
        )
        if pair is None:
            report.note("region", "polygon", "has a point that is not a pair of numbers", where)
            return None
        (x, cut_x), (y, cut_y) = (
            within(pair[0] * frame[0] / 100, frame[0]),
            within(pair[1] * frame[1] / 100, frame[1]),
        )
        is_cut = is_cut or cut_x or cut_y
        found.append([x, y])
    if value.get("closed") is False:
        report.note("region", "polygon", "was never closed: its ends are joined", where)
    if is_cut:
        report.note("region", "polygon", "reached out of the picture: cut at its edge", where)
    return {"points": found}


def span(
    value: Raw, _result: Raw, shown: ShownFacts, _of: Shown, report: Report, where: str
) -> dict[str, Any] | None:
    """Offsets in characters. A text with characters beyond the first plane may be counted in UTF-16 units instead:
    the words that the region carries say which."""
    start, end, text = value.get("start"), value.get("end"), shown.text
    start = int(start) if isinstance(start, str) and start.isdecimal() and len(start) < 10 else start
    end = int(end) if isinstance(end, str) and end.isdecimal() and len(end) < 10 else end
    if type(start) is not int or type(end) is not int or text is None or not 0 <= start < end:
        report.note("region", "span", "has no place: start and end must be whole numbers", where)
        return None
    words = value.get("text")
    if not isinstance(words, str) or _same(text[start:end], words):
        return {"start": start, "end": end}
    units = text.encode("utf-16-le")
    first = len(units[: 2 * start].decode("utf-16-le", "ignore"))
    last = len(units[: 2 * end].decode("utf-16-le", "ignore"))
    if _same(text[first:last], words):
        return {"start": first, "end": last}
    report.note("region", "span", "other words stand at its place in the text that is here", where)
    return None


def _same(here: str, there: str) -> bool:
    return here.split() == there.replace("\\n", "\n").split()


def _numbers(value: Mapping[str, Any], *names: str) -> list[float] | None:
    found = [value.get(name) for name in names]
    if any(
        isinstance(one, bool) or not isinstance(one, int | float) or not math.isfinite(one) for one in found
    ):
        return None
    return [float(one) for one in found if one is not None]


def _frame(result: Raw, shown: ShownFacts, report: Report, where: str) -> tuple[float, float] | None:
    """The picture's size here; one that was turned or is another picture is not guessed at."""
    if not shown.width or not shown.height:
        report.note("region", "", "lies on a picture whose size is not known", where)
        return None
    if result.get("image_rotation"):
        report.note("region", "", "was drawn on a picture turned by hand (image_rotation)", where)
        return None
    width, height = result.get("original_width"), result.get("original_height")
    if isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0:
        there, here = width / height, shown.width / shown.height
        if abs(there - here) > 0.02 * here:
            report.note(
                "region", "", "was drawn on a picture of another shape than the one that is here", where
            )
            return None
    return float(shown.width), float(shown.height)
