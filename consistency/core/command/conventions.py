"""`./concord conventions FILE`: how people write or draw the same thing differently, and whether it is a matter of style."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import numpy as np

from consistency.core.aggregation.rover import spoken_words
from consistency.core.agreement.word_errors import word_error_rate
from consistency.core.command.drawn_rows import Answers, by_item, drawn_answers
from consistency.core.command.reading import Given, add_input_options, read, texts
from consistency.core.command.screen import Screen, bar, cell, estimated, interval
from consistency.core.conventions.boxes import Boxes, Habit, box_conventions
from consistency.core.conventions.languages import ENGLISH, LANGUAGES, Language
from consistency.core.conventions.transcripts import Conventions, Rule, transcript_conventions
from consistency.core.conventions.units import units
from consistency.core.estimate import Estimate
from consistency.core.ratings import Ratings
from consistency.core.table_formats import column_names
from consistency.core.tables import read_columns

ABOUT = "How people write (transcripts) or draw (boxes) the same thing differently, and whose style it is."
SHOWN_RULES = 12
SHOWN_PEOPLE = 8
MEASURES = {
    "looseness": "draws larger (+) or tighter (-) boxes than the others",
    "offset_x": "draws to the right (+) or left (-)",
    "offset_y": "draws lower (+) or higher (-)",
    "one_for_many": "draws one box (+) where others draw several, or several (-) for one",
    "smallest": "leaves out what is smaller than this",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    add_input_options(parser)
    parser.add_argument(
        "--kind",
        choices=("auto", "text", "boxes"),
        default="auto",
        help="of the labels (default: boxes where FILE has columns of edges or JSON lists of boxes, else text)",
    )
    parser.add_argument(
        "--language",
        choices=tuple(LANGUAGES),
        default="en",
        help="of the texts: its hesitations, number words, short forms and spellings (default: en)",
    )


def run(asked: argparse.Namespace, screen: Screen) -> None:
    if asked.kind != "text" and not _reads_as_text(asked):
        with screen.stage(f"reading {asked.file.name}"):
            answers = drawn_answers(asked, None)
        if answers is not None:
            _boxes(screen, answers, {})
            return
    given = read(asked, screen)
    if asked.kind != "text":
        drawn = drawn_answers(asked, given.ratings)
        if drawn is not None:
            _boxes(screen, drawn, given.left_out)
            return
        if asked.kind == "boxes":
            raise ValueError(
                f"{asked.file.name}: {asked.label}: neither columns of edges nor JSON lists of boxes"
            )
    _texts(screen, given, LANGUAGES[asked.language])


def _reads_as_text(asked: argparse.Namespace) -> bool:
    """Whether the labels are sentences, so that edges beside them say where a text stands."""
    names = column_names(asked.file, delimiter=asked.delimiter)
    if asked.kind == "boxes" or asked.label not in names:
        return False
    labels = texts(read_columns(asked.file, [asked.label], delimiter=asked.delimiter)[asked.label].names)
    return 2 * sum(" " in label.strip() for label in labels) > len(labels)


# --- Transcripts -----------------------------------------------------------------------------------------------------


def texts_by_item(ratings: Ratings) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Each item with its labelers and their texts, labelers in order of their names."""
    names = texts(ratings.classes)
    rank = np.empty(len(ratings.labelers), dtype=np.int64)
    rank[sorted(range(len(rank)), key=lambda at: str(ratings.labelers[at]))] = np.arange(len(rank))
    order = np.lexsort((rank[ratings.labeler], ratings.item))
    votes = ratings.votes_per_item()
    begin = 0
    for item in np.flatnonzero(votes).tolist():
        rows = order[begin : begin + int(votes[item])]
        begin += int(votes[item])
        yield item, [(int(ratings.labeler[row]), names[ratings.code[row]]) for row in rows.tolist()]


def said(text: str, language: Language = ENGLISH) -> list[str]:
    """What was said, conventions apart: spellings, numbers and short forms as one, hesitations and tags left out."""
    return [unit.key for unit in units(text, language) if unit.kind in ("word", "number")]


