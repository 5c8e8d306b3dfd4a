"""`./concord ambiguity FILE`: which classes are taken for each other, what a decision would do, and what explains it."""

import argparse

import numpy as np

from consistency.core.agreement.pairs import labeler_against_others
from consistency.core.ambiguity.causes import causes
from consistency.core.ambiguity.items import ambiguous_items
from consistency.core.ambiguity.pairs import ConfusedPairs, confused_pairs
from consistency.core.arrays import FloatArray
from consistency.core.command.ambiguity_rows import Found, fields
from consistency.core.command.ambiguity_screen import show
from consistency.core.command.drawn_rows import drawn_answers, votes_on_things
from consistency.core.command.metadata import Described, add_metadata_options, described, wanted_beside_votes
from consistency.core.command.reading import add_input_options, read, texts
from consistency.core.command.screen import Screen, WrongUsage
from consistency.core.ratings import Ratings

ABOUT = "Which labels are taken for each other beyond chance, what deciding about them would do, and what explains it."
MOST_EXPLAINED = 10
LEAST_IMPACT = 0.05


def add_options(parser: argparse.ArgumentParser) -> None:
    add_input_options(parser)
    add_metadata_options(parser)
    parser.add_argument(
        "--boxes",
        action="store_true",
        help="FILE holds boxes (columns of edges, or JSON): each thing drawn is an item, its measures the columns",
    )
    parser.add_argument(
        "--pair",
        nargs=2,
        action="append",
        metavar=("A", "B"),
        default=[],
        help="explain these two labels (default: the ambiguous ones, and those behind 5%% of the disagreement)",
    )
    parser.add_argument(
        "--top",
        type=_count,
        default=10,
        metavar="N",
        help="rows a table, examples a pair (default: %(default)s)",
    )


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def run(asked: argparse.Namespace, screen: Screen) -> None:
    ratings, about, left_out = _boxes_as_votes(asked, screen) if asked.boxes else _votes(asked, screen)
    with screen.stage("comparing every pair of labels"):
        pairs = confused_pairs(ratings)
        items = ambiguous_items(ratings, labeler_weight=quality_of_labelers(ratings))
    chosen = _chosen_pairs(asked, pairs)
    with screen.stage("looking for what explains the disagreement"):
        found = causes(ratings, about.fields, chosen)
    left_out = {"items_with_one_answer": int((ratings.votes_per_item() == 1).sum()), **left_out}
    told = Found(ratings, pairs, items, chosen, found, about, left_out)
    screen.answer(fields(told, asked.top))
    show(screen, told, asked.top)


def _votes(asked: argparse.Namespace, screen: Screen) -> tuple[Ratings, Described, dict[str, int]]:
    given = read(asked, screen, extra=wanted_beside_votes(asked))
    about = described(asked, given.votes)
    left_out = {**given.left_out, "described_items_without_answer": about.unknown_items}
    return given.ratings, about, left_out


def _boxes_as_votes(asked: argparse.Namespace, screen: Screen) -> tuple[Ratings, Described, dict[str, int]]:
    """Each thing that was drawn is an item; its size and place are what may explain how it was labeled."""
    if asked.items is not None or asked.fields is not None:
        raise WrongUsage(
            "--boxes compares things by their own measures; --items and --fields do not go with it"
        )
    with screen.stage(f"reading {asked.file.name}"):
        answers = drawn_answers(asked, None)
    left_out: dict[str, int] = {}
    if answers is None:
        given = read(asked, screen)
        left_out = given.left_out
        answers = drawn_answers(asked, given.ratings)
    if answers is None:
        raise ValueError(
            f"{asked.file.name}: {asked.label}: neither columns of edges nor JSON lists of boxes"
        )
    with screen.stage("matching boxes of one thing"):
        ratings, fields = votes_on_things(answers)
    return ratings, Described(tuple(fields)), left_out


def quality_of_labelers(ratings: Ratings) -> FloatArray:
    """Chance-corrected agreement with the others, from 0 up: who agrees with nobody says nothing about an item. One
    who shares no item weighs as the mean."""
    corrected = labeler_against_others(ratings).corrected
    known = np.isfinite(corrected)
    weight: FloatArray = np.where(known, np.maximum(corrected, 0.0), 0.0)
    if not weight.any():
        return np.ones(len(weight))
    weight[~known] = weight[known].mean()
    return weight


def _chosen_pairs(asked: argparse.Namespace, pairs: ConfusedPairs) -> list[tuple[int, int]]:
    names = {name: at for at, name in enumerate(texts(pairs.classes))}
    if asked.pair:
        chosen = []
        for one, other in asked.pair:
            for name in (one, other):
                if name not in names:
                    raise WrongUsage(f"--pair: {name} is no label of the file")
            if one == other:
                raise WrongUsage(f"--pair: two different labels expected, got {one} twice")
            chosen.append((min(names[one], names[other]), max(names[one], names[other])))
        return list(dict.fromkeys(chosen))
    worth = pairs.ambiguous | (pairs.impact >= LEAST_IMPACT)
    rows = np.flatnonzero(worth)
    rows = rows[np.lexsort((rows, -pairs.impact[rows], ~pairs.ambiguous[rows]))][:MOST_EXPLAINED]
    return [(int(pairs.first[row]), int(pairs.second[row])) for row in rows.tolist()]
