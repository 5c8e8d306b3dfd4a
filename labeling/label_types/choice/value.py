"""One class out of the question's: `{"class": 3}`."""

from __future__ import annotations

from dataclasses import dataclass

from labeling.label_types.classes import ClassDef, class_code_at, classes_at
from labeling.label_types.reading import object_at
from labeling.label_types.settings import CLASSES
from metadata.kernel.json_guard import Json


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    classes: tuple[ClassDef, ...]

    @property
    def class_order(self) -> tuple[int, ...]:
        return tuple(one.code for one in self.classes)


@dataclass(frozen=True, slots=True)
class Choice:
    class_code: int


SETTINGS = (CLASSES,)


def check_spec(raw: object) -> ChoiceSpec:
    return ChoiceSpec(classes_at(object_at(raw, "", required=("classes",))["classes"]))


def parse(raw: object, spec: ChoiceSpec) -> Choice:
    return Choice(class_code_at(object_at(raw, "", required=("class",))["class"], "class", spec.classes))


def dump(value: Choice) -> dict[str, Json]:
    return {"class": value.class_code}
