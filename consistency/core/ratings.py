"""The one input of every statistic: who gave which item which class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

import numpy as np

from consistency.core.arrays import (
    BoolArray,
    Column,
    FloatArray,
    Indexed,
    IntArray,
    NameArray,
    as_column,
    factorize,
    is_number,
    natural_order,
)

Level = Literal["nominal", "ordinal", "interval", "ratio"]
RepeatRule = Literal["latest", "all", "refuse"]


class RowRefused(ValueError):
    """A row of the input cannot be used; ``column`` and ``row`` (from 0) say which."""

    def __init__(self, column: str, row: int, problem: str) -> None:
        super().__init__(f"{column}: row {row} {problem}")
        self.column, self.row, self.problem = column, row, problem


class RepeatedAnswers(ValueError):
    """Some answers repeat an earlier one of the same labeler on the same item.

    ``rows`` holds pairs (earlier row, row that repeats it), counted from 0; ``names`` item and labeler of each.
    """

    def __init__(self, rows: Sequence[tuple[int, int]], names: Sequence[tuple[str, str]]) -> None:
        (earlier, later), (item, labeler) = rows[0], names[0]
        more = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
        super().__init__(
            f"item, labeler: row {later} repeats row {earlier} (item {item}, labeler {labeler}){more}"
        )
        self.rows, self.names = rows, names


LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")
REPEAT_RULES: tuple[RepeatRule, ...] = ("latest", "all", "refuse")
NAMED_REPEATS = 5


@dataclass(frozen=True, eq=False, slots=True)
class Ratings:
    """Votes as parallel integer arrays of shape ``(votes,)``.

    ``item``, ``labeler``, ``code`` and ``facet`` index ``items``, ``labelers``, ``classes`` and ``facets``.
    A name nobody voted on may stand in those tables: a class nobody chose still counts in chance agreement.
    """

    item: IntArray
    labeler: IntArray
    code: IntArray
    items: NameArray
    labelers: NameArray
    classes: NameArray
    level: Level = "nominal"
    weight: FloatArray | None = None
    time: FloatArray | None = None
    facet: IntArray | None = None
    facets: NameArray | None = None
    repeats_dropped: int = 0

    def __len__(self) -> int:
        return len(self.item)

    @property
    def n_items(self) -> int:
        """Items with at least one vote."""
        return int(np.count_nonzero(self.votes_per_item()))

    @property
    def n_labelers(self) -> int:
        """Labelers with at least one vote."""
        return int(np.count_nonzero(np.bincount(self.labeler, minlength=len(self.labelers))))

    def votes_per_item(self) -> IntArray:
        return np.bincount(self.item, minlength=len(self.items))

    def where(self, mask: BoolArray) -> "Ratings":
        """The votes under ``mask``; the name tables stay, so that indices keep their meaning."""
        return replace(
            self,
            item=self.item[mask],
            labeler=self.labeler[mask],
            code=self.code[mask],
            weight=None if self.weight is None else self.weight[mask],
            time=None if self.time is None else self.time[mask],
            facet=None if self.facet is None else self.facet[mask],
        )

    def by_facet(self) -> dict[str, "Ratings"]:
        """One ``Ratings`` a facet, by the facet's name; without facets, one under ""."""
        if self.facet is None or self.facets is None:
            return {"": self}
        parts: dict[str, Ratings] = {}
        for index, name in enumerate(self.facets.tolist()):
            part = self.where(self.facet == index)
            parts[str(name)] = replace(part, facet=None, facets=None)
        return parts


