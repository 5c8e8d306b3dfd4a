"""`./concord ambiguity FILE`: which classes are taken for each other, what a decision would do, and what explains it."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from consistency.core.agreement.pairs import labeler_against_others
from consistency.core.ambiguity.causes import Cause, causes
from consistency.core.ambiguity.items import AmbiguousItems, ambiguous_items, items_of_pair
from consistency.core.ambiguity.pairs import MINIMUM_MEETINGS, ConfusedPairs, confused_pairs
from consistency.core.ambiguity.places import Places
from consistency.core.ambiguity.thresholds import Thresholds
from consistency.core.ambiguity.what_if import ACTIONS, Effect
from consistency.core.arrays import FloatArray, NameArray
from consistency.core.command.drawn_rows import drawn_answers, votes_on_things
from consistency.core.command.metadata import Described, add_metadata_options, described, wanted_beside_votes
from consistency.core.command.reading import add_input_options, read, texts
from consistency.core.command.screen import Screen, WrongUsage, bar, cell, interval
from consistency.core.estimate import MINIMUM_ITEMS
from consistency.core.ratings import Ratings

ABOUT = "Which labels are taken for each other beyond chance, what deciding about them would do, and what explains it."
Z95 = 1.959963984540054
MOST_EXPLAINED = 10
LEAST_IMPACT = 0.05
STRIP_CELLS = 32
FREE_TEXT = 200


@dataclass(frozen=True, eq=False, slots=True)
class Found:
    """Everything the command has to tell."""

    ratings: Ratings
    pairs: ConfusedPairs
    items: AmbiguousItems
    explained: Sequence[tuple[int, int]]
    causes: Sequence[Cause]
    described: Described
    left_out: Mapping[str, int]

    def name(self, code: int) -> str:
        return str(self.pairs.classes[code])


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
    screen.answer(_fields(told, asked.top))
    _show(screen, told, asked.top)


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


# --- For scripts -----------------------------------------------------------------------------------------------------


def _fields(found: Found, top: int) -> dict[str, object]:
    pairs, ratings = found.pairs, found.ratings
    return {
        "n_items": ratings.n_items,
        "n_labelers": ratings.n_labelers,
        "n_answers": len(ratings),
        "left_out": found.left_out,
        "alpha": pairs.alpha,
        "ac1": pairs.ac1,
        "pairs_tried": pairs.tried,
        "pairs": _pair_rows(found, top),
        "clusters": pairs.clusters(),
        "items": _item_rows(found, top),
        "fields": [
            {
                "field": one.name,
                "kind": _kind(one.numbers is not None, one.reason),
                "reason": one.reason or None,
            }
            for one in found.described.fields
        ],
        "causes": [_cause(found, one) for one in found.causes],
    }


def _kind(is_number: bool, reason: str) -> str | None:
    return None if reason else "number" if is_number else "category"


def _pair_rows(found: Found, top: int) -> Iterator[dict[str, object]]:
    pairs = found.pairs
    for row in range(len(pairs.first)):
        first, second = int(pairs.first[row]), int(pairs.second[row])
        withheld = _withheld(pairs, row)
        what_if: dict[str, object] = {}
        for action in ACTIONS:
            what_if[action] = {
                name: _effect(pairs.effects[action, name], row, withheld) for name in ("alpha", "ac1")
            }
        examples = items_of_pair(found.ratings, first, second)[:top] if row < 100 else ()
        yield {
            "first": found.name(first),
            "second": found.name(second),
            "items": int(pairs.items[row]),
            "impact": float(pairs.impact[row]),
            "rate": float(pairs.rate[row]),
            "lift": float(pairs.lift[row]),
            "lift_ci": _ci(pairs.lift[row], pairs.lift_se[row], bool(pairs.reason[row])),
            "gain": float(pairs.effects["merge", "alpha"].gain[row]),
            "gain_ci": _ci(
                pairs.effects["merge", "alpha"].gain[row],
                pairs.effects["merge", "alpha"].gain_se[row],
                withheld,
            ),
            "ambiguous": bool(pairs.ambiguous[row]),
            "reason": pairs.reason[row] or None,
            "what_if": what_if,
            "examples": texts(found.ratings.items[examples]) if len(examples) else [],
        }


def _withheld(pairs: ConfusedPairs, row: int) -> bool:
    """Whether there is too little for an interval."""
    return pairs.n_items < MINIMUM_ITEMS or bool(pairs.items[row] < MINIMUM_MEETINGS)


def _effect(one: Effect, row: int, withheld: bool) -> dict[str, object]:
    return {
        "before": float(one.before[row]),
        "after": float(one.after[row]),
        "change": float(one.change[row]),
        "change_ci": _ci(one.change[row], one.change_se[row], withheld),
        "at_random": float(one.at_random[row]),
        "gain": float(one.gain[row]),
        "gain_ci": _ci(one.gain[row], one.gain_se[row], withheld),
    }


def _ci(value: float, error: float, withheld: bool = False) -> list[float]:
    if withheld:
        return [float("nan"), float("nan")]
    return [float(value - Z95 * error), float(value + Z95 * error)]


def _item_rows(found: Found, top: int) -> list[dict[str, object]]:
    items = found.items
    shown = items.item[:top]
    told = _votes_of(found.ratings, shown.tolist())
    return [
        {
            "item": str(items.items[item]),
            "disputed": float(items.disputed[at]),
            "entropy": float(items.entropy[at]),
            "votes": told[item],
        }
        for at, item in enumerate(shown.tolist())
    ]


def _votes_of(ratings: Ratings, items: Sequence[int]) -> dict[int, dict[str, int]]:
    """How often each label was given to each of the items."""
    tally: dict[int, dict[str, int]] = {item: {} for item in items}
    names = texts(ratings.classes)
    inside = np.isin(ratings.item, np.array(items, dtype=np.int64))
    for item, code in zip(ratings.item[inside].tolist(), ratings.code[inside].tolist(), strict=True):
        tally[item][names[code]] = tally[item].get(names[code], 0) + 1
    return {
        item: dict(sorted(votes.items(), key=lambda one: (-one[1], one[0]))) for item, votes in tally.items()
    }


def _cause(found: Found, cause: Cause) -> dict[str, object]:
    told: dict[str, object] = {
        "first": found.name(cause.first),
        "second": found.name(cause.second),
        "field": cause.field,
        "kind": cause.kind,
        "found": cause.found,
        "explained": cause.explained,
        "p": cause.p,
        "p_corrected": cause.p_corrected,
        "reason": cause.reason or None,
    }
    if cause.thresholds is not None:
        told |= _lines(cause.thresholds)
    if cause.places is not None:
        told["places"] = _places(found, cause.places)
    return told


def _lines(line: Thresholds) -> dict[str, object]:
    return {
        "low": str(line.low),
        "high": str(line.high),
        "cut": line.cut,
        "band": list(line.band),
        "disagreements": line.disagreements,
        "labelers": [
            {
                "labeler": str(line.labelers[labeler]),
                "threshold": float(line.threshold[at]),
                "interval": [float(line.lower[at]), float(line.upper[at])],
                "separated": bool(line.separated[at]),
                "answers": int(line.answers[at]),
            }
            for at, labeler in enumerate(line.labeler.tolist())
        ],
    }


def _places(found: Found, places: Places) -> list[dict[str, object]]:
    labelers: NameArray = found.ratings.labelers
    return [
        {
            "value": name,
            "items": int(places.items[at]),
            "disputed": float(places.disputed[at]),
            "share_of_second": {
                str(labelers[g]): float(places.high[g, at])
                for g in np.flatnonzero(np.isfinite(places.high[:, at])).tolist()
            },
        }
        for at, name in enumerate(places.names)
    ]


# --- For people ------------------------------------------------------------------------------------------------------


def _show(screen: Screen, found: Found, top: int) -> None:
    ratings, pairs = found.ratings, found.pairs
    screen.say(
        f"{ratings.n_items:,} items, {ratings.n_labelers:,} labelers, {len(ratings):,} answers, "
        f"{len(ratings.classes):,} labels; alpha {cell(pairs.alpha)}, AC1 {cell(pairs.ac1)}"
    )
    told = [f"{count:,} {cause.replace('_', ' ')}" for cause, count in found.left_out.items() if count]
    if told:
        screen.say(f"left out: {', '.join(told)}")
    if len(ratings.classes) > max(FREE_TEXT, ratings.n_items // 2):
        screen.say("so many labels look like free text: ./concord conventions compares what is written")
    if not len(pairs.first):
        screen.say("", "no item drew two different labels")
        return
    _show_pairs(screen, found, top)
    _show_what_if(screen, found)
    _show_items(screen, found, top)
    _show_causes(screen, found)


def _show_pairs(screen: Screen, found: Found, top: int) -> None:
    pairs = found.pairs
    screen.say(
        "", "pairs of labels on one item (lift: how much oftener than plain error would bring them together)"
    )
    rows = []
    for row in range(min(top, len(pairs.first))):
        low, high = _ci(pairs.lift[row], pairs.lift_se[row], bool(pairs.reason[row]))
        rows.append(
            [
                found.name(int(pairs.first[row])),
                found.name(int(pairs.second[row])),
                int(pairs.items[row]),
                f"{pairs.impact[row]:.0%}",
                f"{pairs.lift[row]:.2f}",
                f"{low:.2f} to {high:.2f}" if np.isfinite(low) else "–",
                "ambiguous" if pairs.ambiguous[row] else "",
            ]
        )
    screen.table(["label", "label", "items", "of disagreement", "lift", "95% interval", ""], rows)
    if len(pairs.first) > top:
        screen.say(f"… and {len(pairs.first) - top:,} more")
    reasons = dict.fromkeys(why for why in pairs.reason[:top] if why and not why.startswith("the two met"))
    screen.say(*reasons)
    groups = pairs.clusters()
    if groups:
        screen.say(
            "", "labels that run into each other: " + "; ".join(" / ".join(map(str, one)) for one in groups)
        )


def _show_what_if(screen: Screen, found: Found) -> None:
    """The ambiguous pairs, or else the first."""
    pairs = found.pairs
    chosen = np.flatnonzero(pairs.ambiguous)[:3].tolist() or [0]
    for row in chosen:
        one, other = found.name(int(pairs.first[row])), found.name(int(pairs.second[row]))
        screen.say(
            "", f"what if: {one} / {other} (alpha and AC1 of the same votes, read through the decision)"
        )
        rows: list[list[object]] = []
        for action in ACTIONS:
            alpha, ac1 = pairs.effects[action, "alpha"], pairs.effects[action, "ac1"]
            withheld = _withheld(pairs, row)
            rows.append(
                [
                    action,
                    _signed(alpha.change[row]),
                    _signed(alpha.at_random[row]),
                    _signed(alpha.gain[row]),
                    interval(*_ci(alpha.gain[row], alpha.gain_se[row], withheld)),
                    _signed(ac1.change[row]),
                    _signed(ac1.gain[row]),
                    interval(*_ci(ac1.gain[row], ac1.gain_se[row], withheld)),
                ]
            )
        screen.table(
            ["", "alpha", "at random", "gain", "95% interval", "AC1", "gain", "95% interval"],
            rows,
        )
    screen.say(
        "gain: beyond what the same decision gives two labels that meet by plain error only. A merge is the baseline",
        "that votes under the new definition must beat; borderline and split assume that all see the same line.",
    )


def _signed(value: float) -> str:
    return f"{value:+.3f}" if np.isfinite(value) else "–"


def _show_items(screen: Screen, found: Found, top: int) -> None:
    disputed = [row for row in _item_rows(found, top) if row["entropy"]]
    screen.say("", "items in dispute among labelers who agree with the others elsewhere")
    screen.table(
        ["item", "disputed", "entropy", "votes"],
        [[row["item"], row["disputed"], row["entropy"], _tally(row["votes"])] for row in disputed],
    )


def _tally(votes: object) -> str:
    return ", ".join(f"{name} {count}" for name, count in votes.items()) if isinstance(votes, Mapping) else ""


def _show_causes(screen: Screen, found: Found) -> None:
    usable = [one for one in found.described.fields if not one.reason]
    unusable = [one for one in found.described.fields if one.reason]
    if not found.described.fields:
        screen.say(
            "", "no column describes the items; --items FILE brings some, and this says which explains what"
        )
        return
    for pair in found.explained:
        own = [cause for cause in found.causes if (cause.first, cause.second) == pair]
        hits = [cause for cause in own if cause.found]
        heading = f"why {found.name(pair[0])} / {found.name(pair[1])}"
        if not hits:
            screen.say("", f"{heading}: none of the {len(usable)} columns explains it")
        for cause in hits:
            _show_cause(screen, found, heading, cause)
    names = {cause.field for cause in found.causes if cause.found}
    rest = [one.name for one in usable if one.name not in names]
    if rest:
        screen.say("", f"tried, and no more than chance or than the above: {', '.join(rest)}")
    for one in unusable:
        screen.say(f"not tried: {one.name}, {one.reason}")


def _show_cause(screen: Screen, found: Found, heading: str, cause: Cause) -> None:
    if cause.thresholds is not None:
        line = cause.thresholds
        low, high = line.band
        screen.say(
            "",
            f"{heading}: {cause.field}, on which each draws the line between {line.low} and {line.high} elsewhere",
            f"explains {cause.explained:.0%} of {line.disagreements:,} disagreements (p {_p(cause.p_corrected)}, corrected); "
            f"they differ from {low:.4g} to {high:.4g}; suggested cut: {line.cut:.4g}",
        )
        order = np.argsort(line.threshold, kind="stable").tolist()
        screen.table(
            ["labeler", "answers", "line at", "interval", "from", ""],
            [
                [
                    str(line.labelers[line.labeler[at]]),
                    int(line.answers[at]),
                    f"{line.threshold[at]:.4g}",
                    f"{line.lower[at]:.4g} to {line.upper[at]:.4g}",
                    "gap" if line.separated[at] else "fit",
                    _strip(line, at),
                ]
                for at in order
                if np.isfinite(line.threshold[at])
            ],
        )
        return
    if cause.places is None:
        return
    places = cause.places
    verb = (
        "disputed more in some ranges of it" if cause.kind == "place" else "treated differently by its values"
    )
    screen.say(
        "",
        f"{heading}: {cause.field}, {verb}",
        f"explains {cause.explained:.0%} of the disagreement (p {_p(cause.p_corrected)}, corrected)",
    )
    people = [g for g in range(places.high.shape[0]) if np.isfinite(places.high[g]).any()][:6]
    second = found.name(cause.second)
    screen.table(
        [cause.field, "items", "disputed", "", *(f"{found.ratings.labelers[g]}: {second}" for g in people)],
        [
            [
                name,
                int(places.items[at]),
                float(places.disputed[at]),
                bar(float(places.disputed[at]), 12),
                *(float(places.high[g, at]) for g in people),
            ]
            for at, name in enumerate(places.names)
        ],
    )


def _p(value: float) -> str:
    return "< .001" if value < 0.001 else f"{value:.3f}"


def _strip(line: Thresholds, at: int) -> str:
    """Where the labeler's line is among all of them, its interval around it."""
    low, high = float(np.nanmin(line.threshold)), float(np.nanmax(line.threshold))
    margin = 0.15 * (high - low) or 1.0
    low, high = low - margin, high + margin

    def column(value: float) -> int:
        return round((min(max(value, low), high) - low) / (high - low) * (STRIP_CELLS - 1))

    strip = [" "] * STRIP_CELLS
    for place in range(column(float(line.lower[at])), column(float(line.upper[at])) + 1):
        strip[place] = "─"
    strip[column(float(line.threshold[at]))] = "●"
    return "".join(strip).rstrip()
