"""Votes from files: CSV, JSON lines and Parquet with the columns item, worker, label (names configurable)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import numpy as np

from consistency.core.arrays import Column, FloatArray, Indexed, NameArray, factorize, is_number
from consistency.core.ratings import (
    NAMED_REPEATS,
    Level,
    Ratings,
    RepeatedAnswers,
    RepeatRule,
    RowRefused,
    from_indexed,
    kept_of_repeats,
)
from consistency.core.table_formats import Table, columns_of, lines_of, texts_of

EmptyRule = Literal["refuse", "skip"]
EMPTY_RULES: tuple[EmptyRule, ...] = ("refuse", "skip")


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of the columns in a file of votes; empty names are not read."""

    item: str = "item"
    labeler: str = "worker"
    code: str = "label"
    weight: str = ""
    time: str = ""
    facet: str = ""

    def wanted(self) -> list[tuple[str, str]]:
        pairs = [
            (role, getattr(self, role)) for role in ("item", "labeler", "code", "weight", "time", "facet")
        ]
        return [(role, name) for role, name in pairs if name]


@dataclass(frozen=True, eq=False, slots=True)
class Votes:
    """The votes of a file, the further columns asked for, and what of the file did not become a vote."""

    ratings: Ratings
    extra: Mapping[str, Indexed]
    empty_labels: int = 0


def read_votes(
    path: Path,
    *,
    columns: Columns | None = None,
    extra: Sequence[str] = (),
    classes: Column | None = None,
    level: Level = "nominal",
    repeats: RepeatRule = "refuse",
    empty: EmptyRule = "refuse",
    delimiter: str = "",
) -> Votes:
    """Votes from a CSV (any other ending), a Parquet or a JSON lines file. Names stay the texts they are.

    ``extra`` names further columns, which come back row by row beside the votes. A row without a label is refused, or
    skipped and counted. Errors name the column and the row, counted from 1 below the header, and in a text file the
    line where it ends.
    """
    columns = columns or Columns()
    table = _table(path, columns, extra, delimiter)
    try:
        return _votes(table, columns, extra, classes, level, repeats, empty)
    except RowRefused as refused:
        where = _places(path, [refused.row], delimiter)[refused.row]
        name = dict(columns.wanted()).get(refused.column, refused.column)
        raise ValueError(f"{path.name}: {name}: {where} {refused.problem}") from None
    except RepeatedAnswers as repeated:
        raise ValueError(_told(path, columns, repeated, delimiter)) from None


def from_csv(
    path: Path,
    *,
    columns: Columns | None = None,
    classes: Column | None = None,
    level: Level = "nominal",
    repeats: RepeatRule = "refuse",
    delimiter: str = "",
) -> Ratings:
    """Ratings from a file of votes, whatever its format: `read_votes` without further columns."""
    return read_votes(
        path, columns=columns, classes=classes, level=level, repeats=repeats, delimiter=delimiter
    ).ratings


def read_columns(path: Path, names: Sequence[str], *, delimiter: str = "") -> Mapping[str, Indexed]:
    """Columns of a table that is not of votes (gold answers, facts about items), as texts; an empty cell is ""."""
    return {
        name: _as_texts(column)
        for name, column in columns_of(path, list(dict.fromkeys(names)), delimiter).items()
    }


def seconds_of(column: Indexed, name: str) -> FloatArray:
    """Times as numbers: numbers as they are, dates and times of ISO 8601 as seconds since 1970 (UTC where unsaid).

    >>> seconds_of(Indexed(np.array([1, 0]), np.array(["1970-01-01T00:01", "5"], dtype=object)), "time").tolist()
    [5.0, 60.0]
    """
    seconds = np.empty(len(column.names))
    for at, value in enumerate(column.names.tolist()):
        try:
            seconds[at] = float(value) if is_number(value) else _timestamp(str(value))
        except ValueError:
            row = int(np.flatnonzero(column.index == at)[0])
            problem = f"holds {value!r}, a number or a time like 2026-01-31T09:30:00 expected"
            raise RowRefused(name, row, problem) from None
    return seconds[column.index]


