"""Votes from files: CSV, JSON lines and Parquet with the columns item, worker, label (names configurable)."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal

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

LARGE = 1_000_000
"""Bytes from which Arrow reads a CSV; below, importing it takes longer than the file."""

LONGEST_CELL = 2**31 - 1
SAMPLE = 65_536
PARQUET = (".parquet", ".pq")
JSON_LINES = (".jsonl", ".ndjson")
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
        for name, column in _columns_of(path, list(dict.fromkeys(names)), delimiter).items()
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


def column_names(path: Path, *, delimiter: str = "") -> list[str]:
    """The columns of a file that hold texts or numbers, in its order; of a JSON lines file, the keys of any line."""
    ending = path.suffix.lower()
    if ending in PARQUET:
        return _parquet_names(path)
    if ending in JSON_LINES:
        nested: set[str] = set()
        keys: dict[str, None] = {}
        for _, row in _json_rows(path):
            keys.update(dict.fromkeys(row))
            nested.update(key for key, value in row.items() if isinstance(value, bool | list | dict))
        return [key for key in keys if key not in nested]
    _, header = next(_csv_rows(path, delimiter or _delimiter(path)), (0, []))
    return [name.strip() for name in header]


def _parquet_names(path: Path) -> list[str]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        schema = parquet.ParquetFile(path).schema_arrow
    except pa.ArrowInvalid as error:
        raise ValueError(f"{path.name}: not a Parquet file: {error}") from None
    simple = [one for one in schema if not pa.types.is_nested(one.type) and not pa.types.is_binary(one.type)]
    return [one.name for one in simple]


Table = Mapping[str, Indexed]
"""Columns by their names in the file; an empty cell is the text ""."""


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


# --- The three formats -----------------------------------------------------------------------------------------------


def _table(path: Path, columns: Columns, extra: Sequence[str], delimiter: str) -> Table:
    names = list(dict.fromkeys([*(name for _, name in columns.wanted()), *extra]))
    table = _columns_of(path, names, delimiter)
    return {
        name: _as_texts(column) if name == columns.code else _integers_where_all_are(column)
        for name, column in table.items()
    }


def _columns_of(path: Path, names: Sequence[str], delimiter: str) -> Table:
    """The columns as texts. Of a file that Arrow reads, columns of plain integers come as such."""
    ending = path.suffix.lower()
    if ending in PARQUET:
        return _parquet(path, names)
    if ending in JSON_LINES:
        return _json_lines(path, names)
    mark = delimiter or _delimiter(path)
    quick = _large_csv(path, names, mark) if path.stat().st_size > LARGE else None
    return _csv(path, names, mark) if quick is None else quick


def _csv(path: Path, names: Sequence[str], delimiter: str) -> Table:
    cells: list[list[str]] = [[] for _ in names]
    rows = _csv_rows(path, delimiter)
    _, header = next(rows, (0, []))
    if not header:
        raise ValueError(f"{path.name}: empty, a header line expected")
    places = _positions(header, names, path.name)
    width = len(header)
    appends = [(column.append, at) for column, at in zip(cells, places, strict=True)]
    for line, row in rows:
        if len(row) != width:
            raise ValueError(f"{path.name}: line {line} has {len(row)} cells, {width} expected")
        for append, at in appends:
            append(row[at])
    return {name: Indexed(*factorize(_texts(column))) for name, column in zip(names, cells, strict=True)}


def _csv_rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the line each ends on."""
    csv.field_size_limit(LONGEST_CELL)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            for row in reader:
                if row:
                    yield reader.line_num, row
        except UnicodeDecodeError as error:
            raise ValueError(
                f"{path.name}: line {_line_not_utf8(path)} is not UTF-8: {error.reason}"
            ) from None
        except csv.Error as error:
            raise ValueError(f"{path.name}: line {reader.line_num} is not CSV: {error}") from None


def _line_not_utf8(path: Path) -> int:
    """The first line that is not: the reader takes a stretch of the file at a time and knows no better than that."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return 0


def _delimiter(path: Path) -> str:
    """A comma, unless the header has none and parts at tabs or semicolons."""
    with path.open("rb") as file:
        header = file.readline(SAMPLE)
    return next((mark for mark in (",", "\t", ";") if mark.encode() in header), ",")


def _large_csv(path: Path, names: Sequence[str], delimiter: str) -> Table | None:
    """The columns by Arrow's reader; ``None`` where anything is wrong, for the row reader to say what and where."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    kind = pa.dictionary(pa.int32(), pa.string())
    try:
        table = arrow.read_csv(
            path,
            read_options=arrow.ReadOptions(use_threads=False),
            parse_options=arrow.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=arrow.ConvertOptions(
                include_columns=list(names),
                column_types=dict.fromkeys(names, kind),
                strings_can_be_null=False,
            ),
        )
    except (pa.ArrowInvalid, KeyError):
        return None
    return {name: _of_arrow(table.column(name)) for name in names}


