"""`./concord labelers FILE [--gold FILE]`: how good, how quick, how steady is each labeler, and on what evidence?"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from consistency.core.agreement.pairs import labeler_against_others
from consistency.core.arrays import BoolArray, FloatArray, IntArray, NameArray, counts, is_number
from consistency.core.command.reading import Given, add_input_options, read, texts
from consistency.core.command.screen import Screen, bar, estimated, interval
from consistency.core.estimate import Estimate
from consistency.core.labelers.bias import class_bias
from consistency.core.labelers.consensus import ConsensusScores, consensus_scores
from consistency.core.labelers.drift import MINIMUM_HALF, drift
from consistency.core.labelers.gold import MINIMUM_ANSWERS, GoldScores, gold_scores
from consistency.core.labelers.human_level import HumanLevel, human_level
from consistency.core.labelers.repeats import self_agreement
from consistency.core.labelers.speed import speed
from consistency.core.ratings import Ratings, kept_of_repeats
from consistency.core.tables import Votes, read_columns

ABOUT = "Judge the labelers: against gold, against the others, their habits, speed, drift and steadiness."
MOST_CLASSES_SHOWN = 50
"""With more labels (free text), confusion matrices and habits are left out."""

FIGURES = (
    "accuracy",
    "agreement_with_consensus",
    "agreement_with_others",
    "agreement_with_others_corrected",
    "self_agreement",
    "seconds",
    "drift",
    "class_bias",
    "confusion",
)
"""What stands beside a labeler's name in the JSON; null where the file does not tell."""

Part = dict[str, object]


def add_options(parser: argparse.ArgumentParser) -> None:
    add_input_options(parser)
    parser.add_argument("--gold", type=Path, metavar="FILE", help="items whose answer is known")
    parser.add_argument("--gold-item", default="", metavar="COLUMN", help="default: that of the votes")
    parser.add_argument("--gold-label", default="", metavar="COLUMN", help="default: that of the votes")
    parser.add_argument(
        "--predictions", type=Path, metavar="FILE", help="a model's answers, in the columns of --gold"
    )
    parser.add_argument("--duration", default="", metavar="COLUMN", help="seconds an answer took")


@dataclass(frozen=True, eq=False, slots=True)
class Judged:
    """What is known of each labeler: a mapping of figures in the documented shape, a labeler."""

    labelers: Sequence[str]
    answers: IntArray
    parts: Sequence[Part]
    gold: Mapping[str, object] | None
    human: HumanLevel
    facts: Mapping[str, object] = field(default_factory=dict)


def run(asked: argparse.Namespace, screen: Screen) -> None:
    extra = [asked.duration] if asked.duration else []
    given = read(asked, screen, extra=extra)
    known = _answers(asked, asked.gold, given.ratings)
    predicted = _answers(asked, asked.predictions, given.ratings)
    with screen.stage("judging the labelers"):
        judged = judge(given, known, predicted, asked.duration)
    ratings = given.ratings
    screen.answer(
        {
            "n_items": ratings.n_items,
            "n_labelers": ratings.n_labelers,
            "n_answers": len(ratings),
            "left_out": {
                **given.left_out,
                "items_with_one_answer": int((ratings.votes_per_item() == 1).sum()),
            },
            "gold": judged.gold,
            "human_level": {
                "people": estimated(judged.human.people),
                "model": estimated(judged.human.model) if predicted else None,
                "gap": estimated(judged.human.gap) if predicted else None,
            },
            "labelers": iter(judged.parts),
        }
    )
    _show(screen, judged, with_model=bool(predicted))


def _answers(asked: argparse.Namespace, path: Path | None, ratings: Ratings) -> dict[str, str]:
    """Item -> label of a file of known or predicted answers; empty labels are left out."""
    if path is None:
        return {}
    item, label = asked.gold_item or asked.item, asked.gold_label or asked.label
    columns = read_columns(path, [item, label])
    items, labels = (columns[name].names[columns[name].index].tolist() for name in (item, label))
    answers: dict[str, str] = {}
    for row, (name, said) in enumerate(zip(items, labels, strict=True), start=1):
        if said == "":
            continue
        if answers.setdefault(str(name), str(said)) != str(said):
            raise ValueError(f"{path.name}: {label}: row {row} contradicts an earlier one (item {name})")
    if not answers:
        raise ValueError(f"{path.name}: {label}: no answer there")
    return _by_value(answers, texts(ratings.classes))


def _by_value(answers: dict[str, str], classes: Sequence[str]) -> dict[str, str]:
    """Known "1.0" for a label written "1": tables of numbers write whole ones either way."""
    same = {float(name): name for name in reversed(classes) if is_number(name)}
    seen = set(classes)
    return {
        item: said if said in seen or not is_number(said) else same.get(float(said), said)
        for item, said in answers.items()
    }


