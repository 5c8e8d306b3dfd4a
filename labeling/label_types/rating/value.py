"""One of the question's named levels, lowest first: `{"level": 3}`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from labeling.label_types.classes import ClassDef, class_code_at, classes_at
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import object_at, one_of
from labeling.label_types.settings import CLASSES, Setting
from metadata.kernel.json_guard import Json


@dataclass(frozen=True, slots=True)
class RatingSpec:
    """The classes are the levels in their order; `scale` says whether the steps between them are equal."""

    classes: tuple[ClassDef, ...]
    scale: Literal["ordinal", "interval"]

    @property
    def class_order(self) -> tuple[int, ...]:
        return tuple(one.code for one in self.classes)


@dataclass(frozen=True, slots=True)
class Rating:
    level: int


SETTINGS = (CLASSES, Setting("scale", "option", "ordinal", options=("ordinal", "interval")))


def check_spec(raw: object) -> RatingSpec:
    settings = object_at(raw, "", required=("classes",), optional=("scale",))
    classes = classes_at(settings["classes"])
    if len(classes) < 2:
        raise InvalidValue("classes", "a rating needs at least two levels")
    interval = one_of(settings.get("scale", "ordinal"), "scale", ("ordinal", "interval")) == "interval"
    return RatingSpec(classes, "interval" if interval else "ordinal")


def parse(raw: object, spec: RatingSpec) -> Rating:
    return Rating(class_code_at(object_at(raw, "", required=("level",))["level"], "level", spec.classes))


def dump(value: Rating) -> dict[str, Json]:
    return {"level": value.level}