def _parquet(path: Path, names: Sequence[str]) -> Table:
    """Any column that reads as text: numbers too, whole ones without a decimal point; nulls are empty cells."""
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise ValueError(f"{path.name}: not a Parquet file: {error}") from None
    schema = file.schema_arrow
    _positions(schema.names, names, path.name)
    for name in names:
        kind = schema.field(name).type
        if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            raise ValueError(f"{path.name}: {name}: texts or numbers expected, the column holds {kind}")
    table = file.read(columns=list(names))
    return {name: _of_arrow(table.column(name), name) for name in names}


def _of_arrow(column: Any, name: str = "") -> Indexed:
    """An Arrow column as dense index and sorted distinct texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if not pa.types.is_dictionary(kind):
        column = column.dictionary_encode()
    encoded = column.unify_dictionaries().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0) if encoded.num_chunks else pa.array([], kind).dictionary_encode()
    index = encoded.indices
    names = encoded.dictionary
    is_text = pa.types.is_string(names.type) or pa.types.is_large_string(names.type)
    if (is_text or pa.types.is_integer(names.type)) and not names.null_count:
        found = _sorted(names, index.null_count > 0)
    else:
        texts = [_text(value, name) for value in names.to_pylist()]
        found = Indexed(*factorize(_texts([*texts, ""] if index.null_count else texts)))
    if index.null_count:
        index = pc.fill_null(index, len(names))
    place = index.to_numpy(zero_copy_only=False)
    return Indexed(found.index[place] if len(found.index) else place.astype(np.int64), found.names)


def _sorted(names: Any, with_empty: bool) -> Indexed:
    """Distinct texts or integers of Arrow in order: integers where all are plain ones, else texts, then also ""."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not with_empty and len(names):
        try:
            numbers = pc.cast(names, pa.int64())
        except pa.ArrowInvalid:
            numbers = None
        if numbers is not None and pc.cast(numbers, pa.string()).equals(pc.cast(names, pa.string())):
            values = numbers.to_numpy()
            if values.min() >= 0:
                return Indexed(*factorize(values))
    texts = pc.cast(names, pa.string())
    if with_empty:
        texts = pa.concat_arrays([texts, pa.array([""], pa.string())])
        distinct = texts.dictionary_encode()
        within, texts = distinct.indices.to_numpy(), distinct.dictionary
    else:
        within = np.arange(len(texts))
    order = pc.array_sort_indices(texts).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return Indexed(rank[within], _texts(texts.take(pa.array(order)).to_pylist()))


def _text(value: object, name: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    if value is None:
        return ""
    if isinstance(value, bytes | list | dict):
        raise ValueError(f"{name}: texts or numbers expected, got {type(value).__name__}")
    return str(value)


def _json_lines(path: Path, names: Sequence[str]) -> Table:
    cells: list[list[str]] = [[] for _ in names]
    for number, row in _json_rows(path):
        for name, column in zip(names, cells, strict=True):
            value = row.get(name, "")
            if isinstance(value, bool | list | dict):
                raise ValueError(
                    f"{path.name}: {name}: line {number} holds {value!r}, a text or a number expected"
                )
            column.append(_text(value, name))
    return {name: Indexed(*factorize(_texts(column))) for name, column in zip(names, cells, strict=True)}


def _json_rows(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (json.JSONDecodeError, RecursionError) as error:
                raise ValueError(f"{path.name}: line {number} is not JSON: {error}") from None
            if not isinstance(row, dict):
                raise ValueError(f"{path.name}: line {number} is not an object")
            yield number, row


def _positions(header: Sequence[str], names: Sequence[str], file: str) -> list[int]:
    stripped = [name.strip() for name in header]
    for name in names:
        if stripped.count(name) != 1:
            problem = "is missing" if name not in stripped else "stands there twice"
            raise ValueError(f"{name}: the column {problem} in {file} (there are: {', '.join(stripped)})")
    return [stripped.index(name) for name in names]


def _texts(values: Sequence[str]) -> NameArray:
    texts = np.empty(len(values), dtype=object)
    texts[:] = values
    return texts


def _as_texts(column: Indexed) -> Indexed:
    """Integers written out again, in the order of texts."""
    if column.names.dtype == object:
        return column
    rank, distinct = factorize(_texts([str(value) for value in column.names.tolist()]))
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


# --- Where in the file -----------------------------------------------------------------------------------------------


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
    lines = _lines(path, sorted(set(rows)), delimiter)
    return {row: f"row {row + 1}" + (f" (line {lines[row]})" if row in lines else "") for row in rows}


def _lines(path: Path, rows: Sequence[int], delimiter: str) -> dict[int, int]:
    ending = path.suffix.lower()
    if ending in PARQUET or not path.is_file() or not rows:
        return {}
    if ending in JSON_LINES:
        numbers: Iterator[int] = (number for number, _ in _json_rows(path))
    else:
        numbers = (line for line, _ in islice(_csv_rows(path, delimiter or _delimiter(path)), 1, None))
    wanted, last = set(rows), rows[-1]
    found = {}
    for row, line in enumerate(numbers):
        if row in wanted:
            found[row] = line
        if row >= last:
            break
    return found
