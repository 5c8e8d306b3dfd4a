"""Edit distance between two sequences, and ROVER: many sequences voted into one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Same: TypeAlias = NDArray[np.bool_]
Step: TypeAlias = tuple[int | None, int | None]


def same_tokens(a: Sequence[str], b: Sequence[str]) -> Same:
    """(len(a), len(b)): where the two hold the same token."""
    numbers = {token: number for number, token in enumerate(dict.fromkeys((*a, *b)))}
    left = np.array([numbers[token] for token in a], dtype=np.int32)
    right = np.array([numbers[token] for token in b], dtype=np.int32)
    return np.asarray(left[:, None] == right[None, :], dtype=np.bool_)


def edit_distance(a: Sequence[str], b: Sequence[str]) -> int:
    """The fewest tokens to be put in, taken out or replaced (Levenshtein 1966).

    >>> edit_distance("kitten", "sitting")
    3
    """
    return int(_table(same_tokens(a, b))[-1, -1])


def alignment(same: Same) -> list[Step]:
    """Row to column, None where one side has nothing; of equally short ways replacing comes before leaving out.

    >>> alignment(same_tokens(["a", "b"], ["b"]))
    [(0, None), (1, 0)]
    """
    table = _table(same)
    row, column = same.shape
    steps: list[Step] = []
    while row or column:
        here = table[row, column]
        if row and column and here == table[row - 1, column - 1] + (not same[row - 1, column - 1]):
            row, column = row - 1, column - 1
            steps.append((row, column))
        elif row and here == table[row - 1, column] + 1:
            row -= 1
            steps.append((row, None))
        else:
            column -= 1
            steps.append((None, column))
    return steps[::-1]


def _table(same: Same) -> NDArray[np.int16]:
    """(rows + 1, columns + 1) of edit distances between all beginnings; sequences hold fewer than 32,767 tokens.

    A row is done at once: a cell is the least of what comes from above and, over all cells to its left, of that plus
    the way from there.
    """
    rows, columns = same.shape
    table = np.empty((rows + 1, columns + 1), dtype=np.int16)
    way = np.arange(columns + 1, dtype=np.int16)
    table[0] = way
    for row in range(rows):
        above = table[row]
        here = np.empty(columns + 1, dtype=np.int16)
        here[0] = row + 1
        np.minimum(above[1:] + 1, above[:-1] + ~same[row], out=here[1:])
        table[row + 1] = np.minimum.accumulate(here - way) + way
    return table


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to say a sequence: `keys` decide what is the same, `tokens` are how it was written."""

    keys: Sequence[str]
    tokens: Sequence[str]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of the voted sequence: the winner ("" for nothing), the share behind it, whether it was even, and the
    tokens that stood even with it."""

    token: str
    share: float
    even: bool
    rivals: tuple[str, ...] = ()


def rover(readings: Sequence[Reading]) -> list[Slot]:
    """Each reading is aligned to the network of those before it, then every place is voted on by weight.

    After Fiscus 1997, doi:10.1109/ASRU.1997.659110, without confidences. The result depends on the order of the
    readings, so give them in canonical order. Even votes go to what came first. Places won by nothing are kept, with
    an empty token, for their share.
    """
    network: list[list[tuple[str, str, float]]] = []
    spent: list[float] = []
    for reading in readings:
        _woven(network, reading, spent)
        spent.append(reading.weight)
    return [_voted(place) for place in network]


def _woven(network: list[list[tuple[str, str, float]]], reading: Reading, spent: Sequence[float]) -> None:
    """Adds the reading to the network in place; places it opens hold nothing from the readings before it."""
    known = [{key for key, _, _ in place if key} for place in network]
    same = np.array([[key in keys for key in reading.keys] for keys in known], dtype=np.bool_)
    steps = alignment(same.reshape(len(known), len(reading.keys)))
    places: list[list[tuple[str, str, float]]] = []
    for row, column in steps:
        place = [("", "", weight) for weight in spent] if row is None else network[row]
        if column is None:
            place.append(("", "", reading.weight))
        else:
            place.append((reading.keys[column], reading.tokens[column], reading.weight))
        places.append(place)
    network[:] = places


def _voted(place: Sequence[tuple[str, str, float]]) -> Slot:
    by_key = _summed([(key, weight) for key, _, weight in place])
    total = math.fsum(weight for _, _, weight in place)
    key = max(by_key, key=lambda one: round(by_key[one] / total, 9))
    rivals = [one for one in by_key if one != key and by_key[one] >= by_key[key] - 1e-9 * total]
    return Slot(
        _written(place, key, total),
        by_key[key] / total,
        bool(rivals),
        tuple(_written(place, one, total) for one in rivals),
    )


def _written(place: Sequence[tuple[str, str, float]], key: str, total: float) -> str:
    """The token most of the weight wrote for the key."""
    by_token = _summed([(token, weight) for one, token, weight in place if one == key])
    return max(by_token, key=lambda one: round(by_token[one] / total, 9))


def _summed(weighted: Sequence[tuple[str, float]]) -> dict[str, float]:
    collected: dict[str, list[float]] = {}
    for name, weight in weighted:
        collected.setdefault(name, []).append(weight)
    return {name: math.fsum(weights) for name, weights in collected.items()}
