"""Columns of texts from a CSV, a JSON lines or a Parquet file, and where in it a row stands."""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from consistency.core.arrays import Indexed, NameArray, factorize

LARGE = 1_000_000
"""Bytes from which Arrow reads a CSV; below, importing it takes longer than the file."""

LONGEST_CELL = 2**31 - 1
SAMPLE = 65_536
PARQUET = (".parquet", ".pq")
JSON_LINES = (".jsonl", ".ndjson")
Table = Mapping[str, Indexed]
"""Columns by their names in the file; an empty cell is the text ""."""


def columns_of(path: Path, names: Sequence[str], delimiter: str) -> Table:
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
    return {name: Indexed(*factorize(texts_of(column))) for name, column in zip(names, cells, strict=True)}


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
        found = Indexed(*factorize(texts_of([*texts, ""] if index.null_count else texts)))
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
    return Indexed(rank[within], texts_of(texts.take(pa.array(order)).to_pylist()))


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
    return {name: Indexed(*factorize(texts_of(column))) for name, column in zip(names, cells, strict=True)}


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


def texts_of(values: Sequence[str]) -> NameArray:
    texts = np.empty(len(values), dtype=object)
    texts[:] = values
    return texts


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


def lines_of(path: Path, rows: Sequence[int], delimiter: str) -> dict[int, int]:
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
