"""Stretches of a text, in code points from the start of their part: for every label type that marks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from labeling.label_types.base import Facts
from labeling.label_types.changes import Change, Photometric
from labeling.label_types.elements import (
    DRAWN_NAMES,
    DRAWN_SETTINGS,
    DrawnSpec,
    Element,
    drawn_spec_at,
    parse_elements,
    part_facts,
)
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import BIGGEST_INTEGER, flag_at, integer_at, joined, object_at
from labeling.label_types.settings import Setting
from labeling.label_types.stretches import Stretch, refuse_overlaps
from metadata.kernel.json_guard import Json

Span: TypeAlias = Element[Stretch]


@dataclass(frozen=True, slots=True)
class MarkedSpec(DrawnSpec):
    """`overlapping`: whether two spans of one answer may share characters.

    `whole_words`: whether the editor widens what is selected to whole words; offsets within a word stay valid.
    """

    overlapping: bool = False
    whole_words: bool = True


MARKED_SETTINGS = (
    *DRAWN_SETTINGS,
    Setting("overlapping", "flag", False),
    Setting("whole_words", "flag", True),
)
MARKED_NAMES = (*DRAWN_NAMES, "overlapping", "whole_words")


def marked_spec_at(settings: Mapping[str, object]) -> MarkedSpec:
    """The shared settings out of a spec whose keys were checked already."""
    drawn = drawn_spec_at(settings)
    overlapping = flag_at(settings.get("overlapping", False), "overlapping")
    whole_words = flag_at(settings.get("whole_words", True), "whole_words")
    return MarkedSpec(drawn.classes, drawn.min, drawn.max, drawn.match_iou, overlapping, whole_words)


def parse_spans(raw: object, spec: MarkedSpec, facts: Facts) -> tuple[Span, ...]:
    def stretch_at(raw: object, path: str, part: str) -> Stretch:
        characters = part_facts(facts, part, path).get("characters")
        if isinstance(characters, bool) or not isinstance(characters, int):
            raise InvalidValue(path, "lies on a part whose length is not known yet")
        return _stretch_at(raw, path, characters)

    elements = parse_elements(raw, spec, stretch_at)
    if not spec.overlapping:
        refuse_overlaps(elements, "span")
    return elements


def dump_stretch(stretch: Stretch) -> dict[str, Json]:
    return {"start": stretch.start, "end": stretch.end}


def touched_by(change: Change, elements: Sequence[Span]) -> tuple[str, ...]:
    """Text does not flip, turn or shift as pictures do: what is on a part so changed needs a person."""
    if isinstance(change, Photometric):
        return ()
    return tuple(element.id for element in elements if element.part == change.part)


def _stretch_at(raw: object, path: str, characters: int) -> Stretch:
    ends = object_at(raw, path, required=("start", "end"))
    start = integer_at(ends["start"], joined(path, "start"), least=0)
    end = integer_at(ends["end"], joined(path, "end"), least=0, most=BIGGEST_INTEGER)
    if end > characters:
        raise InvalidValue(joined(path, "end"), f"lies past the end of the text ({characters} characters)")
    if start >= end:
        raise InvalidValue(joined(path, "end"), "must come after the start")
    return Stretch(start, end)