def _texts(screen: Screen, given: Given, language: Language) -> None:
    ratings = given.ratings
    with screen.stage("aligning the transcripts word by word"):
        found = transcript_conventions(texts_by_item(ratings), language=language)
    rates: dict[str, Estimate] = {}
    with screen.stage("counting words that differ"):
        for name, words in (
            ("raw", str.split),
            ("normalized", spoken_words),
            ("conventions_apart", partial(said, language=language)),
        ):
            rates[name] = word_error_rate(
                ([text for _, text in people] for _, people in texts_by_item(ratings)), words
            )
    left_out = {"items_with_one_answer": int((ratings.votes_per_item() == 1).sum()), **given.left_out}
    screen.answer(
        {
            "kind": "text",
            "n_items": ratings.n_items,
            "n_labelers": ratings.n_labelers,
            "n_answers": len(ratings),
            "left_out": left_out,
            "word_error_rate": {name: estimated(rate) for name, rate in rates.items()},
            "other_words": found.other_words,
            "missed_words": found.missed_words,
            "rules": (_rule(ratings, rule) for rule in found.rules),
        }
    )
    _show_texts(screen, ratings, left_out, rates, found)


def _rule(ratings: Ratings, rule: Rule) -> dict[str, object]:
    total = rule.used.sum(axis=0)
    return {
        "rule": " ↔ ".join(one or "(left out)" for one in rule.instead),
        "kind": rule.kind,
        "about": rule.about,
        "convention": rule.found,
        "forms": [
            {"form": form, "count": int(count), "share": float(count / total.sum())}
            for form, count in zip(rule.forms, total.tolist(), strict=True)
        ],
        "places": rule.places,
        "items": rule.items,
        "follows_person": rule.follows,
        "p": rule.p,
        "p_corrected": rule.p_corrected,
        "ceiling": rule.ceiling,
        "reason": rule.reason or None,
        "labelers": [
            {
                "labeler": str(ratings.labelers[labeler]),
                "used": dict(zip(rule.forms, rule.used[at].tolist(), strict=True)),
                "disputed": dict(zip(rule.forms, rule.disputed[at].tolist(), strict=True)),
            }
            for at, labeler in enumerate(rule.labelers)
        ],
        "examples": [
            {
                "item": str(ratings.items[item]),
                "written": {str(ratings.labelers[labeler]): text for labeler, text in told.items()},
            }
            for item, told in rule.examples
        ],
    }


def _show_texts(
    screen: Screen,
    ratings: Ratings,
    left_out: Mapping[str, int],
    rates: Mapping[str, Estimate],
    found: Conventions,
) -> None:
    screen.say(f"{ratings.n_items:,} items, {ratings.n_labelers:,} labelers, {len(ratings):,} transcripts")
    _show_left_out(screen, left_out)
    titles = {
        "raw": "as written",
        "normalized": "without case and punctuation",
        "conventions_apart": "what was said only",
    }
    screen.say("", "word error rate between people")
    screen.table(
        ["", "rate", "95% interval", ""],
        [
            [titles[name], rate.value, interval(rate.low, rate.high), bar(rate.value)]
            for name, rate in rates.items()
        ],
    )
    screen.say(
        f"in substance: other words at {found.other_words:,} places, words that some left out at {found.missed_words:,}"
    )
    styles = [rule for rule in found.rules if rule.found]
    rest = [rule for rule in found.rules if not rule.found]
    if not styles:
        screen.say("", "no way of writing depends on the person beyond chance")
    for rule in styles[:SHOWN_RULES]:
        _show_rule(screen, ratings, rule)
    if len(styles) > SHOWN_RULES:
        screen.say(f"… and {len(styles) - SHOWN_RULES:,} more conventions")
    if rest:
        screen.say("", "other differences of writing, which no person's style explains")
        screen.table(
            ["written", "where", "places", "follows the person"],
            [[_name(rule), rule.about, rule.places, rule.follows] for rule in rest[:SHOWN_RULES]],
        )
        if len(rest) > SHOWN_RULES:
            screen.say(f"… and {len(rest) - SHOWN_RULES:,} more")


def _name(rule: Rule) -> str:
    return " ↔ ".join(one or "(left out)" for one in rule.instead)


