"""The classes of a question: stable integer codes with a name, a color and a key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from labeling.label_types.base import Remapping
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import integer_at, joined, list_at, object_at, text_at

BIGGEST_CODE = 32_767  # votes are stored as small integers; 0 means "absent" and is no class
MOST_CLASSES = 1_000
COLORS = 12
EXAMPLE_KINDS = ("typical", "borderline", "counter")
MOST_EXAMPLES = 12


@dataclass(frozen=True, slots=True)
class ClassDef:
    code: int
    name: str
    color: int
    hotkey: str = ""
    definition: str = ""
    parent: int | None = None
    examples: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """By kind (typical, borderline, counter), the numbers of items that show it."""


def classes_at(raw: object, path: str = "classes") -> tuple[ClassDef, ...]:
    """At least one class, each code, name and key used once."""
    classes = tuple(
        _class_at(entry, joined(path, position))
        for position, entry in enumerate(list_at(raw, path, most=MOST_CLASSES))
    )
    if not classes:
        raise InvalidValue(path, "at least one class is needed")
    _refuse_repeats(path, "code", [one.code for one in classes])
    _refuse_repeats(path, "name", [one.name.casefold() for one in classes])
    _refuse_repeats(path, "hotkey", [one.hotkey.casefold() for one in classes])
    _refuse_wrong_parents(path, classes)
    return classes


def class_code_at(raw: object, path: str, classes: Sequence[ClassDef]) -> int:
    code = integer_at(raw, path, least=1, most=BIGGEST_CODE)
    if all(one.code != code for one in classes):
        raise InvalidValue(path, "is not a class of this question")
    return code


def check_remapping(mapping: Remapping, classes: Sequence[ClassDef]) -> None:
    """Every class something is mapped to exists in the new guideline."""
    known = {one.code for one in classes}
    for old, new in mapping.items():
        for code in new:
            if code not in known:
                raise InvalidValue(f"mapping.{old}", f"{code} is not a class of this question")


def _class_at(raw: object, path: str) -> ClassDef:
    optional = ("color", "hotkey", "definition", "parent", "examples")
    entry = object_at(raw, path, required=("code", "name"), optional=optional)
    code = integer_at(entry["code"], joined(path, "code"), least=1, most=BIGGEST_CODE)
    color = entry.get("color")
    hotkey = _optional_text(entry.get("hotkey"), joined(path, "hotkey"), most=1)
    if hotkey and (hotkey.isspace() or not hotkey.isprintable()):
        raise InvalidValue(joined(path, "hotkey"), "must be one visible character")
    parent = entry.get("parent")
    return ClassDef(
        code=code,
        name=text_at(entry["name"], joined(path, "name"), most=200, least=1).strip(),
        color=(code - 1) % COLORS + 1
        if color is None
        else integer_at(color, joined(path, "color"), least=1, most=COLORS),
        hotkey=hotkey,
        definition=_optional_text(entry.get("definition"), joined(path, "definition"), most=20_000),
        parent=None
        if parent is None
        else integer_at(parent, joined(path, "parent"), least=1, most=BIGGEST_CODE),
        examples=_examples_at(entry.get("examples", {}), joined(path, "examples")),
    )


def _examples_at(raw: object, path: str) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for kind, items in object_at(raw, path, optional=EXAMPLE_KINDS).items():
        where = joined(path, kind)
        found[kind] = tuple(
            integer_at(item, joined(where, at), least=1)
            for at, item in enumerate(list_at(items, where, most=MOST_EXAMPLES))
        )
    return found


def _optional_text(raw: object, path: str, *, most: int) -> str:
    return "" if raw is None else text_at(raw, path, most=most)


def _refuse_repeats(path: str, name: str, values: Sequence[int | str]) -> None:
    seen: set[int | str] = set()
    for position, value in enumerate(values):
        if value != "" and value in seen:
            raise InvalidValue(joined(joined(path, position), name), "is used by another class")
        seen.add(value)


def _refuse_wrong_parents(path: str, classes: Sequence[ClassDef]) -> None:
    parent_of: Mapping[int, int | None] = {one.code: one.parent for one in classes}
    for position, one in enumerate(classes):
        where = joined(joined(path, position), "parent")
        seen = {one.code}
        parent = one.parent
        while parent is not None:
            if parent not in parent_of:
                raise InvalidValue(where, "is not a class of this question")
            if parent in seen:
                raise InvalidValue(where, "a class cannot be above itself")
            seen.add(parent)
            parent = parent_of[parent]
