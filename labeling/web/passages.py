"""Where in a text or a sound two answers differ: the words themselves, marked, and stretches along a line of time."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Final

AROUND: Final = 120
MOST_WORDS: Final = 3_000
WIDE: Final = 1_000
_WORDS = re.compile(r"\s+|\S+")


@dataclass(frozen=True)
class Piece:
    """Some characters, and the marked stretch they are in, if any."""

    text: str
    name: str = ""
    color: int = 0
    differs: bool = False


@dataclass(frozen=True)
class Stretch:
    """A stretch of a sound, in thousandths of the longer of two answers' lines."""

    left: int
    width: int
    row: int
    color: int
    name: str
    differs: bool


def changed_words(mine: str, other: str) -> tuple[Piece, ...]:
    """A text cut where it differs from another, word by word."""
    a, b = _WORDS.findall(mine), _WORDS.findall(other)
    if max(len(a), len(b)) > MOST_WORDS:
        return (Piece(mine, differs=mine != other),)
    found = []
    for kind, start, end, _, _ in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if start < end:
            found.append(Piece("".join(a[start:end]), differs=kind != "equal"))
    return tuple(found)


def passage(
    text: str,
    elements: Sequence[Mapping[str, Any]],
    classes: Mapping[int, tuple[str, int]],
    marked: frozenset[str],
    around: tuple[int, int],
) -> tuple[Piece, ...]:
    """A text with its marked stretches, cut to what is `around` the differences; overlapping ones show the shortest."""
    start, end = around
    spans = sorted(
        ((e["geometry"]["start"], e["geometry"]["end"], e["class"], e["id"] in marked) for e in elements),
        key=lambda one: one[1] - one[0],
    )
    cuts = sorted({start, end, *(at for a, b, _, _ in spans for at in (a, b) if start < at < end)})
    found = [Piece("… ")] if start > 0 else []
    for a, b in pairwise(cuts):
        over = [one for one in spans if one[0] <= a and b <= one[1]]
        name, color = classes.get(over[0][2], ("", 0)) if over else ("", 0)
        found.append(Piece(text[a:b], name, color, any(one[3] for one in over)))
    if end < len(text):
        found.append(Piece(" …"))
    return tuple(found)


def around(text: str, places: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """From where to where a text is shown so that these places are seen with some words about them."""
    if not places:
        return 0, min(len(text), 2 * AROUND)
    first, last = min(start for start, _ in places), max(end for _, end in places)
    return max(0, first - AROUND), min(len(text), last + AROUND)


def stretches(
    elements: Sequence[Mapping[str, Any]],
    classes: Mapping[int, tuple[str, int]],
    marked: frozenset[str],
    length_ms: int,
) -> tuple[Stretch, ...]:
    """Stretches of a sound along its line; one that overlaps another is a row lower."""
    free: list[int] = []
    found = []
    for element in sorted(elements, key=lambda one: (one["geometry"]["start"], one["geometry"]["end"])):
        start, end = element["geometry"]["start"], element["geometry"]["end"]
        row = next((at for at, until in enumerate(free) if until <= start), len(free))
        free[row : row + 1] = [end]
        name, color = classes.get(element["class"], (f"#{element['class']}", 1))
        left = round(start / length_ms * WIDE)
        width = max(4, round(end / length_ms * WIDE) - left)
        found.append(Stretch(left, width, row, color, name, element["id"] in marked))
    return tuple(found)
