"""Stretches of a sound: elements with `{"start", "end"}` in milliseconds, a class, and what is said in `attributes`."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TypeAlias

from labeling.label_types.base import Facts
from labeling.label_types.elements import (
    DRAWN_NAMES,
    DRAWN_SETTINGS,
    DrawnSpec,
    Element,
    drawn_spec_at,
    dump_elements,
    parse_elements,
    part_facts,
)
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import flag_at, integer_at, joined, object_at
from labeling.label_types.settings import Setting
from labeling.label_types.stretches import Stretch, refuse_overlaps
from metadata.kernel.json_guard import Json

Segment: TypeAlias = Element[Stretch]

SLACK_MS = 100
"""Players disagree on where a sound ends: so much past its end is taken for its end."""

TEXT = "text"
"""The attribute that holds what is said in a segment."""


@dataclass(frozen=True, slots=True)
class SegmentSpec(DrawnSpec):
    """`overlapping`: whether two segments may share time, as when people talk at once.

    `text`: whether each segment has a text of its own, which then counts when answers are compared.
    """

    overlapping: bool = False
    text: bool = False


@dataclass(frozen=True, slots=True)
class Segments:
    elements: tuple[Segment, ...] = ()


SETTINGS = (*DRAWN_SETTINGS, Setting("overlapping", "flag", False), Setting("text", "flag", False))


def check_spec(raw: object) -> SegmentSpec:
    settings = object_at(raw, "", required=("classes",), optional=(*DRAWN_NAMES, "overlapping", "text"))
    drawn = drawn_spec_at(settings)
    overlapping = flag_at(settings.get("overlapping", False), "overlapping")
    text = flag_at(settings.get("text", False), "text")
    return SegmentSpec(drawn.classes, drawn.min, drawn.max, drawn.match_iou, overlapping, text)


def parse(raw: object, spec: SegmentSpec, facts: Facts) -> Segments:
    def stretch_at(raw: object, path: str, part: str) -> Stretch:
        duration_ms = part_facts(facts, part, path).get("duration_ms")
        if isinstance(duration_ms, bool) or not isinstance(duration_ms, int):
            raise InvalidValue(path, "lies on a part whose length is not known yet")
        return _stretch_at(raw, path, duration_ms)

    elements = parse_elements(raw, spec, stretch_at)
    if not spec.overlapping:
        refuse_overlaps(elements, "segment")
    if spec.text:
        elements = tuple(_with_text(element, at) for at, element in enumerate(elements))
    return Segments(elements)


def dump(value: Segments) -> dict[str, Json]:
    return dump_elements(value.elements, lambda stretch: {"start": stretch.start, "end": stretch.end})


def said_in(element: Segment) -> str:
    """What was written for a segment; "" for nothing."""
    said = element.attributes.get(TEXT)
    return said if isinstance(said, str) else ""


def saying(element: Segment, text: str) -> Segment:
    attributes = {name: value for name, value in element.attributes.items() if name != TEXT}
    return replace(element, attributes={**attributes, TEXT: text} if text else attributes)


def _stretch_at(raw: object, path: str, duration_ms: int) -> Stretch:
    ends = object_at(raw, path, required=("start", "end"))
    start = integer_at(ends["start"], joined(path, "start"), least=0)
    end = integer_at(ends["end"], joined(path, "end"), least=0)
    if end > duration_ms + SLACK_MS:
        raise InvalidValue(joined(path, "end"), f"lies past the end of the sound ({duration_ms} ms)")
    end = min(end, duration_ms)
    if start >= end:
        raise InvalidValue(joined(path, "end"), "must come after the start")
    return Stretch(start, end)


def _with_text(element: Segment, at: int) -> Segment:
    """The text in Unicode's composed form, every run of white space one space; nothing written is no attribute."""
    text = element.attributes.get(TEXT, "")
    if not isinstance(text, str):
        raise InvalidValue(f"elements.{at}.attributes.{TEXT}", "must be text")
    return saying(element, " ".join(unicodedata.normalize("NFC", text).split()))