def _show_rule(screen: Screen, ratings: Ratings, rule: Rule) -> None:
    screen.say(
        "",
        f"{cell(_name(rule))}   {rule.kind}: {rule.about}, {rule.places:,} places",
        f"follows the person: {rule.follows:.2f} of 1; two answers can agree {rule.ceiling:.2f} of the time while both are used",
    )
    often = np.argsort(-rule.disputed.sum(axis=1), kind="stable")[:SHOWN_PEOPLE].tolist()
    forms = list(rule.forms[:3])
    screen.table(
        ["labeler", *forms, f"share of “{forms[0]}”"],
        [
            [
                str(ratings.labelers[rule.labelers[at]]),
                *(int(count) for count in rule.disputed[at, : len(forms)].tolist()),
                bar(float(rule.disputed[at, 0] / max(1, rule.disputed[at].sum())), 16),
            ]
            for at in sorted(often, key=lambda at: -rule.disputed[at, 0] / max(1, rule.disputed[at].sum()))
        ],
    )
    if len(rule.labelers) > SHOWN_PEOPLE:
        screen.say(f"… and {len(rule.labelers) - SHOWN_PEOPLE:,} more labelers")


def _show_left_out(screen: Screen, left_out: Mapping[str, int]) -> None:
    told = [f"{count:,} {cause.replace('_', ' ')}" for cause, count in left_out.items() if count]
    if told:
        screen.say(f"left out: {', '.join(told)}")


# --- Boxes -----------------------------------------------------------------------------------------------------------


def _boxes(screen: Screen, answers: Answers, left_out: Mapping[str, int]) -> None:
    names = sorted({worker for people in answers.values() for worker in people})
    place = {name: at for at, name in enumerate(names)}
    with screen.stage("matching boxes of one thing"):
        found = box_conventions(by_item(answers, place))
    drawn = sum(len(boxes) for people in answers.values() for boxes in people.values())
    left_out = {"items_with_one_answer": sum(len(people) == 1 for people in answers.values()), **left_out}
    screen.answer(
        {
            "kind": "boxes",
            "n_items": len(answers),
            "n_labelers": len(names),
            "n_boxes": drawn,
            "left_out": left_out,
            "things": found.things,
            "missed": found.missed,
            "other_class": found.other_class,
            "habits": [
                {
                    "labeler": names[one.labeler],
                    "measure": one.measure,
                    "convention": one.found,
                    "value": one.value,
                    "ci": [one.low, one.high],
                    "pixels": one.pixels,
                    "things": one.things,
                    "p": one.p,
                    "p_corrected": one.p_corrected,
                    "reason": one.reason or None,
                }
                for one in found.habits
            ],
            "smallest_drawn": {names[at]: size for at, size in sorted(found.smallest_drawn.items())},
        }
    )
    _show_boxes(screen, found, names, drawn, len(answers), left_out)


def _show_boxes(
    screen: Screen, found: Boxes, names: Sequence[str], drawn: int, items: int, left_out: Mapping[str, int]
) -> None:
    screen.say(f"{items:,} items, {len(names):,} labelers, {drawn:,} boxes of {found.things:,} things")
    _show_left_out(screen, left_out)
    screen.say(
        f"in substance: {found.missed:,} things that some left out, {found.other_class:,} with different labels"
    )
    if not any(one.found for one in found.habits):
        screen.say("", "nobody draws otherwise than the others beyond chance")
    for measure, meaning in MEASURES.items():
        own = [one for one in found.habits if one.measure == measure]
        if not any(one.found for one in own):
            continue
        screen.say("", f"{measure.replace('_', ' ')}: who {meaning}")
        screen.table(
            ["labeler", "median", "95% interval", "in pixels", "cases", ""],
            [
                [
                    names[one.labeler],
                    _told(one, one.value),
                    f"{_told(one, one.low)} to {_told(one, one.high)}" if np.isfinite(one.low) else "–",
                    f"{one.pixels:+.1f}"
                    if np.isfinite(one.pixels) and one.measure in MEASURES_OF_PLACE
                    else "–",
                    one.things,
                    "convention" if one.found else one.reason,
                ]
                for one in sorted(own, key=lambda one: (not one.found, names[one.labeler]))[:SHOWN_RULES]
            ],
        )
        if measure == "one_for_many":
            screen.say(
                "median: the share of cases in which theirs was the one box, less the half of no habit"
            )
    screen.say("", "smallest drawn (side of a square of its area)")
    smallest = sorted(found.smallest_drawn.items(), key=lambda one: one[1])[:SHOWN_RULES]
    screen.table(["labeler", "size"], [[names[at], f"{size:.1f}"] for at, size in smallest])


MEASURES_OF_PLACE = ("looseness", "offset_x", "offset_y")


def _told(habit: Habit, value: float) -> str:
    if not np.isfinite(value):
        return "–"
    return f"{value:.1f}" if habit.measure == "smallest" else f"{value:+.1%}"
