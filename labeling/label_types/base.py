"""What every label type promises; everything that differs between a class, a box and a transcript is behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeAlias, TypeVar

from labeling.label_types.changes import Change
from labeling.label_types.settings import Setting
from metadata.kernel.json_guard import Json

V = TypeVar("V")
S = TypeVar("S")
E = TypeVar("E")

Facts: TypeAlias = Mapping[str, object]
"""What is known of the item: `{"parts": {"image": {"width": 640, "height": 480}}}`."""

Remapping: TypeAlias = Mapping[int, Sequence[int]]
"""Old class code to new ones: one is a merge or a rename, several a split, none a class given up."""

DifferenceKind: TypeAlias = Literal[
    "class",
    "boundary",
    "missed",
    "one_versus_many",
    "convention",
    "sides",
    "points",
    "visibility",
    "link",
    "relation",
    "direction",
    "end",
]
"""`sides`: left and right exchanged; `points`: some set by one only; `visibility`: seen by one, hidden to the other.

Of links between elements, `link`: one side only has it; `relation`: another one between the same ends; `direction`: the
other way around; `end`: to or from another element.
"""

WHOLE = ""
"""Names the whole value where an element id would stand."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One small integer that statistics count, about one facet of the answer."""

    facet: str
    code: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Element `a` of one value is element `b` of the other; quality 1 is the same place exactly."""

    a: str
    b: str
    quality: float


@dataclass(frozen=True, slots=True)
class Matching:
    """Which element of a is which of b, and those without a partner."""

    pairs: tuple[Pair, ...] = ()
    only_a: tuple[str, ...] = ()
    only_b: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which two values differ: the elements and classes on either side, and how much (0 to 1)."""

    kind: DifferenceKind
    a: tuple[str, ...] = ()
    b: tuple[str, ...] = ()
    class_a: int | None = None
    class_b: int | None = None
    amount: float = 1.0


@dataclass(frozen=True, slots=True)
class Ballot(Generic[V]):
    """One agent's value, with the weight it carries."""

    agent: str
    value: V
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Tie:
    """A point on which the ballots stood even: `about` an element, a facet or the whole, between these codes.

    For whether something is there at all the codes are 0 and 1.
    """

    about: str
    codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Merged(Generic[V]):
    """One value out of many.

    `support` is the share of the ballots' weight behind the whole or each element (`"element/piece"`: of its drawers'
    weight behind a piece of it), `distribution` the share of each
    code by facet, and `ties` what was settled by canonical order only and wants a person.
    """

    value: V
    support: Mapping[str, float]
    distribution: Mapping[str, Mapping[int, float]] = field(default_factory=dict)
    ties: tuple[Tie, ...] = ()


@dataclass(frozen=True, slots=True)
class Carried(Generic[V]):
    """A value after a change, and the ids of what was dropped, cut at the frame or needs a person to look at it.

    The value is None where nothing of it can be kept without asking somebody.
    """

    value: V | None
    dropped: tuple[str, ...] = ()
    clipped: tuple[str, ...] = ()
    needs_person: tuple[str, ...] = ()


class LabelType(Protocol[V, S, E]):
    """V is the type's value, S the question's settings as it reads them, E one drawn element."""

    @property
    def name(self) -> str:
        """Stored as text with each question, never as `choices=`."""

    @property
    def modalities(self) -> frozenset[str]: ...

    @property
    def settings(self) -> Sequence[Setting]:
        """Every setting `check_spec` knows."""

    def check_spec(self, raw: object, /) -> S:
        """The question's settings, or `InvalidValue` naming the setting."""

    def parse(self, raw: object, spec: S, facts: Facts, /) -> V:
        """The value, its element ids kept, or `InvalidValue` naming the field."""

    def dump(self, value: V, /) -> dict[str, Json]:
        """What `parse` reads back to an equal value."""

    def votes(self, value: V, spec: S, /) -> Sequence[Vote]:
        """What statistics count of it."""

    def classes_in(self, value: V, /) -> frozenset[int]:
        """The codes of the classes it names: what other questions' conditions ask about."""

    def elements(self, value: V, /) -> Sequence[E]:
        """The drawn pieces; none for a value that is not drawn."""

    def match(self, a: V, b: V, spec: S, /, *, at: float = 0.0) -> Matching:
        """Which element of a is which of b, pairing only elements of one class whose quality is at least `at`."""

    def distance(self, a: V, b: V, spec: S, /) -> float:
        """Symmetric; 0 the same, 1 unrelated."""

    def differences(self, a: V, b: V, spec: S, /) -> Sequence[Difference]:
        """Why the distance is not 0, piece by piece; empty exactly when it is."""

    def merge(self, ballots: Sequence[Ballot[V]], spec: S, /) -> Merged[V]:
        """One value out of at least one ballot, whatever order they come in."""

    def measures(self, element: E, /) -> Mapping[str, float]:
        """Length, area and so on, for thresholds on attributes."""

    def transform(self, value: V, change: Change, spec: S, /) -> Carried[V]:
        """The value after its item was changed."""

    def remap(self, value: V, mapping: Remapping, spec: S, /) -> Carried[V]:
        """The value after classes were merged, renamed, split or given up; `spec` is the new one."""


AnyLabelType: TypeAlias = LabelType[Any, Any, Any]
"""The registry holds types of different values; what goes into one of them came out of the same one."""
