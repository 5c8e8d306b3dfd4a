"""When a question is asked at all: always, or only where another answer names one of some classes."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from labeling.label_types.classes import BIGGEST_CODE, MOST_CLASSES
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import identifier_at, integer_at, joined, list_at, object_at


@dataclass(frozen=True, slots=True)
class Condition:
    """The question is asked where the answer to `question` names at least one of `classes`."""

    question: str
    classes: frozenset[int]

    def holds(self, named: Mapping[str, Set[int]]) -> bool:
        """`named`: by question, the classes that its answer names; a question without an answer names none.

        >>> Condition("damage", frozenset({1, 2})).holds({"damage": {2, 5}})
        True
        """
        return not self.classes.isdisjoint(named.get(self.question, frozenset()))


def condition_at(raw: object, path: str, earlier: Mapping[str, Set[int]]) -> Condition | None:
    """`{"question": "damage", "classes": [1, 2]}`, or `{}` for a question that is always asked.

    `earlier`: the classes of the questions that come before; no question waits for a later one.
    """
    if raw == {}:
        return None
    entry = object_at(raw, path, required=("question", "classes"))
    where = joined(path, "question")
    question = identifier_at(entry["question"], where)
    if question not in earlier:
        raise InvalidValue(where, "is not a question before this one")
    known = earlier[question]
    if not known:
        raise InvalidValue(where, "is a question without classes")
    where = joined(path, "classes")
    codes = [
        integer_at(code, joined(where, at), least=1, most=BIGGEST_CODE)
        for at, code in enumerate(list_at(entry["classes"], where, most=MOST_CLASSES))
    ]
    if not codes:
        raise InvalidValue(where, "names at least one class")
    for at, code in enumerate(codes):
        if code not in known:
            raise InvalidValue(joined(where, at), "is not a class of that question")
    return Condition(question, frozenset(codes))


def read_condition(raw: Mapping[str, object] | None) -> Condition | None:
    """A condition that was checked when it was stored."""
    if not raw:
        return None
    codes = raw["classes"]
    assert isinstance(codes, list)
    return Condition(str(raw["question"]), frozenset(codes))