def _timestamp(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _votes(
    table: Table,
    columns: Columns,
    extra: Sequence[str],
    classes: Column | None,
    level: Level,
    repeats: RepeatRule,
    empty: EmptyRule,
) -> Votes:
    for role in ("item", "labeler"):
        _refuse_empty(table[getattr(columns, role)], role)
    code = table[columns.code]
    answered = code.index != _place_of_empty(code)
    skipped = int(len(answered) - answered.sum())
    if skipped and empty == "refuse":
        _refuse_empty(code, "code")
    if not len(code.index):
        raise ValueError(f"{columns.code}: the file holds no answer")
    every = from_indexed(
        table[columns.item],
        table[columns.labeler],
        _without_empty(code) if skipped else code,
        weight=_values(table, columns.weight),
        time=seconds_of(table[columns.time], "time") if columns.time else None,
        facet=_values(table, columns.facet),
        classes=classes,
        level=level,
        repeats="all",
    )
    kept = every.where(answered) if skipped else every
    try:
        keep = kept_of_repeats(kept, repeats)
    except RepeatedAnswers as repeated:
        rows = np.flatnonzero(answered)
        pairs = [(int(rows[first]), int(rows[second])) for first, second in repeated.rows]
        raise RepeatedAnswers(pairs, repeated.names) from None
    more = {name: table[name] for name in extra}
    if skipped:
        more = {name: Indexed(column.index[answered], column.names) for name, column in more.items()}
    if keep is not None:
        dropped = int(len(keep) - keep.sum())
        more = {name: Indexed(column.index[keep], column.names) for name, column in more.items()}
        kept = replace(kept.where(keep), repeats_dropped=dropped)
    return Votes(kept, more, skipped)


def _values(table: Table, name: str) -> NameArray | None:
    if not name:
        return None
    column = table[name]
    values: NameArray = column.names[column.index]
    return values


def _place_of_empty(column: Indexed) -> int:
    """Where "" stands among the names; -1 where no cell is empty."""
    return 0 if column.names.dtype == object and len(column.names) and column.names[0] == "" else -1


def _refuse_empty(column: Indexed, role: str) -> None:
    at = _place_of_empty(column)
    if at >= 0:
        raise RowRefused(role, int(np.flatnonzero(column.index == at)[0]), "is empty")


def _without_empty(column: Indexed) -> Indexed:
    """The names without "", which is given the first name's place: its rows are dropped afterwards."""
    at = _place_of_empty(column)
    if len(column.names) == 1:
        raise RowRefused("code", 0, "is empty, as every other")
    index = np.where(column.index > at, column.index - 1, np.where(column.index == at, 0, column.index))
    return Indexed(index, np.delete(column.names, at))


def _table(path: Path, columns: Columns, extra: Sequence[str], delimiter: str) -> Table:
    names = list(dict.fromkeys([*(name for _, name in columns.wanted()), *extra]))
    table = columns_of(path, names, delimiter)
    return {
        name: _as_texts(column) if name == columns.code else _integers_where_all_are(column)
        for name, column in table.items()
    }


def _as_texts(column: Indexed) -> Indexed:
    """Integers written out again, in the order of texts."""
    if column.names.dtype == object:
        return column
    rank, distinct = factorize(texts_of([str(value) for value in column.names.tolist()]))
    return Indexed(rank[column.index], distinct)


def _integers_where_all_are(column: Indexed) -> Indexed:
    """Plain integers as integers, in their order; anything else, "007" too, as the texts they are."""
    if column.names.dtype != object:
        return column
    values = column.names.tolist()
    if not values or not all(_is_plain_integer(value) for value in values):
        return column
    rank, distinct = factorize(column.names.astype(np.int64))
    return Indexed(rank[column.index], distinct)


def _is_plain_integer(value: str) -> bool:
    return len(value) < 18 and value.isascii() and value.isdecimal() and (value == "0" or value[0] != "0")


def _told(path: Path, columns: Columns, repeated: RepeatedAnswers, delimiter: str) -> str:
    some = repeated.rows[:NAMED_REPEATS]
    where = _places(path, [row for pair in some for row in pair], delimiter)
    each = "; ".join(
        f"{where[later]} repeats {where[earlier]} (item {item}, worker {labeler})"
        for (earlier, later), (item, labeler) in zip(some, repeated.names, strict=True)
    )
    n, more = len(repeated.rows), len(repeated.rows) - len(some)
    count = "1 answer repeats" if n == 1 else f"{n} answers repeat"
    rest = f"; and {more} more" if more else ""
    return (
        f"{path.name}: {columns.item}, {columns.labeler}: {count} an earlier one of the same worker on the same "
        f"item: {each}{rest}"
    )


def _places(path: Path, rows: Sequence[int], delimiter: str) -> dict[int, str]:
    """How to say where the rows (from 0) stand: the row from 1 and, in a text file, the line it ends on."""
    lines = lines_of(path, sorted(set(rows)), delimiter)
    return {row: f"row {row + 1}" + (f" (line {lines[row]})" if row in lines else "") for row in rows}
