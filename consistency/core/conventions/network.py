"""The transcripts of one item side by side: who wrote what at each place."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

import numpy as np

from consistency.core.conventions.units import Unit, joined
from labeling.label_types.alignment import alignment, edit_distance

SHORTEST_VARIANT = 5
SHORTEST_TWICE = 7
ENDINGS = ("s", "d", "r", "n", "t", "ed", "es", "er", "ly", "en", "ing", "n't")


@dataclass(slots=True)
class Place:
    """One place: the unit of each labeler who wrote something there. Who did not stands in the item, not here."""

    units: dict[int, Unit] = field(default_factory=dict)

    def keys(self) -> set[str]:
        return {unit.key for unit in self.units.values()}


def network(transcripts: Sequence[tuple[int, Sequence[Unit]]]) -> list[Place]:
    """Each transcript is aligned to the places of those before it (as ROVER does); give them in canonical order.

    Units of one key, and spellings of one word, fall on one place; what is written as one word by somebody and as two
    by somebody else is one unit.

    >>> from consistency.core.conventions.units import units
    >>> places = network([(0, units("Um, the web site")), (1, units("the website"))])
    >>> [{who: unit.written for who, unit in place.units.items()} for place in places]
    [{0: 'Um,'}, {0: 'the', 1: 'the'}, {0: 'web site', 1: 'website'}]
    """
    places: list[Place] = []
    words = [_words(said) for _, said in transcripts]
    for at, (labeler, said) in enumerate(transcripts):
        others = [alone - together for n, (alone, together) in enumerate(words) if n != at]
        whole = joined(said, set().union(*others) - words[at][0], "")
        places = _woven(places, _steps(places, [unit.key for unit in whole]), labeler, whole)
    return places


def _words(said: Sequence[Unit]) -> tuple[set[str], set[str]]:
    """The words of a transcript, and what two neighbors of it would be as one."""
    alone = {unit.key for unit in said if unit.kind == "word"}
    together = {one.key + other.key for one, other in pairwise(said)}
    return alone, together


def _steps(places: Sequence[Place], keys: Sequence[str]) -> list[tuple[int | None, int | None]]:
    same = np.zeros((len(places), len(keys)), dtype=np.bool_)
    for row, place in enumerate(places):
        standing = place.keys()
        same[row] = [key in standing or any(one_word(key, other) for other in standing) for key in keys]
    return alignment(same)


def _woven(
    places: Sequence[Place],
    steps: Sequence[tuple[int | None, int | None]],
    labeler: int,
    whole: Sequence[Unit],
) -> list[Place]:
    result = []
    for row, column in steps:
        place = Place() if row is None else places[row]
        if column is not None:
            place.units[labeler] = whole[column]
        result.append(place)
    return result


@lru_cache(maxsize=262_144)
def one_word(a: str, b: str) -> bool:
    """Whether two keys are spellings of one word: nearly the same letters, and not the same word bent.

    >>> one_word("accommodate", "accomodate"), one_word("walk", "walks"), one_word("cat", "hat")
    (True, False, False)
    """
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(short) < SHORTEST_VARIANT or len(long) - len(short) > 2 or short[0] != long[0]:
        return False
    if not (short.isalpha() and long.isalpha()) or _bent(short, long):
        return False
    return edit_distance(short, long) <= (2 if len(short) >= SHORTEST_TWICE else 1)


def _bent(short: str, long: str) -> bool:
    """Whether one is the other with another ending ("walked" and "walks" too)."""
    if long.startswith(short):
        return True
    return any(short.endswith(ending) and long.startswith(short.removesuffix(ending)) for ending in ENDINGS)
