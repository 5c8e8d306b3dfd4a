"""Segments are as far apart as their shared time, and where it is asked their words, fall short."""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from labeling.label_types.alignment import edit_distance
from labeling.label_types.base import Difference, DifferenceKind, Matching
from labeling.label_types.element_distance import (
    drawn_differences,
    drawn_distance,
    match_elements,
    overlaps,
    same_class,
)
from labeling.label_types.matching import best_pairs
from labeling.label_types.segment.value import Segment, Segments, SegmentSpec, said_in
from labeling.label_types.stretches import LineSpace

SPACE = LineSpace()
"""Overlap of stretches is shared time over time in either."""

WORDS = 0.5
"""What a pair of segments keeps of its overlap where no word is the same."""


def match(a: Segments, b: Segments, *, at: float = 0.0) -> Matching:
    return match_elements(a.elements, b.elements, SPACE, at=at)


def distance(a: Segments, b: Segments, spec: SegmentSpec) -> float:
    """1 - (sum of the overlaps of matched segments) / (matched pairs + unmatched on both sides).

    Where segments have texts, the overlap of a pair is lessened by half of how far apart their words are.
    """
    if not spec.text:
        return drawn_distance(a.elements, b.elements, SPACE)
    if not a.elements and not b.elements:
        return 0.0
    quality = overlaps(a.elements, b.elements, SPACE)
    alike = same_class(a.elements, b.elements)
    for row, column in zip(*np.nonzero((quality > 0) & alike), strict=True):
        apart = word_distance(said_in(a.elements[row]), said_in(b.elements[column]))
        quality[row, column] *= 1.0 - WORDS * apart
    pairs = best_pairs(quality, allowed=alike)
    shared = math.fsum(float(quality[row, column]) for row, column in pairs)
    return min(1.0, max(0.0, 1.0 - shared / (len(a.elements) + len(b.elements) - len(pairs))))


def differences(a: Segments, b: Segments, spec: SegmentSpec) -> list[Difference]:
    """As for everything drawn; segments that lie alike but hold other words differ by convention, if only in how
    these are written, or by class."""
    found = drawn_differences(a.elements, b.elements, SPACE, spec)
    return [*found, *_other_words(a.elements, b.elements, found)] if spec.text else found


def word_distance(a: str, b: str) -> float:
    """Edits over the words of the longer text."""
    one, other = a.split(), b.split()
    return edit_distance(one, other) / max(len(one), len(other)) if a != b else 0.0


def _other_words(a: Sequence[Segment], b: Sequence[Segment], found: Sequence[Difference]) -> list[Difference]:
    """Of the segments that lie in the same place with the same class, those whose texts have no equal."""
    told_a = {name for one in found for name in one.a}
    told_b = {name for one in found for name in one.b}
    waiting: dict[object, list[Segment]] = defaultdict(list)
    for element in b:
        if element.id not in told_b:
            waiting[_lies(element)].append(element)
    left: list[Segment] = []
    for element in a:
        if element.id in told_a:
            continue
        same = [one for one in waiting[_lies(element)] if said_in(one) == said_in(element)]
        if same:
            waiting[_lies(element)].remove(same[0])
        else:
            left.append(element)
    pairs = [(one, waiting[_lies(one)].pop(0)) for one in left if waiting[_lies(one)]]
    return [_worded(one, other) for one, other in pairs]


def _worded(one: Segment, other: Segment) -> Difference:
    a, b = said_in(one), said_in(other)
    kind: DifferenceKind = "convention" if bare(a) == bare(b) else "class"
    amount = WORDS * word_distance(a, b)
    return Difference(kind, (one.id,), (other.id,), one.class_code, other.class_code, amount)


def bare(text: str) -> str:
    """Without case and punctuation."""
    kept = (one for one in text.casefold() if not unicodedata.category(one).startswith(("P", "S")))
    return " ".join("".join(kept).split())


def _lies(element: Segment) -> object:
    return element.part, element.class_code, element.geometry
