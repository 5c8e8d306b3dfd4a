"""Which part of an item is better, or how several rank: `{"ranking": [[2], [1, 3]]}`, the best first, equals together.

The classes of the question stand for the parts that are compared: the class with the lowest code for the first part,
and so on. Codes last, so that listing the classes in another order changes no answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from labeling.label_types.base import Facts
from labeling.label_types.classes import ClassDef, classes_at
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import (
    flag_at,
    identifier_at,
    integer_at,
    joined,
    list_at,
    object_at,
)
from labeling.label_types.settings import CLASSES, Setting
from metadata.kernel.json_guard import Json

MOST_COMPARED = 12
MOST_STRENGTH = 4
EQUAL = 0
"""Voted for where two parts are as good as each other: no class has this code."""


@dataclass(frozen=True, slots=True)
class PairwiseSpec:
    """`parts`: the parts compared, a class each; none named: those the item has, by their names.

    `ties`: whether two may be as good as each other. `strength`: how many levels a preference of two may have, 1 where
    nobody is asked how much. `shuffle`: whether each person sees the parts in an order of their own.
    """

    classes: tuple[ClassDef, ...]
    parts: tuple[str, ...] = ()
    ties: bool = True
    strength: int = 1
    shuffle: bool = True

    @property
    def class_order(self) -> tuple[int, ...]:
        return tuple(one.code for one in self.classes)

    @property
    def by_part(self) -> tuple[int, ...]:
        """The class of the first part, of the second, …"""
        return tuple(sorted(self.class_order))

    @property
    def is_pair(self) -> bool:
        return len(self.classes) == 2


@dataclass(frozen=True, slots=True)
class Ranking:
    """Groups of classes, the best first. `shown` is the order they stood in on the page, which no figure counts."""

    groups: tuple[tuple[int, ...], ...]
    strength: int | None = None
    shown: tuple[int, ...] = ()

    @property
    def place(self) -> dict[int, int]:
        """The group of each class, 0 the best."""
        return {code: at for at, group in enumerate(self.groups) for code in group}


SETTINGS = (
    CLASSES,
    Setting("parts", "names", most=MOST_COMPARED),
    Setting("ties", "flag", True),
    Setting("strength", "whole", 1, 1, MOST_STRENGTH),
    Setting("shuffle", "flag", True),
)


def check_spec(raw: object) -> PairwiseSpec:
    settings = object_at(
        raw, "", required=("classes",), optional=tuple(one.name for one in SETTINGS if one.name != "classes")
    )
    classes = classes_at(settings["classes"])
    if not 2 <= len(classes) <= MOST_COMPARED:
        raise InvalidValue("classes", f"one for each part that is compared: 2 to {MOST_COMPARED}")
    strength = integer_at(settings.get("strength", 1), "strength", least=1, most=MOST_STRENGTH)
    if strength > 1 and len(classes) > 2:
        raise InvalidValue("strength", "is asked only where two parts are compared")
    return PairwiseSpec(
        classes,
        _parts_at(settings["parts"], "parts", len(classes)) if "parts" in settings else (),
        flag_at(settings.get("ties", True), "ties"),
        strength,
        flag_at(settings.get("shuffle", True), "shuffle"),
    )


def parse(raw: object, spec: PairwiseSpec, facts: Facts) -> Ranking:
    fields = object_at(raw, "", required=("ranking",), optional=("strength", "shown"))
    compared = compared_in(spec, facts)
    groups = tuple(
        tuple(sorted(_codes_at(entry, joined("ranking", at), compared)))
        for at, entry in enumerate(list_at(fields["ranking"], "ranking", most=MOST_COMPARED))
    )
    named = [code for group in groups for code in group]
    if len(set(named)) != len(named):
        raise InvalidValue("ranking", "names a part twice")
    if set(named) != set(compared):
        raise InvalidValue("ranking", f"has to place all {len(compared)} parts")
    for at, group in enumerate(groups):
        if not group:
            raise InvalidValue(joined("ranking", at), "is empty")
        if len(group) > 1 and not spec.ties:
            raise InvalidValue(joined("ranking", at), "holds equals; this question takes none")
    shown = _codes_at(fields["shown"], "shown", compared) if "shown" in fields else ()
    if shown and sorted(shown) != sorted(compared):
        raise InvalidValue("shown", f"has to name all {len(compared)} parts, each once")
    return Ranking(groups, _strength_at(fields, spec, is_preferred=len(groups) == 2), shown)


def dump(value: Ranking) -> dict[str, Json]:
    return {
        "ranking": [list(group) for group in value.groups],
        **({} if value.strength is None else {"strength": value.strength}),
        **({"shown": list(value.shown)} if value.shown else {}),
    }


def compared_in(spec: PairwiseSpec, facts: Facts) -> tuple[int, ...]:
    """The classes whose parts the item has: all that are named, or as many as it has parts."""
    parts = facts.get("parts")
    known = parts if isinstance(parts, Mapping) else {}
    for part in spec.parts:
        if part not in known:
            raise InvalidValue("", "compares a part that this item does not have")
    compared = spec.by_part if spec.parts else spec.by_part[: len(known)]
    if len(compared) < 2:
        raise InvalidValue("", "needs an item with at least two parts")
    return compared


def _codes_at(raw: object, path: str, compared: Sequence[int]) -> tuple[int, ...]:
    found = []
    for at, entry in enumerate(list_at(raw, path, most=MOST_COMPARED)):
        code = integer_at(entry, joined(path, at), least=1)
        if code not in compared:
            raise InvalidValue(joined(path, at), "stands for no part of this item")
        found.append(code)
    return tuple(found)


def _strength_at(fields: Mapping[str, object], spec: PairwiseSpec, *, is_preferred: bool) -> int | None:
    if spec.strength == 1 or not is_preferred:
        if "strength" in fields:
            raise InvalidValue("strength", "is not asked here")
        return None
    if "strength" not in fields:
        raise InvalidValue("strength", "is required")
    return integer_at(fields["strength"], "strength", least=1, most=spec.strength)


def _parts_at(raw: object, path: str, wanted: int) -> tuple[str, ...]:
    parts = tuple(
        identifier_at(entry, joined(path, at))
        for at, entry in enumerate(list_at(raw, path, most=MOST_COMPARED))
    )
    if len(set(parts)) != len(parts):
        raise InvalidValue(path, "names a part twice")
    if len(parts) != wanted:
        raise InvalidValue(path, f"has to name {wanted} parts, one for each class")
    return parts
