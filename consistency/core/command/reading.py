"""The options every command shares, and the votes they name."""

import argparse
import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from consistency.core.arrays import IntArray, NameArray, is_number
from consistency.core.command.screen import Screen
from consistency.core.ratings import REPEAT_RULES, Level, Ratings, RepeatRule, map_ratings
from consistency.core.tables import EMPTY_RULES, Columns, Votes, read_votes


@dataclass(frozen=True, eq=False, slots=True)
class Given:
    """The votes of the file as asked for; ``left_out`` counts, by cause, what did not become a vote."""

    ratings: Ratings
    votes: Votes
    left_out: dict[str, int]


def add_input_options(parser: argparse.ArgumentParser) -> None:
    """The file, its columns, and the rules for what is repeated or empty."""
    parser.add_argument("file", type=Path, metavar="FILE", help="votes: CSV, Parquet or JSON lines")
    parser.add_argument(
        "--item", "--item-column", default="item", metavar="COLUMN", help="default: %(default)s"
    )
    parser.add_argument(
        "--worker", "--worker-column", default="worker", metavar="COLUMN", help="default: %(default)s"
    )
    parser.add_argument(
        "--label", "--label-column", default="label", metavar="COLUMN", help="default: %(default)s"
    )
    parser.add_argument(
        "--order", metavar="A,B,…", help="every possible label, from lowest to highest, used or not"
    )
    parser.add_argument(
        "--duplicates",
        choices=REPEAT_RULES,
        default="refuse",
        help="answers of one worker on one item: the latest (by --time, else the last row), all, or refuse (default)",
    )
    parser.add_argument(
        "--empty", choices=EMPTY_RULES, default="refuse", help="rows without a label (default: refuse)"
    )
    parser.add_argument(
        "--time", default="", metavar="COLUMN", help="when it was answered: a number or ISO 8601"
    )
    parser.add_argument(
        "--delimiter", default="", metavar="MARK", help="between cells of a CSV (found by itself)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of everything drawn at random (default: 0)")


def read(
    asked: argparse.Namespace,
    screen: Screen,
    *,
    extra: Sequence[str] = (),
    weight: str = "",
    facet: str = "",
    duplicates: RepeatRule | None = None,
) -> Given:
    """The votes of the file that was asked for. ``extra`` names further columns, found in ``votes.extra``."""
    columns = Columns(asked.item, asked.worker, asked.label, weight, asked.time, facet)
    with screen.stage(f"reading {asked.file.name}"):
        votes = read_votes(
            asked.file,
            columns=columns,
            extra=extra,
            classes=order_of(asked.order),
            repeats=duplicates or asked.duplicates,
            empty=asked.empty,
            delimiter=asked.delimiter,
        )
    left_out = {"repeated_answers": votes.ratings.repeats_dropped, "empty_labels": votes.empty_labels}
    return Given(votes.ratings, votes, left_out)


def order_of(text: str | None) -> list[str] | None:
    """The labels of ``--order``; one that holds a comma stands in quotes.

    >>> order_of('low, middle,"very, very high"')
    ['low', 'middle', 'very, very high']
    """
    if text is None:
        return None
    names = next(csv.reader([text], skipinitialspace=True), [])
    if not names or "" in names:
        raise ValueError("--order: labels parted by commas expected")
    return names


def on_a_scale(ratings: Ratings, level: Level, *, ordered: bool, why: str) -> Ratings:
    """Ratings whose labels have places on a scale: numbers by value ("1" and "1.0" being one), or as ``--order`` says.

    ``why`` names what asks for it. The interval and ratio levels take numbers only.
    """
    names = [str(name) for name in ratings.classes.tolist()]
    if not all(is_number(name) for name in names):
        if ordered and level in ("nominal", "ordinal"):
            return ratings
        bad = next(name for name in names if not is_number(name))
        remedy = " or --order A,B,…" if level in ("nominal", "ordinal") else ""
        raise ValueError(f"label: {why} takes numbers{remedy}; there is {bad!r}")
    first: dict[float, str] = {}
    for name in names:
        first.setdefault(float(name), name)
    return map_ratings(ratings, {name: first[float(name)] for name in names})


def used(index: IntArray, names: NameArray) -> NameArray:
    """The names that occur."""
    occurring: NameArray = names[np.bincount(index, minlength=len(names)) > 0]
    return occurring


def texts(names: NameArray) -> list[str]:
    """Names as the file has them: texts, numbers too."""
    return [str(name) for name in names.tolist()]