def from_arrays(
    item: Column,
    labeler: Column,
    code: Column,
    *,
    weight: Column | None = None,
    time: Column | None = None,
    facet: Column | None = None,
    classes: Column | None = None,
    level: Level = "nominal",
    repeats: RepeatRule = "refuse",
) -> Ratings:
    """Ratings from parallel columns; rows are counted from 0.

    ``classes`` declares all possible answers in their order; without it, those seen, in natural order.
    A repeated (item, labeler, facet) is refused, or all rows count, or only the latest one by ``time`` (the last
    row without ``time``).

    >>> r = from_arrays([7, 7, 8], ["ann", "bo", "ann"], ["cat", "dog", "cat"])
    >>> r.code.tolist(), r.classes.tolist(), r.n_items
    ([0, 1, 0], ['cat', 'dog'], 2)
    >>> from_arrays([7, 7], ["ann", "ann"], [1, 2])
    Traceback (most recent call last):
    ...
    consistency.core.ratings.RepeatedAnswers: item, labeler: row 1 repeats row 0 (item 7, labeler ann)
    """
    columns = [as_column(item, "item"), as_column(labeler, "labeler"), as_column(code, "code")]
    indexed = [Indexed(*factorize(column)) for column in columns]
    return from_indexed(
        *indexed, weight=weight, time=time, facet=facet, classes=classes, level=level, repeats=repeats
    )


def from_indexed(
    item: Indexed,
    labeler: Indexed,
    code: Indexed,
    *,
    weight: Column | None = None,
    time: Column | None = None,
    facet: Column | None = None,
    classes: Column | None = None,
    level: Level = "nominal",
    repeats: RepeatRule = "refuse",
) -> Ratings:
    """`from_arrays` for columns that are dense already, as a dictionary-encoded file's are."""
    if level not in LEVELS:
        raise ValueError(f"level: one of {', '.join(LEVELS)} expected, got {level!r}")
    if repeats not in REPEAT_RULES:
        raise ValueError(f"repeats: one of {', '.join(REPEAT_RULES)} expected, got {repeats!r}")
    n = len(item.index)
    for name, column in (("labeler", labeler), ("code", code)):
        if len(column.index) != n:
            raise ValueError(f"{name}: {n} rows expected as in item, got {len(column.index)}")
    code_index, class_names = _code_index(code, classes)
    facet_index, facets = (None, None) if facet is None else factorize(_same_length(facet, "facet", n))
    ratings = Ratings(
        item.index,
        labeler.index,
        code_index,
        item.names,
        labeler.names,
        class_names,
        level,
        weight=None if weight is None else _numbers(weight, "weight", n, minimum=0.0),
        time=None if time is None else _numbers(time, "time", n),
        facet=facet_index,
        facets=facets,
    )
    return _settle_repeats(ratings, repeats)


def _code_index(codes: Indexed, classes: Column | None) -> tuple[IntArray, NameArray]:
    names = natural_order(codes.names) if classes is None else as_column(classes, "classes")
    position = {name: index for index, name in enumerate(names.tolist())}
    if len(position) != len(names):
        raise ValueError("classes: the same class stands there twice")
    lookup = np.full(len(codes.names), -1, dtype=np.int64)
    for index, name in enumerate(codes.names.tolist()):
        if name not in position:
            row = int(np.flatnonzero(codes.index == index)[0])
            raise RowRefused("code", row, f"holds {name!r}, which is not among the classes")
        lookup[index] = position[name]
    return lookup[codes.index], names


def _same_length(values: Column, name: str, n: int) -> NameArray:
    column = as_column(values, name)
    if len(column) != n:
        raise ValueError(f"{name}: {n} rows expected as in item, got {len(column)}")
    return column


def _numbers(values: Column, name: str, n: int, *, minimum: float | None = None) -> FloatArray:
    column = _same_length(values, name, n)
    try:
        numbers: FloatArray = column.astype(np.float64)
    except (TypeError, ValueError):
        row = next(row for row, value in enumerate(column.tolist()) if not is_number(value))
        raise RowRefused(name, row, f"holds {column[row]!r}, a number expected") from None
    bad = ~np.isfinite(numbers) if minimum is None else ~(np.isfinite(numbers) & (numbers >= minimum))
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        raise RowRefused(
            name, row, f"holds {numbers[row]}, a number{'' if minimum is None else ' from 0'} expected"
        )
    return numbers


def _settle_repeats(ratings: Ratings, rule: RepeatRule) -> Ratings:
    keep = kept_of_repeats(ratings, rule)
    if keep is None:
        return ratings
    return replace(ratings.where(keep), repeats_dropped=int(len(keep) - keep.sum()))


