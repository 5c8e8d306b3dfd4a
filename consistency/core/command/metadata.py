"""Columns that describe the items: beside the votes, or in a file of their own."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from consistency.core.ambiguity.fields import Field, field_of
from consistency.core.arrays import Indexed
from consistency.core.command.screen import WrongUsage
from consistency.core.ratings import Ratings
from consistency.core.table_formats import column_names
from consistency.core.tables import Votes, read_columns


@dataclass(frozen=True, slots=True)
class Described:
    """The fields that may explain something, and how many items of the file of items nobody answered."""

    fields: tuple[Field, ...]
    unknown_items: int = 0


def add_metadata_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--items",
        type=Path,
        metavar="FILE",
        help="columns about the items, one row each, with the column of --item (default: further columns of FILE)",
    )
    parser.add_argument(
        "--fields",
        metavar="A,B,…",
        help="the columns that may explain a disagreement (default: every other column)",
    )


def wanted_beside_votes(asked: argparse.Namespace) -> list[str]:
    """Further columns of the file of votes."""
    others = [name for name in column_names(asked.file, delimiter=asked.delimiter) if name]
    own = {asked.item, asked.worker, asked.label} | _twice(others)
    chosen = _chosen(asked.fields)
    if chosen is None:
        return list(dict.fromkeys(name for name in others if name not in own))
    if asked.items is not None:
        return [name for name in chosen if name in others and name not in own]
    missing = [name for name in chosen if name not in others]
    if missing:
        raise WrongUsage(
            f"--fields: {missing[0]} is no column of {asked.file.name} (there are: {', '.join(others)})"
        )
    return chosen


def described(asked: argparse.Namespace, votes: Votes) -> Described:
    """Every candidate of both files; of two columns of one name that of the file of items."""
    ratings = votes.ratings
    beside = _twice(column_names(asked.file, delimiter=asked.delimiter))
    found = {name: Field(name, reason="two columns have this name") for name in sorted(beside) if name}
    found |= {name: field_beside_votes(name, ratings, column) for name, column in votes.extra.items()}
    unknown = 0
    if asked.items is not None:
        table, unknown = _of_items(asked, ratings)
        found |= {name: field_of(name, column) for name, column in table.items()}
    chosen = _chosen(asked.fields)
    if chosen is not None:
        missing = [name for name in chosen if name not in found]
        if missing:
            raise WrongUsage(f"--fields: {missing[0]} is no column of either file")
    return Described(tuple(found.values()), unknown)


def _twice(names: Sequence[str]) -> set[str]:
    return {name for name in names if names.count(name) > 1}


def _chosen(text: str | None) -> list[str] | None:
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def field_beside_votes(name: str, ratings: Ratings, column: Indexed) -> Field:
    """A column that says the same in every row of an item; one that does not is about the answers, not the items."""
    value = np.full(len(ratings.items), -1, dtype=np.int64)
    names = [str(one) for one in column.names.tolist()]
    empty = names.index("") if "" in names else -1
    known = column.index != empty
    item, index = ratings.item[known], column.index[known]
    value[item] = index
    if (value[item] != index).any():
        return Field(name, reason="differs between the answers to one item")
    return field_of(name, [None if at < 0 else names[at] for at in value.tolist()])


def _of_items(asked: argparse.Namespace, ratings: Ratings) -> tuple[Mapping[str, Sequence[str | None]], int]:
    names = [name for name in column_names(asked.items) if name]
    names = [name for name in names if name == asked.item or name not in _twice(names)]
    if asked.item not in names:
        raise ValueError(
            f"{asked.items.name}: {asked.item}: the column is missing (there are: {', '.join(names)})"
        )
    chosen = _chosen(asked.fields)
    wanted = [
        name for name in dict.fromkeys(names) if name != asked.item and (chosen is None or name in chosen)
    ]
    table = read_columns(asked.items, [asked.item, *wanted])
    key = table[asked.item]
    place = {str(name): at for at, name in enumerate(ratings.items.tolist())}
    at_name = np.array([place.get(str(name), -1) for name in key.names.tolist()], dtype=np.int64)
    row_item = at_name[key.index] if len(at_name) else np.zeros(0, dtype=np.int64)
    _refuse_twice(asked, key, row_item)
    known = row_item >= 0
    columns: dict[str, Sequence[str | None]] = {}
    for name in wanted:
        values: list[str | None] = [None] * len(ratings.items)
        texts = [str(one) for one in table[name].names.tolist()]
        for item, index in zip(row_item[known].tolist(), table[name].index[known].tolist(), strict=True):
            values[item] = texts[index]
        columns[name] = values
    return columns, int((~known).sum())


def _refuse_twice(
    asked: argparse.Namespace, key: Indexed, row_item: "np.ndarray[tuple[int], np.dtype[np.int64]]"
) -> None:
    seen: dict[int, int] = {}
    for row, item in enumerate(row_item.tolist(), start=1):
        if item >= 0 and seen.setdefault(item, row) != row:
            name = key.names[key.index[row - 1]]
            raise ValueError(
                f"{asked.items.name}: {asked.item}: row {row} repeats row {seen[item]} (item {name})"
            )
