"""Items compressed by vote pattern: the sufficient statistic of every nominal coefficient.

A profile is an item's multiset of votes, ``(1, 1, 4)``. How many items carry each profile gives the coefficients
exactly, whatever the number of items, and parts computed apart add up.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log2

import numpy as np

from consistency.core.arrays import IntArray, NameArray, as_column, natural_order
from consistency.core.ratings import Ratings

EXACT_BITS = 52
EXACT_INT = 2**63 - 1


@dataclass(frozen=True, eq=False, slots=True)
class Profiles:
    """Distinct vote patterns, ragged: pattern ``p`` has ``count[j]`` votes of class ``code[j]`` where
    ``pattern[j] == p``; ``n_items[p]`` items carry it. ``code`` indexes ``classes``; cells are in pattern order."""

    pattern: IntArray
    code: IntArray
    count: IntArray
    n_items: IntArray
    classes: NameArray

    def __len__(self) -> int:
        return len(self.n_items)

    def votes(self) -> IntArray:
        """Votes an item of each pattern carries, shape ``(patterns,)``."""
        return np.bincount(self.pattern, self.count, minlength=len(self)).astype(np.int64)

    def class_votes(self) -> IntArray:
        """Votes a class, shape ``(classes,)``."""
        weights = self.count * self.n_items[self.pattern]
        return np.bincount(self.code, weights, minlength=len(self.classes)).astype(np.int64)

    def differing(self) -> int:
        """Items with answers of two classes and more."""
        return int(self.n_items[np.bincount(self.pattern, minlength=len(self)) > 1].sum())

    def agreeing(self) -> int:
        """Items with two answers of one class."""
        alike = np.zeros(len(self), dtype=np.bool_)
        alike[self.pattern[self.count >= 2]] = True
        return int(self.n_items[alike].sum())

    def table(self) -> IntArray:
        """Votes a class of each pattern, shape ``(patterns, classes)``: the dense form, for a few hundred classes."""
        table = np.zeros((len(self), len(self.classes)), dtype=np.int64)
        table[self.pattern, self.code] = self.count
        return table

    def pairable(self) -> "Profiles":
        """Only patterns of two votes and more: the ones that can agree."""
        return self.where(self.votes() >= 2)

    def where(self, keep: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "Profiles":
        new_index = np.cumsum(keep) - 1
        cells = keep[self.pattern]
        return replace(
            self,
            pattern=new_index[self.pattern[cells]],
            code=self.code[cells],
            count=self.count[cells],
            n_items=self.n_items[keep],
        )

    def as_tuples(self) -> list[tuple[tuple[object, ...], int]]:
        """The patterns as ``((class, …), items)``, sorted: the interchange form.

        >>> profiles_of_tuples([((2, 1), 3), ((1, 2), 1)]).as_tuples()
        [((1, 2), 4)]
        """
        names = self.classes.tolist()
        rows: list[list[object]] = [[] for _ in range(len(self))]
        for pattern, code, count in zip(
            self.pattern.tolist(), self.code.tolist(), self.count.tolist(), strict=True
        ):
            rows[pattern].extend([names[code]] * count)
        return sorted(
            ((tuple(row), n) for row, n in zip(rows, self.n_items.tolist(), strict=True)),
            key=repr,
        )


def profiles(ratings: Ratings) -> Profiles:
    """Count the vote patterns of ``ratings``. Time is linear in the votes (one pass when classes are few)."""
    n_classes = len(ratings.classes)
    votes = ratings.votes_per_item()
    most = int(votes.max(initial=0))
    if most == 0:
        empty = np.zeros(0, dtype=np.int64)
        return Profiles(empty, empty, empty, empty, ratings.classes)
    if n_classes * log2(most + 1) <= EXACT_BITS:
        return _by_number(ratings, votes, most + 1)
    return _by_sorting(ratings, votes)


def _by_number(ratings: Ratings, votes: IntArray, base: int) -> Profiles:
    """An item's counts are the digits of one number, so one weighted count names its pattern."""
    n_classes = len(ratings.classes)
    power = np.array([float(base**code) for code in range(n_classes)])
    number = np.bincount(ratings.item, power[ratings.code], minlength=len(votes)).astype(np.int64)
    if base**n_classes <= 4 * len(number) + 1024:
        items = np.bincount(number)
        distinct = np.flatnonzero(items)
        items = items[distinct]
    else:
        distinct, items = np.unique(number, return_counts=True)
    items, distinct = items[distinct > 0], distinct[distinct > 0]
    digits = distinct[:, None] // power.astype(np.int64)[None, :] % base
    pattern, code = np.nonzero(digits)
    return Profiles(pattern, code, digits[pattern, code], items, ratings.classes)


