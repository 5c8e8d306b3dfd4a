"""Spans of text: elements with `{"start", "end"}`, code points from the start of their part, the end not included."""

from __future__ import annotations

from dataclasses import dataclass

from labeling.label_types.base import Facts
from labeling.label_types.elements import dump_elements
from labeling.label_types.marked_text import (
    MARKED_NAMES,
    MARKED_SETTINGS,
    MarkedSpec,
    Span,
    dump_stretch,
    marked_spec_at,
    parse_spans,
)
from labeling.label_types.reading import object_at
from metadata.kernel.json_guard import Json

SETTINGS = MARKED_SETTINGS


@dataclass(frozen=True, slots=True)
class Spans:
    elements: tuple[Span, ...] = ()


def check_spec(raw: object) -> MarkedSpec:
    return marked_spec_at(object_at(raw, "", required=("classes",), optional=MARKED_NAMES))


def parse(raw: object, spec: MarkedSpec, facts: Facts) -> Spans:
    return Spans(parse_spans(raw, spec, facts))


def dump(value: Spans) -> dict[str, Json]:
    return dump_elements(value.elements, dump_stretch)
