"""`./concord aggregate FILE --method NAME`: many answers become one, with a confidence and a quality a labeler."""

import argparse
import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from consistency.core.aggregation.bwa import bwa
from consistency.core.aggregation.dawid_skene import dawid_skene, dawid_skene_ml, default_prior
from consistency.core.aggregation.glad import glad
from consistency.core.aggregation.ibcc import ibcc_vb
from consistency.core.aggregation.mace import mace
from consistency.core.aggregation.majority import MajorityResult, majority
from consistency.core.aggregation.one_coin import one_coin
from consistency.core.aggregation.online import ask_one_more
from consistency.core.aggregation.result import Aggregated
from consistency.core.aggregation.rover import Transcribed, rover_transcripts
from consistency.core.aggregation.watch import Watch
from consistency.core.aggregation.weighted import agreement_with_vote, wawa
from consistency.core.arrays import FloatArray, IntArray, counts
from consistency.core.command.reading import add_input_options, read, texts
from consistency.core.command.screen import Screen, WrongUsage, bar
from consistency.core.ratings import Ratings

ABOUT = "Turn the answers on each item into one, with a confidence. Ties are shown, never broken."
WITH_CONFUSION = ("dawid-skene", "dawid-skene-map", "ibcc")
MOST_CONFUSION_CELLS = 20_000_000
MOST_LABELS_WRITTEN = 50
"""With more labels, confusion matrices are left out of the JSON."""

SMOOTHED = ("dawid-skene", "dawid-skene-map", "one-coin", "mace", "bwa", "ibcc")
POSITIVE = ("mace", "bwa", "ibcc")
"""Methods that need a prior: none at all is no smoothing of theirs."""

RESTARTED = ("dawid-skene", "dawid-skene-map", "glad", "mace")
WITHOUT_MODEL = ("majority", "weighted", "rover")
SHOWN = 10


@dataclass(frozen=True, eq=False, slots=True)
class Outcome:
    """What a method found, in the words of the file. Lists run over ``items`` and over ``labelers``.

    ``label`` is ``None`` where the labels in ``tied`` share the first place (of merged texts, the first of them). ``of_item`` and ``of_labeler`` hold what
    else the method knows, by the name of its field.
    """

    method: str
    facts: Mapping[str, object]
    items: Sequence[str]
    label: Sequence[str | None]
    tied: Sequence[Sequence[str]]
    confidence: FloatArray
    votes: IntArray
    labelers: Sequence[str]
    of_item: Mapping[str, Sequence[object]] = field(default_factory=dict)
    of_labeler: Mapping[str, Sequence[object]] = field(default_factory=dict)

    def rows(self) -> Iterator[dict[str, object]]:
        more = list(self.of_item.items())
        for at, item in enumerate(self.items):
            yield {
                "item": item,
                "label": self.label[at],
                "tied": self.tied[at],
                "confidence": float(self.confidence[at]),
                "votes": int(self.votes[at]),
                **{name: values[at] for name, values in more},
            }

    def people(self) -> Iterator[dict[str, object]]:
        more = list(self.of_labeler.items())
        for at, labeler in enumerate(self.labelers):
            yield {"labeler": labeler, **{name: values[at] for name, values in more}}


Method = Callable[[Ratings, argparse.Namespace, Watch], Outcome]


def _model(fit: Callable[[Ratings, argparse.Namespace, Watch], Aggregated]) -> Method:
    return lambda ratings, asked, watch: of_model(fit(ratings, asked, watch), asked)


def _dawid_skene_ml(ratings: Ratings, asked: argparse.Namespace, watch: Watch) -> Aggregated:
    smoothing = 1e-6 if asked.smoothing is None else asked.smoothing
    rng = np.random.default_rng(asked.seed)
    return dawid_skene_ml(ratings, smoothing=smoothing, restarts=asked.restarts or 0, rng=rng, watch=watch)


def _dawid_skene_map(ratings: Ratings, asked: argparse.Namespace, watch: Watch) -> Aggregated:
    prior, rng = default_prior(ratings, _times(asked)), np.random.default_rng(asked.seed)
    return dawid_skene(ratings, prior=prior, restarts=asked.restarts or 0, rng=rng, watch=watch)


def _one_coin(ratings: Ratings, asked: argparse.Namespace, watch: Watch) -> Aggregated:
    times = _times(asked)
    return one_coin(ratings, prevalence=asked.prior, right=2 * times, wrong=times, watch=watch)


def _glad(ratings: Ratings, asked: argparse.Namespace, watch: Watch) -> Aggregated:
    return glad(ratings, restarts=asked.restarts or 0, rng=np.random.default_rng(asked.seed), watch=watch)


