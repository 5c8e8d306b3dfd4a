"""What was done to an item, as told by the code that did it, so that its labels can follow.

Coordinates are continuous edges of the upright image, so a flip maps x to width - x (not width - 1 - x).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import integer_at, number_at, object_at, one_of, text_at
from metadata.kernel.json_guard import Json

BIGGEST_SIDE = 1_000_000


@dataclass(frozen=True, slots=True)
class Photometric:
    """How it looks or sounds changed; everything stays where it was."""

    kind: ClassVar[Literal["photometric"]] = "photometric"
    part: str


@dataclass(frozen=True, slots=True)
class Flip:
    """Mirrored left to right (`horizontal`) or top to bottom (`vertical`)."""

    kind: ClassVar[Literal["flip"]] = "flip"
    part: str
    axis: Literal["horizontal", "vertical"]
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class QuarterTurn:
    """Turned clockwise by `turns` right angles; width and height are those before the turn."""

    kind: ClassVar[Literal["quarter_turn"]] = "quarter_turn"
    part: str
    turns: int
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shift:
    """Moved within a frame that keeps its size; what leaves the frame is lost."""

    kind: ClassVar[Literal["shift"]] = "shift"
    part: str
    dx: float
    dy: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Crop:
    """Cut to a window, which becomes the new frame."""

    kind: ClassVar[Literal["crop"]] = "crop"
    part: str
    x0: float
    y0: float
    x1: float
    y1: float


Change: TypeAlias = Photometric | Flip | QuarterTurn | Shift | Crop


def inverse(change: Change) -> Change | None:
    """The change that takes it back, where one exists (a shift only for what stayed inside the frame)."""
    match change:
        case Photometric() | Flip():
            return change
        case QuarterTurn(part, turns, width, height):
            odd = turns % 2 == 1
            return QuarterTurn(part, -turns % 4, height if odd else width, width if odd else height)
        case Shift(part, dx, dy, width, height):
            return Shift(part, -dx, -dy, width, height)
        case Crop():
            return None


def frame_after(change: Flip | QuarterTurn | Shift | Crop) -> tuple[float, float]:
    """Width and height of the image once changed."""
    match change:
        case QuarterTurn(_, turns, width, height) if turns % 2 == 1:
            return height, width
        case Crop(_, x0, y0, x1, y1):
            return x1 - x0, y1 - y0
        case Flip() | QuarterTurn() | Shift():
            return change.width, change.height


def moved(x: float, y: float, change: Flip | QuarterTurn | Shift | Crop) -> tuple[float, float]:
    """Where a point goes.

    >>> moved(1, 2, QuarterTurn("image", 1, 10, 4))
    (2, 1)
    """
    match change:
        case Flip(_, "horizontal", width, _):
            return width - x, y
        case Flip(_, _, _, height):
            return x, height - y
        case QuarterTurn(_, turns, width, height):
            for _ in range(turns % 4):
                x, y = height - y, x
                width, height = height, width
            return x, y
        case Shift(_, dx, dy, _, _):
            return x + dx, y + dy
        case Crop(_, x0, y0, _, _):
            return x - x0, y - y0


def dump_change(change: Change) -> dict[str, Json]:
    """For a lineage row; `parse_change` reads it back."""
    names = [name for name in type(change).__slots__ if name != "kind"]
    return {"kind": change.kind, **{name: getattr(change, name) for name in names}}


def parse_change(raw: object) -> Change:
    """The change written by `dump_change`; `InvalidValue` for anything else."""
    if not isinstance(raw, dict):
        raise InvalidValue("", "must be an object")
    kind = one_of(raw.get("kind"), "kind", ("photometric", "flip", "quarter_turn", "shift", "crop"))
    part = text_at(raw.get("part"), "part", most=64, least=1)

    def side(name: str) -> float:
        return number_at(raw.get(name), name, least=0, most=BIGGEST_SIDE)

    def offset(name: str) -> float:
        return number_at(raw.get(name), name, least=-BIGGEST_SIDE, most=BIGGEST_SIDE)

    if kind == "photometric":
        object_at(raw, "", required=("kind", "part"))
        return Photometric(part)
    if kind == "crop":
        object_at(raw, "", required=("kind", "part", "x0", "y0", "x1", "y1"))
        crop = Crop(part, side("x0"), side("y0"), side("x1"), side("y1"))
        if crop.x0 >= crop.x1 or crop.y0 >= crop.y1:
            raise InvalidValue("x1", "the window is empty")
        return crop
    if kind == "flip":
        object_at(raw, "", required=("kind", "part", "axis", "width", "height"))
        horizontal = one_of(raw["axis"], "axis", ("horizontal", "vertical")) == "horizontal"
        return Flip(part, "horizontal" if horizontal else "vertical", side("width"), side("height"))
    if kind == "quarter_turn":
        object_at(raw, "", required=("kind", "part", "turns", "width", "height"))
        return QuarterTurn(
            part, integer_at(raw["turns"], "turns", least=0, most=3), side("width"), side("height")
        )
    object_at(raw, "", required=("kind", "part", "dx", "dy", "width", "height"))
    return Shift(part, offset("dx"), offset("dy"), side("width"), side("height"))