def kept_of_repeats(ratings: Ratings, rule: RepeatRule) -> BoolArray | None:
    """Which votes stay under the rule for repeated (item, labeler, facet); ``None`` where all do."""
    if rule == "all" or len(ratings) == 0:
        return None
    n_facets = 1 if ratings.facets is None else len(ratings.facets)
    key = ratings.item * len(ratings.labelers) + ratings.labeler
    if ratings.facet is not None:
        key = key * n_facets + ratings.facet
    ordered = np.sort(key)
    if not (ordered[1:] == ordered[:-1]).any():
        return None
    if rule == "refuse":
        raise _repeated(ratings, key)
    order = np.argsort(key, kind="stable") if ratings.time is None else np.lexsort((ratings.time, key))
    sorted_key = key[order]
    keep = np.zeros(len(key), dtype=np.bool_)
    keep[order[np.append(sorted_key[1:] != sorted_key[:-1], True)]] = True
    return keep


def _repeated(ratings: Ratings, key: IntArray) -> RepeatedAnswers:
    order = np.argsort(key, kind="stable")
    at = np.flatnonzero(key[order][1:] == key[order][:-1])
    earlier, later = order[at], order[at + 1]
    turn = np.argsort(later, kind="stable")
    rows = list(zip(earlier[turn].tolist(), later[turn].tolist(), strict=True))
    names = [
        (str(ratings.items[ratings.item[row]]), str(ratings.labelers[ratings.labeler[row]]))
        for _, row in rows[:NAMED_REPEATS]
    ]
    return RepeatedAnswers(rows, names)


def combine(parts: Sequence[Ratings], *, repeats: RepeatRule = "refuse") -> Ratings:
    """One ``Ratings`` of several, matched by names; the parts must share level and optional columns.

    >>> a, b = from_arrays([1], ["x"], ["p"]), from_arrays([2], ["x"], ["q"])
    >>> combine([a, b]).classes.tolist()
    ['p', 'q']
    """
    if not parts:
        raise ValueError("parts: at least one expected")
    head = parts[0]
    for part in parts[1:]:
        for name in ("level",):
            if getattr(part, name) != getattr(head, name):
                raise ValueError(f"parts: {name} differs between them")
        for name in ("weight", "time", "facet"):
            if (getattr(part, name) is None) != (getattr(head, name) is None):
                raise ValueError(f"parts: {name} is given in some only")
    same_classes = all(p.classes.tolist() == head.classes.tolist() for p in parts)
    return from_arrays(
        np.concatenate([p.items[p.item] for p in parts]),
        np.concatenate([p.labelers[p.labeler] for p in parts]),
        np.concatenate([p.classes[p.code] for p in parts]),
        weight=None if head.weight is None else np.concatenate([cast(FloatArray, p.weight) for p in parts]),
        time=None if head.time is None else np.concatenate([cast(FloatArray, p.time) for p in parts]),
        facet=None
        if head.facet is None
        else np.concatenate([cast(NameArray, p.facets)[cast(IntArray, p.facet)] for p in parts]),
        classes=head.classes if same_classes else None,
        level=head.level,
        repeats=repeats,
    )


def map_ratings(ratings: Ratings, mapping: Mapping[int, int] | Mapping[str, str]) -> Ratings:
    """Votes with classes renamed or merged; a class not in ``mapping`` stays. No vote is dropped.

    >>> r = from_arrays([1, 1, 2], [1, 2, 1], [1, 2, 3])
    >>> merged = map_ratings(r, {2: 1})
    >>> merged.classes.tolist(), merged.code.tolist()
    ([1, 3], [0, 0, 1])
    """
    by_name: dict[object, object] = dict(mapping.items())
    new_names = [by_name.get(name, name) for name in ratings.classes.tolist()]
    kept = list(dict.fromkeys(new_names))
    position = {name: index for index, name in enumerate(kept)}
    lookup = np.array([position[name] for name in new_names], dtype=np.int64)
    classes = as_column(cast(Column, kept), "mapping")
    return replace(ratings, code=lookup[ratings.code], classes=classes)
