"""The relations that a question knows: what each is called, between which classes it may hold, whether it points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from labeling.label_types.classes import BIGGEST_CODE, MOST_CLASSES, ClassDef
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import flag_at, integer_at, joined, list_at, object_at, text_at

MOST_RELATIONS = 100
LONGEST_NAME = 40  # of a facet of votes, which a relation's name is


@dataclass(frozen=True, slots=True)
class RelationDef:
    """`heads` and `tails`: the classes it may go from and to; none named, any. A symmetric one points nowhere."""

    name: str
    heads: frozenset[int] = frozenset()
    tails: frozenset[int] = frozenset()
    symmetric: bool = False

    def allows(self, head: int, tail: int) -> bool:
        """Whether a link may go between elements of these classes, for a symmetric one either way.

        >>> RelationDef("works for", frozenset({1}), frozenset({2})).allows(2, 1)
        False
        """
        straight = self._takes(head, self.heads) and self._takes(tail, self.tails)
        return straight or (
            self.symmetric and self._takes(tail, self.heads) and self._takes(head, self.tails)
        )

    @staticmethod
    def _takes(code: int, classes: frozenset[int]) -> bool:
        return not classes or code in classes


ONLY_RELATION = RelationDef("related", symmetric=True)
"""What links say where a question names no relation."""


def relations_at(raw: object, path: str, classes: Sequence[ClassDef]) -> tuple[RelationDef, ...]:
    """`[{"name": "works for", "from": ["person"], "to": ["company"]}, …]`; each name used once, none: the only one."""
    listed = list_at(raw, path, most=MOST_RELATIONS)
    found = tuple(_relation_at(entry, joined(path, at), classes) for at, entry in enumerate(listed))
    seen: set[str] = set()
    for at, one in enumerate(found):
        if one.name.casefold() in seen:
            raise InvalidValue(joined(joined(path, at), "name"), "is used by another relation")
        seen.add(one.name.casefold())
    return found or (ONLY_RELATION,)


def _relation_at(raw: object, path: str, classes: Sequence[ClassDef]) -> RelationDef:
    entry = object_at(raw, path, required=("name",), optional=("from", "to", "symmetric"))
    where = joined(path, "name")
    name = " ".join(text_at(entry["name"], where, most=LONGEST_NAME, least=1).split())
    if name.isdecimal():
        raise InvalidValue(where, "must not be a number")
    return RelationDef(
        name,
        _classes_at(entry.get("from", []), joined(path, "from"), classes),
        _classes_at(entry.get("to", []), joined(path, "to"), classes),
        flag_at(entry.get("symmetric", False), joined(path, "symmetric")),
    )


def _classes_at(raw: object, path: str, classes: Sequence[ClassDef]) -> frozenset[int]:
    """Classes by name or by code."""
    by_name = {one.name.casefold(): one.code for one in classes}
    codes = {one.code for one in classes}
    found: set[int] = set()
    for at, entry in enumerate(list_at(raw, path, most=MOST_CLASSES)):
        where = joined(path, at)
        if isinstance(entry, str):
            code = by_name.get(text_at(entry, where, most=200).strip().casefold())
        else:
            code = integer_at(entry, where, least=1, most=BIGGEST_CODE)
        if code not in codes:
            raise InvalidValue(where, "is not a class of this question")
        found.add(code)
    return frozenset(found)