def _mace(ratings: Ratings, asked: argparse.Namespace, watch: Watch) -> Aggregated:
    smoothing = 0.5 if asked.smoothing is None else asked.smoothing
    starts = 10 if asked.restarts is None else asked.restarts + 1
    rng = np.random.default_rng(asked.seed)
    return mace(ratings, rng=rng, restarts=starts, smoothing=smoothing, watch=watch)


def _bwa(ratings: Ratings, asked: argparse.Namespace, watch: Watch) -> Aggregated:
    return bwa(ratings, strength=_times(asked), watch=watch)


def _ibcc(ratings: Ratings, asked: argparse.Namespace, watch: Watch) -> Aggregated:
    times = _times(asked)
    return ibcc_vb(ratings, right=2 * times, wrong=times, prevalence=times, watch=watch)


def _times(asked: argparse.Namespace) -> float:
    """How many times the answers of the method's own prior count."""
    return 1.0 if asked.smoothing is None else float(asked.smoothing)


METHODS: Mapping[str, Method] = {
    "majority": lambda ratings, asked, _: of_vote("majority", majority(ratings), asked),
    "weighted": lambda ratings, asked, _: of_vote("weighted", majority(ratings), asked),
    "wawa": _model(lambda ratings, *_: wawa(ratings)),
    "dawid-skene": _model(_dawid_skene_ml),
    "dawid-skene-map": _model(_dawid_skene_map),
    "one-coin": _model(_one_coin),
    "glad": _model(_glad),
    "mace": _model(_mace),
    "bwa": _model(_bwa),
    "ibcc": _model(_ibcc),
    "rover": lambda ratings, _, watch: of_transcripts(rover_transcripts(ratings, watch=watch)),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    add_input_options(parser)
    parser.add_argument("--method", choices=tuple(METHODS), default="majority", help="default: %(default)s")
    parser.add_argument(
        "--smoothing",
        type=_not_negative,
        metavar="X",
        help=f"how many pseudo-answers the prior counts for ({', '.join(SMOOTHED)})",
    )
    parser.add_argument(
        "--restarts",
        type=_count,
        metavar="N",
        help=f"further starts, drawn by --seed; the best end counts ({', '.join(RESTARTED)})",
    )
    parser.add_argument(
        "--weight", default="", metavar="COLUMN", help="of each answer, for --method weighted"
    )
    parser.add_argument(
        "--prior", choices=("uniform", "smoothed"), default="uniform", help="of the classes, for one-coin"
    )
    parser.add_argument(
        "--posterior", action="store_true", help="give each item's probability of every label"
    )
    parser.add_argument(
        "--cost",
        type=_not_negative,
        metavar="C",
        help="ask for one more answer where it gains more than this",
    )
    parser.add_argument(
        "--cap",
        type=int,
        default=2**31,
        metavar="N",
        help="never ask where there are N answers (default: no cap)",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the items as CSV")


def _not_negative(text: str) -> float:
    number = float(text)
    if not 0 <= number < np.inf:
        raise argparse.ArgumentTypeError(f"{text} is no number from 0 up")
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is not 0 or more")
    return number


def run(asked: argparse.Namespace, screen: Screen) -> None:
    _refuse_what_does_nothing(asked)
    given = read(asked, screen, weight=asked.weight)
    if asked.method in WITH_CONFUSION:
        _require_room(given.ratings, asked.method)
    with screen.stage(f"fitting {asked.method}"):
        unit = "item" if asked.method == "rover" else "iteration"
        outcome = METHODS[asked.method](given.ratings, asked, screen.counting(unit))
    if asked.out is not None:
        with screen.stage(f"writing {asked.out.name}"):
            _write(asked.out, outcome)
    if screen.as_json:
        screen.answer(
            {
                "method": outcome.method,
                "facts": {**outcome.facts, "left_out": given.left_out},
                "items": outcome.rows(),
                "labelers": outcome.people(),
            }
        )
    else:
        _show(screen, outcome, asked.out)


def _refuse_what_does_nothing(asked: argparse.Namespace) -> None:
    if asked.smoothing is not None and asked.method not in SMOOTHED:
        why = "has a normal prior, not one of pseudo-answers" if asked.method == "glad" else "has no prior"
        raise WrongUsage(f"--smoothing is for {', '.join(SMOOTHED)}; {asked.method} {why}")
    if asked.smoothing == 0 and asked.method in POSITIVE:
        raise WrongUsage(f"--smoothing: {asked.method} needs a prior, so more than 0")
    if asked.restarts is not None and asked.method not in RESTARTED:
        raise WrongUsage(f"--restarts is for {', '.join(RESTARTED)}; {asked.method} has one start")
    if asked.weight and asked.method != "weighted":
        raise WrongUsage(f"--weight is for weighted, not for {asked.method}")
    if asked.cost is not None and asked.method in WITHOUT_MODEL:
        raise WrongUsage(f"--cost needs a model of the labelers, which {asked.method} has not")


def _require_room(ratings: Ratings, method: str) -> None:
    """Free text has as many labels as answers: nobody's confusion of them can be learned, nor laid out."""
    cells = len(ratings.labelers) * len(ratings.classes) ** 2
    if cells > MOST_CONFUSION_CELLS:
        raise ValueError(
            f"label: {len(ratings.classes):,} different labels of {len(ratings.labelers):,} workers are too many for "
            f"the confusion matrices of {method}; rover merges texts, majority counts them"
        )


def of_vote(method: str, vote: MajorityResult, asked: argparse.Namespace) -> Outcome:
    """The plain or weighted vote; a labeler's accuracy is its agreement with it."""
    ratings = vote.ratings
    names = texts(vote.classes)
    facts: dict[str, object] = {"iterations": 0, "converged": True, "log_likelihood": None}
    if method == "weighted":
        facts["weights"] = asked.weight or "none given: every answer weighs 1"
    of_item: dict[str, Sequence[object]] = {}
    if asked.posterior:
        of_item["posterior"] = [
            {str(name): share for name, share in vote.distribution(row).items()}
            for row in range(len(vote.item))
        ]
    tied = [
        [str(name) for name in vote.tied_with(row)] if is_tied else []
        for row, is_tied in enumerate(vote.tied.tolist())
    ]
    label = [None if code < 0 else names[code] for code in vote.label.tolist()]
    active, answers = _active(ratings)
    return Outcome(
        method,
        facts,
        texts(vote.items[vote.item]),
        label,
        tied,
        vote.confidence,
        vote.votes,
        texts(ratings.labelers[active]),
        of_item,
        {"accuracy": agreement_with_vote(ratings)[active].tolist(), "answers": answers.tolist()},
    )


def of_model(result: Aggregated, asked: argparse.Namespace) -> Outcome:
    """A model's posterior; classes within 1e-9 of the best one tie."""
    names = texts(result.classes)
    facts: dict[str, object] = {
        "iterations": result.facts.iterations,
        "converged": result.facts.converged,
        "log_likelihood": result.facts.log_likelihood,
        "objective": result.facts.objective or None,
        "starts": result.facts.starts,
    }
    if result.prevalence is not None:
        facts["class_shares"] = dict(zip(names, result.prevalence.tolist(), strict=True))
    winners = result.posterior >= result.confidence[:, None] - 1e-9
    tied = [
        [names[code] for code in np.flatnonzero(winners[row]).tolist()] if is_tied else []
        for row, is_tied in enumerate(result.tied.tolist())
    ]
    label = [None if code < 0 else names[code] for code in result.label.tolist()]
    of_item: dict[str, Sequence[object]] = {"differs_from_vote": result.differs_from_vote.tolist()}
    if result.difficulty is not None:
        of_item["difficulty"] = result.difficulty.tolist()
    votes = result.ratings.votes_per_item()[result.item]
    if asked.posterior:
        of_item["posterior"] = [dict(zip(names, row, strict=True)) for row in result.posterior.tolist()]
    if asked.cost is not None:
        one_more = ask_one_more(
            result.posterior, average_confusion(result), cost=asked.cost, votes=votes, cap=asked.cap
        )
        of_item |= {"gain": one_more.gain.tolist(), "ask": one_more.ask.tolist()}
    active, answers = _active(result.ratings)
    of_labeler: dict[str, Sequence[object]] = {
        "accuracy": result.accuracy[active].tolist(),
        "answers": answers.tolist(),
    }
    if result.confusion is not None and len(names) <= MOST_LABELS_WRITTEN:
        of_labeler["confusion"] = [
            {true: dict(zip(names, row, strict=True)) for true, row in zip(names, matrix, strict=True)}
            for matrix in result.confusion[active].tolist()
        ]
    return Outcome(
        asked.method,
        facts,
        texts(result.items[result.item]),
        label,
        tied,
        result.confidence,
        votes,
        texts(result.ratings.labelers[active]),
        of_item,
        of_labeler,
    )


def of_transcripts(merged: Transcribed) -> Outcome:
    """Texts merged word by word, the first of those that tie standing in ``label``; a labeler's accuracy is 1 less the word error rate to the merged texts, from 0 up."""
    ratings = merged.ratings
    active, answers = _active(ratings)
    rate = merged.error_rate[active]
    return Outcome(
        "rover",
        {"iterations": 0, "converged": True, "log_likelihood": None},
        texts(merged.items),
        list(merged.text),
        merged.tied,
        merged.confidence,
        ratings.votes_per_item()[merged.item],
        texts(ratings.labelers[active]),
        {"even_places": merged.even_places.tolist()},
        {
            "accuracy": np.maximum(0.0, 1 - rate).tolist(),
            "word_error_rate": rate.tolist(),
            "answers": answers.tolist(),
        },
    )


def average_confusion(result: Aggregated) -> FloatArray:
    """The confusion matrix of a labeler picked by how much they answer; from accuracies where the model has no matrix."""
    answers = counts(result.ratings.labeler, len(result.ratings.labelers)).astype(np.float64)
    weight = answers / answers.sum()
    if result.confusion is not None:
        mean: FloatArray = np.tensordot(weight, result.confusion, axes=1)
        return mean
    n_classes = len(result.classes)
    right = float(weight @ np.nan_to_num(result.accuracy))
    matrix = np.full((n_classes, n_classes), (1 - right) / max(1, n_classes - 1))
    np.fill_diagonal(matrix, right)
    return matrix


def _active(ratings: Ratings) -> tuple[IntArray, IntArray]:
    answers = counts(ratings.labeler, len(ratings.labelers))
    active = np.flatnonzero(answers)
    return active, answers[active]


def _write(path: Path, outcome: Outcome) -> None:
    """One row an item; tied labels are parted by "|", probabilities stand in a column a label."""
    more = [name for name in outcome.of_item if name != "posterior"]
    posterior = [row for row in outcome.of_item.get("posterior", ()) if isinstance(row, dict)]
    labels = list(dict.fromkeys(name for row in posterior for name in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["item", "label", "tied", "confidence", "votes", *more, *(f"p({name})" for name in labels)]
        )
        for at, item in enumerate(outcome.items):
            writer.writerow(
                [
                    item,
                    outcome.label[at],
                    "|".join(outcome.tied[at]),
                    float(outcome.confidence[at]),
                    int(outcome.votes[at]),
                    *(_csv_cell(outcome.of_item[name][at]) for name in more),
                    *(posterior[at].get(name, 0.0) for name in labels),
                ]
            )


def _csv_cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _show(screen: Screen, outcome: Outcome, out: Path | None) -> None:
    n, ties = len(outcome.items), sum(1 for tied in outcome.tied if tied)
    screen.say(f"{outcome.method}: {n:,} items, {len(outcome.labelers):,} labelers, {ties:,} ties")
    iterations = outcome.facts.get("iterations")
    if iterations:
        ended = "converged" if outcome.facts.get("converged") else "stopped before it converged"
        screen.say(f"{ended} after {iterations} iterations")
    differs = outcome.of_item.get("differs_from_vote")
    if differs is not None:
        screen.say(f"{sum(map(bool, differs)):,} items differ from the plain vote")
    if (ask := outcome.of_item.get("ask")) is not None:
        screen.say(f"{sum(map(bool, ask)):,} items are worth one more answer")
    tally: dict[str, int] = {}
    for label in outcome.label:
        if label is not None:
            tally[label] = tally.get(label, 0) + 1
    most = sorted(tally.items(), key=lambda pair: -pair[1])
    screen.say("")
    screen.table(["label", "items", ""], [[name, count, bar(count / n)] for name, count in most[:SHOWN]])
    _say_more(screen, len(most))
    unsure = np.argsort(outcome.confidence, kind="stable")[:SHOWN].tolist()
    screen.say("", "least certain items")
    screen.table(
        ["item", "label", "confidence", "votes"],
        [
            [
                outcome.items[at],
                outcome.label[at] or " = ".join(outcome.tied[at]),
                float(outcome.confidence[at]),
                int(outcome.votes[at]),
            ]
            for at in unsure
        ],
    )
    accuracy = np.asarray(outcome.of_labeler["accuracy"], dtype=np.float64)
    lowest = np.argsort(accuracy, kind="stable")[:SHOWN].tolist()
    screen.say("", "labelers, lowest accuracy first")
    screen.table(
        ["labeler", "answers", "accuracy", ""],
        [
            [
                outcome.labelers[at],
                outcome.of_labeler["answers"][at],
                float(accuracy[at]),
                bar(float(accuracy[at])),
            ]
            for at in lowest
        ],
    )
    _say_more(screen, len(outcome.labelers))
    screen.say("", f"items are in {out}" if out else "--out FILE writes every item; --json prints them")


def _say_more(screen: Screen, count: int) -> None:
    if count > SHOWN:
        screen.say(f"… and {count - SHOWN:,} more")