def judge(given: Given, known: Mapping[str, str], predicted: Mapping[str, str], duration: str) -> Judged:
    """Every figure of every labeler. Repeats serve self-agreement; all other figures take each one's latest answer."""
    every = _with_names(given.ratings, [*known.values(), *predicted.values()])
    votes = given.votes
    keep = kept_of_repeats(every, "latest")
    once = every if keep is None else every.where(keep)
    seconds = _seconds(votes, duration)
    if seconds is not None and keep is not None:
        seconds = seconds[keep]
    active = np.flatnonzero(counts(every.labeler, len(every.labelers)))
    few_classes = len(every.classes) <= MOST_CLASSES_SHOWN
    names = texts(every.classes)
    consensus = consensus_scores(once)
    others = labeler_against_others(once)
    repeats = self_agreement(every)
    parts: list[Part] = [
        {"labeler": name, "answers": int(count), **dict.fromkeys(FIGURES)}
        for name, count in zip(
            texts(every.labelers[active]), counts(once.labeler, len(every.labelers))[active], strict=True
        )
    ]
    scores = gold_scores(once, _keyed(once, known)) if known else None
    if scores is not None:
        accuracy = _shares(
            scores.accuracy, scores.low, scores.high, scores.answers, scores.enough, "gold item"
        )
        _put(parts, active, "accuracy", accuracy)
    against = _shares(
        consensus.accuracy, consensus.low, consensus.high, consensus.answers, consensus.enough, "shared item"
    )
    _put(parts, active, "agreement_with_consensus", against)
    _put(parts, active, "agreement_with_others", _against_others(others.agreement, others.se, others.items))
    corrected = [
        {"value": float(value), "n": int(n)} for value, n in zip(others.corrected, others.items, strict=True)
    ]
    _put(parts, active, "agreement_with_others_corrected", corrected)
    same = _shares(
        repeats.agreement,
        repeats.low,
        repeats.high,
        repeats.repeated,
        repeats.repeated >= MINIMUM_ANSWERS,
        "repeat",
    )
    _put(parts, active, "self_agreement", same)
    if seconds is not None:
        pace = speed(once.labeler, seconds, len(every.labelers))
        _put(
            parts,
            active,
            "seconds",
            _shares(pace.median, pace.low, pace.high, pace.answers, pace.enough, "timed answer"),
        )
    if once.time is not None:
        _put(parts, active, "drift", _drifts(once, _score(once, known, consensus)))
    if few_classes:
        _put(parts, active, "class_bias", _habits(once, names))
        _put(parts, active, "confusion", _confusions(scores, consensus, names))
    gold = None if scores is None else _of_gold(once, known, scores)
    return Judged(
        texts(every.labelers[active]),
        counts(once.labeler, len(every.labelers))[active],
        parts,
        gold,
        human_level(once, _keyed(once, predicted)),
    )


def _put(parts: Sequence[Part], active: IntArray, name: str, values: Sequence[object]) -> None:
    for part, at in zip(parts, active.tolist(), strict=True):
        part[name] = values[at]


def _with_names(ratings: Ratings, labels: Sequence[str]) -> Ratings:
    """Labels that only the gold answers or the model use are possible answers too."""
    missing = list(dict.fromkeys(set(labels) - set(texts(ratings.classes))))
    if not missing:
        return ratings
    classes = np.empty(len(ratings.classes) + len(missing), dtype=object)
    classes[:] = [*ratings.classes.tolist(), *sorted(missing)]
    return replace(ratings, classes=classes)


def _keyed(ratings: Ratings, answers: Mapping[str, str]) -> dict[str, str]:
    """The answers by the items' own names, which are integers where all are."""
    return {name: answers[str(name)] for name in ratings.items.tolist() if str(name) in answers}


def _seconds(votes: Votes, duration: str) -> FloatArray | None:
    """Durations, ``nan`` where the cell is empty."""
    if not duration:
        return None
    column = votes.extra[duration]
    names = column.names.tolist()
    bad = next((name for name in names if name != "" and not (is_number(name) and float(name) >= 0)), None)
    if bad is not None:
        raise ValueError(f"{duration}: {bad!r} is no number of seconds")
    seconds = np.array([float(name) if name != "" else np.nan for name in names])
    values: FloatArray = seconds[column.index]
    return values


def _shares(
    value: FloatArray, low: FloatArray, high: FloatArray, n: IntArray, enough: BoolArray, unit: str
) -> list[Part]:
    """A figure a labeler with its interval, which is withheld on too little evidence."""
    return [
        {
            "value": float(value[at]),
            "ci": [float(low[at]), float(high[at])] if enough[at] else [None, None],
            "n": int(n[at]),
            "reason": None if enough[at] else _too_few(int(n[at]), unit),
        }
        for at in range(len(value))
    ]


def _too_few(n: int, unit: str) -> str:
    return f"no {unit}" if n == 0 else f"{n} {unit}{'' if n == 1 else 's'}, {MINIMUM_ANSWERS} needed"