def _by_sorting(ratings: Ratings, votes: IntArray) -> Profiles:
    """Sort the votes within each item; items of equal length are rows, folded column by column into one key."""
    n_classes = len(ratings.classes)
    grouped = bool((ratings.item[1:] >= ratings.item[:-1]).all())
    codes = ratings.code if grouped else np.sort(ratings.item * n_classes + ratings.code) % n_classes
    start = np.cumsum(votes) - votes
    patterns, cells, counts, n_items, base = [], [], [], [], 0
    for length in np.unique(votes[votes > 0]).tolist():
        rows = codes[start[votes == length][:, None] + np.arange(length)]
        rows.sort(axis=1)
        first, items = _distinct_rows(rows, n_classes)
        table = rows[first]
        boundary = np.ones(table.shape, dtype=np.bool_)
        boundary[:, 1:] = table[:, 1:] != table[:, :-1]
        at = np.flatnonzero(boundary.ravel())
        patterns.append(at // length + base)
        cells.append(table.ravel()[at])
        counts.append(np.diff(np.append(at, table.size)))
        n_items.append(items)
        base += len(items)
    return Profiles(
        np.concatenate(patterns),
        np.concatenate(cells),
        np.concatenate(counts),
        np.concatenate(n_items),
        ratings.classes,
    )


def _distinct_rows(rows: IntArray, n_classes: int) -> tuple[IntArray, IntArray]:
    """Index of one row of each distinct kind, and how many there are of it."""
    key = np.zeros(len(rows), dtype=np.int64)
    size = 1
    for column in rows.T:
        if size * n_classes > EXACT_INT:
            distinct, key = np.unique(key, return_inverse=True)
            size = len(distinct)
        key = key * n_classes + column
        size *= n_classes
    _, first, items = np.unique(key, return_index=True, return_counts=True)
    return first, items


def profiles_of_tuples(
    rows: Sequence[tuple[tuple[int, ...], int]] | Sequence[tuple[tuple[str, ...], int]],
    *,
    classes: Sequence[int] | Sequence[str] | None = None,
) -> Profiles:
    """Profiles from ``((class, …), items)`` rows; equal patterns add up, whatever the order inside.

    >>> profiles_of_tuples([((1, 1, 4), 10), ((1,), 2)]).class_votes().tolist()
    [22, 10]
    """
    seen: set[object] = set()
    merged: dict[tuple[object, ...], int] = {}
    for number, (votes, items) in enumerate(rows):
        if items < 0:
            raise ValueError(f"profiles: row {number} counts {items} items")
        if items and votes:
            pattern: tuple[object, ...] = tuple(sorted(votes, key=_sort_key))
            merged[pattern] = merged.get(pattern, 0) + items
            seen.update(pattern)
    names = (
        natural_order(_names(sorted(seen, key=_sort_key)))
        if classes is None
        else as_column(classes, "classes")
    )
    position = {name: index for index, name in enumerate(names.tolist())}
    unknown = [name for name in seen if name not in position]
    if unknown:
        raise ValueError(f"profiles: {unknown[0]!r} is not among the classes")
    pattern_cells, codes, counts = [], [], []
    for index, votes_of in enumerate(merged):
        tally: dict[int, int] = {}
        for name in votes_of:
            tally[position[name]] = tally.get(position[name], 0) + 1
        for code in sorted(tally):
            pattern_cells.append(index)
            codes.append(code)
            counts.append(tally[code])
    return Profiles(
        np.array(pattern_cells, dtype=np.int64),
        np.array(codes, dtype=np.int64),
        np.array(counts, dtype=np.int64),
        np.array(list(merged.values()), dtype=np.int64),
        names,
    )


def _sort_key(name: object) -> tuple[bool, float, str]:
    if isinstance(name, int | float):
        return (False, float(name), "")
    return (True, 0.0, str(name))


def _names(values: Sequence[object]) -> NameArray:
    if all(isinstance(value, int) for value in values):
        return np.array(values, dtype=np.int64)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def add(first: Profiles, second: Profiles) -> Profiles:
    """Patterns of two disjoint sets of items, together.

    >>> add(profiles_of_tuples([((1, 2), 3)]), profiles_of_tuples([((1, 2), 4), ((3,), 1)])).as_tuples()
    [((1, 2), 7), ((3,), 1)]
    """
    names = list(dict.fromkeys([*first.classes.tolist(), *second.classes.tolist()]))
    same = names == first.classes.tolist()
    classes = first.classes if same else natural_order(_names(sorted(names, key=_sort_key)))
    rows = [*first.as_tuples(), *second.as_tuples()]
    return profiles_of_tuples(rows, classes=classes.tolist())  # type: ignore[arg-type]


def map_profiles(patterns: Profiles, mapping: Mapping[int, int] | Mapping[str, str]) -> Profiles:
    """Patterns with classes renamed or merged; a class not in ``mapping`` stays.

    >>> map_profiles(profiles_of_tuples([((1, 2), 3), ((1, 1), 1)]), {2: 1}).as_tuples()
    [((1, 1), 4)]
    """
    by_name: dict[object, object] = dict(mapping.items())
    rows = [
        (tuple(by_name.get(name, name) for name in votes), items) for votes, items in patterns.as_tuples()
    ]
    classes = list(dict.fromkeys(by_name.get(name, name) for name in patterns.classes.tolist()))
    return profiles_of_tuples(rows, classes=classes)  # type: ignore[arg-type]
