"""Boxes from a file of answers: one box a row, or all boxes of an answer as JSON in its label."""

import argparse
import json
from collections.abc import Mapping, Sequence
from math import isfinite

from consistency.core.ambiguity.fields import Field, field_of
from consistency.core.arrays import Indexed
from consistency.core.command.reading import texts
from consistency.core.conventions.boxes import Box, things_of
from consistency.core.ratings import Ratings, from_arrays
from consistency.core.table_formats import column_names
from consistency.core.tables import read_columns
from labeling.label_types.geometry import Rect

CORNERS = (
    ("x0", "y0", "x1", "y1"),
    ("x1", "y1", "x2", "y2"),
    ("xmin", "ymin", "xmax", "ymax"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("left", "top", "right", "bottom"),
)
SIZES = (("x", "y", "width", "height"), ("x", "y", "w", "h"))

Answers = dict[str, dict[str, list[Box]]]
"""Item to labeler to boxes."""


def edges_among(names: Sequence[str]) -> tuple[str, ...] | None:
    """The four columns of a box, as the file writes them; ``None`` where it has none.

    >>> edges_among(["item", "worker", "XMin", "YMin", "XMax", "YMax"])
    ('XMin', 'YMin', 'XMax', 'YMax')
    """
    by_name = {name.casefold(): name for name in names}
    for wanted in (*CORNERS, *SIZES):
        if all(name in by_name for name in wanted):
            return tuple(by_name[name] for name in wanted)
    return None


def rows_of_boxes(asked: argparse.Namespace, names: Sequence[str], edges: Sequence[str]) -> Answers:
    """One box a row; a row without edges says that the labeler saw nothing there."""
    labeled = asked.label in names
    wanted = [asked.item, asked.worker, *edges, *([asked.label] if labeled else [])]
    table = read_columns(asked.file, wanted, delimiter=asked.delimiter)
    columns = [_texts(table[name]) for name in wanted]
    answers: Answers = {}
    for row, cells in enumerate(zip(*columns, strict=True), start=1):
        item, worker, *sides = cells[:6]
        for name, value in ((asked.item, item), (asked.worker, worker)):
            if not value:
                raise ValueError(f"{asked.file.name}: {name}: row {row} is empty")
        boxes = answers.setdefault(item, {}).setdefault(worker, [])
        if not any(sides):
            continue
        where = f"{asked.file.name}: row {row}"
        numbers = [
            _number(text, f"{asked.file.name}: {name}: row {row}")
            for name, text in zip(edges, sides, strict=True)
        ]
        boxes.append(Box(cells[6] if labeled else "", _rect(numbers, sized=_sized(edges), where=where)))
    return answers


def boxes_of_label(text: str) -> list[Box] | None:
    """The boxes of a JSON label: a list of ``[x0, y0, x1, y1]`` or of objects, or Concord's own value; else ``None``.

    An object has its edges under one of the names of the columns, in itself or under "geometry", or COCO's "bbox".

    >>> boxes_of_label('[[0, 0, 2, 3]]')[0].rect
    Rect(x0=0.0, y0=0.0, x1=2.0, y1=3.0)
    >>> boxes_of_label("a cat"), boxes_of_label("[]")
    (None, [])
    """
    if text.lstrip()[:1] not in ("[", "{"):
        return None
    try:
        read = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return None
    if isinstance(read, dict):
        read = read.get("elements", read.get("boxes"))
    if not isinstance(read, list):
        return None
    if len(read) == 4 and all(isinstance(one, int | float) for one in read):
        read = [read]
    try:
        boxes = [_box(one) for one in read]
    except ValueError:
        return None
    return boxes


def _box(one: object) -> Box:
    if isinstance(one, list) and len(one) >= 4:
        return Box("", _rect([_plain(value) for value in one[:4]], sized=False, where="label"))
    if not isinstance(one, dict):
        raise ValueError("label: a box expected")
    label = str(one.get("class", one.get("label", one.get("category", ""))))
    held = one.get("geometry", one)
    if isinstance(held, dict):
        edges = edges_among([str(name) for name in held])
        if edges is not None:
            return Box(
                label, _rect([_plain(held[name]) for name in edges], sized=_sized(edges), where="label")
            )
        held = held.get("bbox")
    if isinstance(held, list) and len(held) == 4:
        return Box(label, _rect([_plain(value) for value in held], sized=True, where="label"))
    raise ValueError("label: no edges of a box")


def _sized(edges: Sequence[str]) -> bool:
    return edges[2].casefold() in ("w", "width")


def _rect(numbers: Sequence[float], *, sized: bool, where: str) -> Rect:
    x0, y0, x1, y1 = numbers
    if sized:
        x1, y1 = x0 + x1, y0 + y1
    if not (x1 > x0 and y1 > y0):
        raise ValueError(
            f"{where}: a box wider and higher than 0 expected, got {x0:g}, {y0:g} to {x1:g}, {y1:g}"
        )
    return Rect(x0, y0, x1, y1)


def _plain(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise ValueError("label: finite numbers expected")
    return float(value)


def _number(text: str, where: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise ValueError(f"{where} holds {text!r}, a finite number expected")
    return number


def _texts(column: Indexed) -> list[str]:
    names = [str(name) for name in column.names.tolist()]
    return [names[at] for at in column.index.tolist()]


def by_item(
    answers: Mapping[str, Mapping[str, Sequence[Box]]], labelers: Mapping[str, int]
) -> list[tuple[int, list[tuple[int, Sequence[Box]]]]]:
    """Items in the order of the file, labelers in that of their names."""
    return [
        (at, sorted(((labelers[worker], boxes) for worker, boxes in people.items()), key=lambda one: one[0]))
        for at, people in enumerate(answers.values())
    ]


NOT_DRAWN = "(not drawn)"


def drawn_answers(asked: argparse.Namespace, ratings: Ratings | None) -> Answers | None:
    """Boxes of columns of edges where ``ratings`` is not given, else of JSON labels; ``None`` where there are none."""
    if ratings is None:
        names = column_names(asked.file, delimiter=asked.delimiter)
        edges = edges_among(names)
        return None if edges is None else rows_of_boxes(asked, names, edges)
    of_code: list[list[Box]] = []
    for name in texts(ratings.classes):
        boxes = boxes_of_label(name)
        if boxes is None:
            return None
        of_code.append(boxes)
    answers: Answers = {}
    items, labelers = texts(ratings.items), texts(ratings.labelers)
    for item, labeler, code in zip(
        ratings.item.tolist(), ratings.labeler.tolist(), ratings.code.tolist(), strict=True
    ):
        answers.setdefault(items[item], {})[labelers[labeler]] = of_code[code]
    return answers


def votes_on_things(answers: Answers) -> tuple[Ratings, list[Field]]:
    """Each thing that somebody drew as an item of its own, named "item#1": the label of everybody's box of it, or that
    they drew none; and the measures of the things as fields."""
    names = sorted({worker for people in answers.values() for worker in people})
    place = {name: at for at, name in enumerate(names)}
    items = list(answers)
    rows: list[tuple[str, str, str]] = []
    measured: dict[str, Mapping[str, float]] = {}
    for at, people in by_item(answers, place):
        for number, thing in enumerate(things_of(people), start=1):
            name = f"{items[at]}#{number}"
            measured[name] = thing.measures()
            for who in thing.seen_by:
                label = thing.drawn[who].label or "drawn" if who in thing.drawn else NOT_DRAWN
                rows.append((name, names[who], label))
    if not rows:
        raise ValueError("nobody drew a box")
    ratings = from_arrays(*(list(column) for column in zip(*rows, strict=True)))
    kept = [measured[str(name)] for name in ratings.items.tolist()]
    return ratings, [field_of(name, [repr(one[name]) for one in kept]) for name in kept[0]]
