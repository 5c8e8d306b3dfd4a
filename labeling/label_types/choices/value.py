"""Any number of the question's classes: `{"classes": [1, 3]}`. An empty list says that none applies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labeling.label_types.classes import MOST_CLASSES, ClassDef, class_code_at, classes_at
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import integer_at, joined, list_at, object_at, one_of
from labeling.label_types.settings import CLASSES, Setting
from metadata.kernel.json_guard import Json


@dataclass(frozen=True, slots=True)
class ChoicesSpec:
    """`measure`: how sets are compared; MASI forgives a set that contains the other more than one that crosses it."""

    classes: tuple[ClassDef, ...]
    min: int
    max: int
    measure: Literal["jaccard", "masi"]

    @property
    def class_order(self) -> tuple[int, ...]:
        return tuple(one.code for one in self.classes)


@dataclass(frozen=True, slots=True)
class Choices:
    class_codes: frozenset[int] = frozenset()


SETTINGS = (
    CLASSES,
    Setting("min", "whole", 0, 0, MOST_CLASSES),
    Setting("max", "whole", None, 1, MOST_CLASSES),
    Setting("measure", "option", "jaccard", options=("jaccard", "masi")),
)


def check_spec(raw: object) -> ChoicesSpec:
    settings = object_at(raw, "", required=("classes",), optional=("min", "max", "measure"))
    classes = classes_at(settings["classes"])
    most = integer_at(settings.get("max", len(classes)), "max", least=1, most=MOST_CLASSES)
    least = integer_at(settings.get("min", 0), "min", least=0, most=len(classes))
    if least > most:
        raise InvalidValue("min", "must not be more than max")
    masi = one_of(settings.get("measure", "jaccard"), "measure", ("jaccard", "masi")) == "masi"
    return ChoicesSpec(classes, least, most, "masi" if masi else "jaccard")


def parse(raw: object, spec: ChoicesSpec) -> Choices:
    entries = list_at(object_at(raw, "", required=("classes",))["classes"], "classes", most=MOST_CLASSES)
    found: set[int] = set()
    for position, entry in enumerate(entries):
        path = joined("classes", position)
        code = class_code_at(entry, path, spec.classes)
        if code in found:
            raise InvalidValue(path, "is listed twice")
        found.add(code)
    if not spec.min <= len(found) <= spec.max:
        raise InvalidValue("classes", f"{len(found)} chosen; this question takes {spec.min} to {spec.max}")
    return Choices(frozenset(found))


def dump(value: Choices) -> dict[str, Json]:
    return {"classes": list[Json](sorted(value.class_codes))}
