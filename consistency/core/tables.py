"""Votes from files: CSV, JSON lines and Parquet with the columns item, worker, label (names configurable)."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from consistency.core.arrays import Column, Indexed, NameArray, factorize
from consistency.core.ratings import Level, Ratings, RepeatRule, from_arrays, from_indexed

LARGE = 1_000_000
REQUIRED = 3


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


def from_csv(
    path: Path,
    *,
    columns: Columns | None = None,
    classes: Column | None = None,
    level: Level = "nominal",
    repeats: RepeatRule = "refuse",
    delimiter: str = ",",
) -> Ratings:
    """Ratings from a CSV file with a header, in UTF-8. Names stay text; errors count lines as an editor does."""
    columns = columns or Columns()
    wanted = columns.wanted()
    if path.stat().st_size > LARGE and len(wanted) == REQUIRED:
        quick = _large_csv(path, columns, delimiter)
        if quick is not None:
            return from_indexed(*quick, classes=classes, level=level, repeats=repeats)
    cells: dict[str, list[str]] = {role: [] for role, _ in wanted}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        header = next(reader, None)
        if header is None:
            raise ValueError(f"{path.name}: empty, a header line expected")
        at = _positions(header, columns, path.name)
        appends = [(cells[role].append, index, name) for role, index, name in at]
        width = len(header)
        for row in reader:
            if not row:
                continue
            if len(row) != width:
                raise ValueError(
                    f"{path.name}: line {reader.line_num} has {len(row)} cells, {width} expected"
                )
            for append, index, name in appends:
                value = row[index]
                if not value:
                    raise ValueError(f"{name}: line {reader.line_num} is empty")
                append(value)
    return _build(cells, classes, level, repeats)


def _large_csv(path: Path, columns: Columns, delimiter: str) -> tuple[Indexed, Indexed, Indexed] | None:
    """The three columns by Arrow's reader; ``None`` where anything is wrong, for the row reader to say what and where."""
    from pyarrow import ArrowInvalid  # waits: importing Arrow takes longer than a small file
    from pyarrow import csv as arrow

    names = [name for _, name in columns.wanted()]
    try:
        table = arrow.read_csv(
            path,
            read_options=arrow.ReadOptions(use_threads=False),
            parse_options=arrow.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=arrow.ConvertOptions(
                include_columns=names, column_types=dict.fromkeys(names, "string"), strings_can_be_null=False
            ),
        )
    except (ArrowInvalid, KeyError):
        return None
    indexed = []
    for name in names:
        encoded = table.column(name).combine_chunks().dictionary_encode()
        seen = encoded.dictionary.to_pylist()
        if "" in seen:
            return None
        rank, distinct = factorize(_integers_or_texts(seen))
        indexed.append(Indexed(rank[encoded.indices.to_numpy()], distinct))
    item, labeler, code = indexed
    texts = np.empty(len(code.names), dtype=object)
    texts[:] = [str(value) for value in code.names.tolist()]
    return item, labeler, Indexed(code.index, texts)


def from_jsonl(
    path: Path,
    *,
    columns: Columns | None = None,
    classes: Column | None = None,
    level: Level = "nominal",
    repeats: RepeatRule = "refuse",
) -> Ratings:
    """Ratings from one JSON object a line; numbers and texts both serve as names, and are compared as text."""
    wanted = (columns or Columns()).wanted()
    cells: dict[str, list[str]] = {role: [] for role, _ in wanted}
    for number, row in _json_rows(path):
        for role, name in wanted:
            value = row.get(name)
            if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
                raise ValueError(f"{name}: line {number} holds {value!r}, a text or a number expected")
            cells[role].append(str(value))
    return _build(cells, classes, level, repeats)


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


def _positions(header: list[str], columns: Columns, file: str) -> list[tuple[str, int, str]]:
    stripped = [name.strip() for name in header]
    found = []
    for role, name in columns.wanted():
        if stripped.count(name) != 1:
            problem = "is missing" if name not in stripped else "stands there twice"
            raise ValueError(f"{name}: the column {problem} in {file} (there are: {', '.join(stripped)})")
        found.append((role, stripped.index(name), name))
    return found


def _build(cells: dict[str, list[str]], classes: Column | None, level: Level, repeats: RepeatRule) -> Ratings:
    return from_arrays(
        _integers_or_texts(cells["item"]),
        _integers_or_texts(cells["labeler"]),
        cells["code"],
        weight=cells.get("weight"),
        time=cells.get("time"),
        facet=cells.get("facet"),
        classes=classes,
        level=level,
        repeats=repeats,
    )


def _integers_or_texts(values: list[str]) -> NameArray:
    """Plain integers as integers (quick to index, in their order); anything else, "007" too, as the text it is."""
    if all(len(value) < 18 and value.isdecimal() and (value == "0" or value[0] != "0") for value in values):
        return np.array(values, dtype=object).astype(np.int64) if values else np.zeros(0, dtype=np.int64)
    texts = np.empty(len(values), dtype=object)
    texts[:] = values
    return texts
