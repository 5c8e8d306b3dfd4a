"""What another tool's project holds, said in our words, and a report of what has no equal here."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol, TypeAlias

from metadata.kernel.json_guard import Json

Kind: TypeAlias = Literal["image", "text", "audio"]
"""Of a part, as the first word of its media type."""

Noted: TypeAlias = Literal[
    "tag", "attribute", "class", "region", "answer", "prediction", "item", "file", "field", "person"
]
"""What a remark is about."""

LONGEST_KEY: Final = 40
LONGEST_RELATION: Final = 40
ONLY_POINT: Final = "point"
"""What the point of a figure is called where a question names none."""
PLACES_NAMED: Final = 5
MOST_REMARKS: Final = 2_000
LONGEST_ATTRIBUTE: Final = 1_000


@dataclass(slots=True)
class Remark:
    """Something that is not carried over as it was: how often, why, and where it was met first."""

    what: Noted
    name: str
    reason: str
    count: int = 0
    where: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """Every loss and every liberty, counted. Nothing is left out without a remark."""

    _remarks: dict[tuple[str, str, str], Remark] = field(default_factory=dict)

    def note(self, what: Noted, name: str, reason: str, where: str = "", *, count: int = 1) -> None:
        key = (what, name[:120], reason[:300])
        if key not in self._remarks and len(self._remarks) >= MOST_REMARKS:
            key = (what, "", "and further ones of other names or reasons")
        found = self._remarks.setdefault(key, Remark(what, key[1], key[2]))
        found.count += count
        if where and len(found.where) < PLACES_NAMED and where not in found.where:
            found.where.append(where[:200])

    @property
    def remarks(self) -> Sequence[Remark]:
        return tuple(self._remarks.values())

    def as_json(self) -> list[Json]:
        return [
            {
                "what": one.what,
                "name": one.name,
                "reason": one.reason,
                "count": one.count,
                "where": list[Json](one.where),
            }
            for one in self._remarks.values()
        ]


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    """A question as a project is made of it; its classes carry codes from 1 on."""

    key: str
    prompt: str
    label_type: str
    spec: Mapping[str, Any]
    required: bool = True
    shown_if: Mapping[str, Any] = field(default_factory=dict)

    def as_raw(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "prompt": self.prompt,
            "label_type": self.label_type,
            "spec": dict(self.spec),
            "required": self.required,
            "shown_if": dict(self.shown_if),
        }


@dataclass(frozen=True, slots=True)
class ForeignPart:
    """A part of an item: its own words, or the path of a file that comes along or is there."""

    kind: Kind
    role: str
    text: str | None = None
    path: str = ""


@dataclass(frozen=True, slots=True)
class ShownFacts:
    """What is known of the part that a region lies on."""

    role: str
    width: int | None = None
    height: int | None = None
    duration_ms: int | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignAnswer:
    """One pass of one person or model over an item, as raw values by question key."""

    ident: str
    who: str
    values: Mapping[str, Any]
    is_model: bool = False
    independent: bool = True
    is_known: bool = False
    created_at: dt.datetime | None = None
    active_ms: int = 0
    score: float | None = None


class ForeignTask(Protocol):
    """An item of the other tool."""

    @property
    def ident(self) -> str: ...

    @property
    def key(self) -> str:
        """What the item is called if it has to be made."""

    @property
    def parts(self) -> Sequence[ForeignPart]: ...

    @property
    def fields(self) -> Mapping[str, Any]:
        """What else it says about the item: plain values by name."""

    def answers(self, facts: Mapping[str, ShownFacts], report: Report, /) -> Iterator[ForeignAnswer]:
        """The passes over it, in pixels and characters of the parts as they are here (by the parts' role)."""


@dataclass(frozen=True, slots=True)
class ForeignProject:
    """All of an export: `source` tells it apart from other projects of the same tool."""

    tool: str
    source: str
    name: str
    questions: Sequence[QuestionDraft]
    tasks: Sequence[ForeignTask]


def question_key(name: str, taken: set[str]) -> str:
    """A key that addresses and exports can carry, and that is not taken yet.

    >>> question_key("Main topic!", set()), question_key("x", {"x"})
    ('Main-topic', 'x-2')
    """
    plain = re.sub(r"[^A-Za-z0-9_]+", "-", name).strip("-_")[:LONGEST_KEY].rstrip("-_") or "question"
    key, number = plain, 2
    while key.casefold() in {one.casefold() for one in taken}:
        ending = f"-{number}"
        key, number = f"{plain[: LONGEST_KEY - len(ending)]}{ending}", number + 1
    taken.add(key)
    return key


def classes_of(names: Sequence[str]) -> list[dict[str, Any]]:
    """Classes in this order, with codes from 1 on. Names that differ only in case stay two classes.

    >>> [one["name"] for one in classes_of(["Car", "car"])]
    ['Car', 'car (2)']
    """
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    for code, name in enumerate(names, start=1):
        shown = " ".join(name.split())[:190] or f"class {code}"
        if shown.casefold() in seen:
            shown = f"{shown} ({code})"
        seen.add(shown.casefold())
        found.append({"code": code, "name": shown})
    return found


def element_id(raw: object, taken: set[str]) -> str:
    """The region's own id where it can be kept.

    >>> element_id("Dx_aB91", set()), element_id("what ever", {"r1"})
    ('Dx_aB91', 'r2')
    """
    ident = raw if isinstance(raw, str) and re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", raw, re.ASCII) else ""
    number = len(taken)
    while not ident or ident in taken:
        number += 1
        ident = f"r{number}"
    taken.add(ident)
    return ident


def within(value: float, most: float) -> tuple[float, bool]:
    """A coordinate within the frame, and whether it lay more than half a pixel outside.

    >>> within(10.2, 10), within(-3, 10)
    ((10.0, False), (0.0, True))
    """
    kept = min(max(value, 0.0), float(most))
    return kept, abs(kept - value) > 0.5


def turned_about(x: float, y: float, width: float, height: float, degrees: float) -> dict[str, float]:
    """A box by its middle and its sides, turned clockwise.

    >>> turned_about(50, 20, 20, 10, 390)
    {'x0': 40.0, 'y0': 15.0, 'x1': 60.0, 'y1': 25.0, 'angle': 30.0}
    """
    edges = {"x0": x - width / 2, "y0": y - height / 2, "x1": x + width / 2, "y1": y + height / 2}
    return {**edges, "angle": math.remainder(degrees, 360)}


def relation_names(labels: Sequence[str]) -> dict[str, str]:
    """What relations of these labels can be called: short, each its own, no mere number; "" is one without a label.

    >>> relation_names(["", "is in", "12"])
    {'': 'related', 'is in': 'is in', '12': 'relation 12'}
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for label in labels:
        plain = " ".join(label.split()) or "related"
        plain = (f"relation {plain}" if plain.isdecimal() else plain)[:LONGEST_RELATION]
        name, number = plain, 2
        while name.casefold() in taken:
            ending = f" ({number})"
            name, number = f"{plain[: LONGEST_RELATION - len(ending)]}{ending}", number + 1
        taken.add(name.casefold())
        found[label] = name
    return found


def moment(raw: object) -> dt.datetime | None:
    """An ISO time; one without a zone is taken as UTC, one that lies in the future or cannot be read as none.

    >>> moment("2021-03-09T22:16:08Z").isoformat()
    '2021-03-09T22:16:08+00:00'
    """
    if not isinstance(raw, str):
        return None
    try:
        found = dt.datetime.fromisoformat(raw)
    except ValueError:
        return None
    found = found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found
    return found if dt.datetime(1990, 1, 1, tzinfo=dt.UTC) < found <= dt.datetime.now(dt.UTC) else None
