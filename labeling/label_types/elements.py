"""Drawn values: lists of elements with a lasting id, a class, the part they lie on, a geometry and attributes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from labeling.label_types.base import Carried, Facts, Remapping, Vote
from labeling.label_types.classes import ClassDef, check_remapping, class_code_at, classes_at
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import (
    Scalar,
    identifier_at,
    integer_at,
    joined,
    list_at,
    number_at,
    object_at,
    scalars_at,
)
from labeling.label_types.settings import CLASSES, Setting
from metadata.kernel.json_guard import Json

G = TypeVar("G")

MOST_ELEMENTS = 2_000
MOST_BY_DEFAULT = 500
MATCH_IOU = 0.5


@dataclass(frozen=True, slots=True)
class Element(Generic[G]):
    """One drawn piece. `id` survives revisions: comments, diffs and exports refer to it."""

    id: str
    class_code: int
    part: str
    geometry: G
    attributes: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DrawnSpec:
    """The settings every drawn question has.

    `match_iou`: from which overlap two elements of different people are taken for the same thing when answers are
    merged and their differences named.
    """

    classes: tuple[ClassDef, ...]
    min: int = 0
    max: int = MOST_BY_DEFAULT
    match_iou: float = MATCH_IOU

    @property
    def class_order(self) -> tuple[int, ...]:
        return tuple(one.code for one in self.classes)


DRAWN_SETTINGS = (
    CLASSES,
    Setting("min", "whole", 0, 0, MOST_ELEMENTS),
    Setting("max", "whole", MOST_BY_DEFAULT, 1, MOST_ELEMENTS),
    Setting("match_iou", "number", MATCH_IOU, 0.05, 0.95),
)
DRAWN_NAMES = tuple(one.name for one in DRAWN_SETTINGS)


def drawn_spec_at(raw: Mapping[str, object]) -> DrawnSpec:
    """The shared settings out of a spec whose keys were checked already."""
    classes = classes_at(raw["classes"])
    least = integer_at(raw.get("min", 0), "min", least=0, most=MOST_ELEMENTS)
    most = integer_at(raw.get("max", MOST_BY_DEFAULT), "max", least=1, most=MOST_ELEMENTS)
    if least > most:
        raise InvalidValue("min", "must not be more than max")
    overlap = number_at(raw.get("match_iou", MATCH_IOU), "match_iou", least=0.05, most=0.95)
    return DrawnSpec(classes, least, most, overlap)


def parse_elements(
    raw: object, spec: DrawnSpec, geometry_at: Callable[[object, str, str], G]
) -> tuple[Element[G], ...]:
    """`geometry_at(raw, path, part)` reads the geometry on that part of the item."""
    value = object_at(raw, "", required=("elements",))
    entries = list_at(value["elements"], "elements", most=MOST_ELEMENTS)
    if not spec.min <= len(entries) <= spec.max:
        raise InvalidValue("elements", f"{len(entries)} drawn; this question takes {spec.min} to {spec.max}")
    elements: list[Element[G]] = []
    seen: set[str] = set()
    for position, entry in enumerate(entries):
        path = joined("elements", position)
        fields = object_at(
            entry, path, required=("id", "class", "part", "geometry"), optional=("attributes",)
        )
        element_id = identifier_at(fields["id"], joined(path, "id"))
        if element_id in seen:
            raise InvalidValue(joined(path, "id"), "is used by another element")
        seen.add(element_id)
        code = class_code_at(fields["class"], joined(path, "class"), spec.classes)
        part = identifier_at(fields["part"], joined(path, "part"))
        geometry = geometry_at(fields["geometry"], joined(path, "geometry"), part)
        attributes = scalars_at(fields.get("attributes", {}), joined(path, "attributes"))
        elements.append(Element(element_id, code, part, geometry, attributes))
    return tuple(elements)


def dump_elements(
    elements: Sequence[Element[G]], dump_geometry: Callable[[G], dict[str, Json]]
) -> dict[str, Json]:
    return {
        "elements": [
            {
                "id": element.id,
                "class": element.class_code,
                "part": element.part,
                "geometry": dump_geometry(element.geometry),
                "attributes": dict(element.attributes),
            }
            for element in elements
        ]
    }


def presence_votes(elements: Sequence[Element[G]], classes: Sequence[ClassDef]) -> list[Vote]:
    """For every class of the question, whether at least one element of it was drawn: an empty answer counts."""
    present = {element.class_code for element in elements}
    return [Vote(str(one.code), int(one.code in present)) for one in classes]


def part_facts(facts: Facts, part: str, path: str) -> Mapping[str, object]:
    """What is known of a part of the item; `InvalidValue` where the item has no such part."""
    parts = facts.get("parts")
    found = parts.get(part) if isinstance(parts, Mapping) else None
    if not isinstance(found, Mapping):
        raise InvalidValue(path, "lies on a part that this item does not have")
    return found


def frame_of(facts: Facts, part: str, path: str) -> tuple[float, float]:
    """Width and height of a part that is an image."""
    known = part_facts(facts, part, path)
    width, height = known.get("width"), known.get("height")
    if not isinstance(width, int | float) or not isinstance(height, int | float):
        raise InvalidValue(path, "lies on a part whose size is not known yet")
    return float(width), float(height)


def remap_elements(
    elements: Sequence[Element[G]], mapping: Remapping, classes: Sequence[ClassDef]
) -> Carried[tuple[Element[G], ...]]:
    """Classes renamed or merged follow; those given up are dropped; those split keep their old code and are named."""
    check_remapping(mapping, classes)
    kept: list[Element[G]] = []
    dropped: list[str] = []
    undecided: list[str] = []
    for element in elements:
        new = mapping.get(element.class_code, (element.class_code,))
        if not new:
            dropped.append(element.id)
        elif len(new) == 1:
            kept.append(replace(element, class_code=new[0]))
        else:
            kept.append(element)
            undecided.append(element.id)
    return Carried(tuple(kept), dropped=tuple(dropped), needs_person=tuple(undecided))