def _against_others(value: FloatArray, se: FloatArray, n: IntArray) -> list[Part]:
    """Mean share of the others who gave the same answer; normal interval over the shared items."""
    reach = 1.959963984540054 * se
    enough = n >= MINIMUM_ANSWERS
    return _shares(
        value, np.maximum(value - reach, 0), np.minimum(value + reach, 1), n, enough, "shared item"
    )


def _score(ratings: Ratings, known: Mapping[str, str], consensus: ConsensusScores) -> FloatArray:
    """What drift is measured on: gold where there is enough of it, else the vote of the others."""
    position = {name: code for code, name in enumerate(texts(ratings.classes))}
    truth = np.array([position.get(known.get(name, ""), -1) for name in texts(ratings.items)], dtype=np.int64)
    on_gold = truth[ratings.item] >= 0
    if on_gold.sum() < len(ratings) / 2:
        return consensus.credit
    right: FloatArray = np.where(on_gold, truth[ratings.item] == ratings.code, np.nan)
    return right


def _drifts(ratings: Ratings, score: FloatArray) -> list[Part]:
    assert ratings.time is not None
    found = drift(ratings.labeler, ratings.time, score, len(ratings.labelers))
    return [
        {
            "value": float(found.change[at]),
            "earlier": float(found.earlier[at]),
            "later": float(found.later[at]),
            "ci": [float(found.low[at]), float(found.high[at])],
            "n": int(found.answers[at]),
            "reason": None
            if found.enough[at]
            else f"{int(found.answers[at])} scored answers, {2 * MINIMUM_HALF} needed",
        }
        for at in range(len(ratings.labelers))
    ]


def _habits(ratings: Ratings, names: Sequence[str]) -> list[Part]:
    bias = class_bias(ratings)
    return [
        {
            name: {
                "own": float(bias.own[at, code]),
                "others": float(bias.others[at, code]),
                "difference": float(bias.difference[at, code]),
                "ci": [float(bias.low[at, code]), float(bias.high[at, code])],
            }
            for code, name in enumerate(names)
        }
        for at in range(len(ratings.labelers))
    ]


def _confusions(scores: GoldScores | None, consensus: ConsensusScores, names: Sequence[str]) -> list[object]:
    """Answers by what was right: on gold where there is gold, else by the vote of the others. Rows are the reference."""
    matrices = scores.confusion if scores is not None else consensus.confusion
    if matrices is None:
        return [None] * len(consensus.labelers)
    return [
        {
            true: {said: count for said, count in zip(names, row, strict=True) if count}
            for true, row in zip(names, matrix, strict=True)
            if any(row)
        }
        for matrix in matrices.tolist()
    ]


def _of_gold(ratings: Ratings, known: Mapping[str, str], scores: GoldScores) -> Part:
    voted: NameArray = ratings.items[np.unique(ratings.item)]
    answered = len({str(name) for name in voted.tolist()} & known.keys())
    total = int(scores.answers.sum())
    return {
        "items": len(known),
        "items_answered": answered,
        "answers": total,
        "accuracy": int(scores.right.sum()) / total if total else None,
    }


def _show(screen: Screen, judged: Judged, *, with_model: bool) -> None:
    screen.say(f"{len(judged.labelers):,} labelers, {int(judged.answers.sum()):,} answers")
    if judged.gold is not None:
        screen.say(f"gold: {judged.gold['items_answered']:,} of {judged.gold['items']:,} items answered")
    figures: list[tuple[str, Estimate]] = [("people", judged.human.people)]
    if with_model:
        figures += [("model", judged.human.model), ("model minus people", judged.human.gap)]
    screen.say("", "in line with the others' vote")
    screen.table(
        ["", "value", "95% interval", ""],
        [
            [name, figure.value, interval(figure.low, figure.high), bar(figure.value)]
            for name, figure in figures
        ],
    )
    first = "accuracy" if judged.gold is not None else "agreement_with_consensus"
    columns = [
        name
        for name in (first, "agreement_with_others", "self_agreement", "seconds", "drift")
        if judged.parts[0][name] is not None
    ]
    rows = []
    for part in sorted(judged.parts, key=lambda part: _sortable(part[first])):
        figure = part[first]
        assert isinstance(figure, dict)
        low, high = (np.nan if end is None else end for end in figure["ci"])
        rows.append(
            [part["labeler"], part["answers"], figure["value"], interval(low, high), bar(figure["value"])]
            + [_value(part[name]) for name in columns[1:]]
        )
    screen.say("", "lowest first")
    titles = {"agreement_with_consensus": "with consensus", "agreement_with_others": "with others"}
    screen.table(
        [
            "labeler",
            "answers",
            titles.get(first, first),
            "95% interval",
            "",
            *(titles.get(n, n.replace("_", " ")) for n in columns[1:]),
        ],
        rows,
    )


def _value(figure: object) -> object:
    return figure["value"] if isinstance(figure, dict) else None


def _sortable(figure: object) -> float:
    value = _value(figure)
    return float(value) if isinstance(value, float) and np.isfinite(value) else 2.0
