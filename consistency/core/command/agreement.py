"""`./concord agreement FILE`: every coefficient of a file of votes, with its interval and what it leaves out."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import TypedDict

import numpy as np

from consistency.core.agreement.alpha import alpha, weighted_alpha
from consistency.core.agreement.brennan_prediger import brennan_prediger
from consistency.core.agreement.cohen import cohen_kappa
from consistency.core.agreement.conger import conger_kappa
from consistency.core.agreement.fleiss import fleiss_kappa
from consistency.core.agreement.gwet import gwet_ac
from consistency.core.agreement.percent import percent_agreement
from consistency.core.agreement.scott import scott_pi
from consistency.core.agreement.weights import SCHEMES, Scheme
from consistency.core.command.reading import Given, add_input_options, on_a_scale, read
from consistency.core.command.screen import Screen, WrongUsage, bar, estimated, interval
from consistency.core.estimate import Estimate, undefined
from consistency.core.ratings import LEVELS, Level, Ratings


class Options(TypedDict):
    """How the interval of a coefficient is made."""

    rng: np.random.Generator | None
    replicates: int


ABOUT = "How far do the answers agree, beyond chance? Every coefficient, with its interval and what it leaves out."
KINDS = ("class", "pair", "labeler", "time", "slice", "team")
TITLES = {
    "percent_agreement": "percent agreement",
    "krippendorff_alpha": "Krippendorff's alpha",
    "fleiss_kappa": "Fleiss' kappa",
    "conger_kappa": "Conger's kappa",
    "gwet_ac": "Gwet's AC",
    "brennan_prediger": "Brennan-Prediger",
    "cohen_kappa": "Cohen's kappa",
    "scott_pi": "Scott's pi",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    add_input_options(parser)
    parser.add_argument("--level", choices=LEVELS, help="of Krippendorff's alpha (default: nominal)")
    parser.add_argument("--weights", choices=SCHEMES, help="credit for near misses (default: identity)")
    parser.add_argument(
        "--bootstrap", type=_replicates, metavar="N", help="intervals from N resamples of the items"
    )
    parser.add_argument("--by", type=_kinds, default=[], metavar="KIND,…", help=f"any of {', '.join(KINDS)}")
    parser.add_argument("--slice", default="", metavar="COLUMN", help="of the items, for --by slice")
    parser.add_argument("--team", default="", metavar="COLUMN", help="of the labelers, for --by team")


def _kinds(text: str) -> list[str]:
    kinds = [kind.strip() for kind in text.split(",") if kind.strip()]
    for kind in kinds:
        if kind not in KINDS:
            raise argparse.ArgumentTypeError(f"{kind!r} is none of: {', '.join(KINDS)}")
    return kinds


def _replicates(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is not 1 or more")
    return number


def run(asked: argparse.Namespace, screen: Screen) -> None:
    for kind, column in (("slice", asked.slice), ("team", asked.team), ("time", asked.time)):
        if kind in asked.by and not column:
            raise WrongUsage(f"--by {kind} needs --{kind} COLUMN")
    given = read(asked, screen, extra=[name for name in (asked.slice, asked.team) if name])
    level: Level = asked.level or "nominal"
    weights: Scheme = asked.weights or "identity"
    ratings = given.ratings
    if level != "nominal" or weights != "identity":
        why = f"--level {level}" if level != "nominal" else f"--weights {weights}"
        ratings = on_a_scale(ratings, level, ordered=asked.order is not None, why=why)
    with screen.stage("computing the coefficients"):
        found = coefficients(ratings, asked.level, weights, asked.bootstrap, asked.seed)
    left_out = {**_left_out(ratings), **given.left_out}
    fields: dict[str, object] = {
        "level": level,
        "n_items": ratings.n_items,
        "n_labelers": ratings.n_labelers,
        "n_answers": len(ratings),
        "left_out": left_out,
        "coefficients": {name: estimated(estimate) for name, estimate in found.items()},
    }
    parts = _parts(asked, given, ratings, screen)
    if asked.weights:
        fields["weights"] = weights
    if parts:
        fields["by"] = parts
    screen.answer(fields)
    _show(screen, ratings, left_out, found)
    _show_parts(screen, parts)


def _parts(
    asked: argparse.Namespace, given: Given, ratings: Ratings, screen: Screen
) -> dict[str, list[dict[str, object]]]:
    if not asked.by:
        return {}
    from consistency.core.command.breakdown import (
        GROUPED,
        PLAIN,
    )  # takes as long to load as all the rest here

    parts = {}
    for kind in asked.by:
        with screen.stage(f"computing agreement by {kind}"):
            if kind in GROUPED:
                column = asked.slice if kind == "slice" else asked.team
                parts[kind] = GROUPED[kind](ratings, given.votes.extra[column])
            else:
                parts[kind] = PLAIN[kind](ratings)
    return parts


def _show_parts(screen: Screen, parts: Mapping[str, list[dict[str, object]]]) -> None:
    if parts:
        from consistency.core.command.breakdown import show

        for kind, rows in parts.items():
            show(screen, kind, rows)


def coefficients(
    ratings: Ratings, level: Level | None, weights: Scheme, replicates: int | None, seed: int
) -> Mapping[str, Estimate]:
    """Every coefficient by its name in the JSON. Weights without a level weigh alpha too; each bootstrap starts from
    the seed, so that all draw the same items."""
    weighted = level is None and weights != "identity"
    how: Options = {"rng": None, "replicates": replicates or 0}

    def options() -> Options:
        return {**how, "rng": np.random.default_rng(seed) if replicates else None}

    works: dict[str, Callable[[], Estimate]] = {
        "percent_agreement": lambda: percent_agreement(ratings, weights=weights, **options()),
        "krippendorff_alpha": lambda: (
            weighted_alpha(ratings, weights=weights, **options())
            if weighted
            else alpha(ratings, level=level or "nominal", **options())
        ),
        "fleiss_kappa": lambda: fleiss_kappa(ratings, weights=weights, **options()),
        "conger_kappa": lambda: conger_kappa(ratings, weights=weights, **options()),
        "gwet_ac": lambda: gwet_ac(ratings, weights=weights, **options()),
        "brennan_prediger": lambda: brennan_prediger(ratings, weights=weights, **options()),
    }
    if ratings.n_labelers == 2:
        works["cohen_kappa"] = lambda: cohen_kappa(ratings, weights=weights, **options())
        works["scott_pi"] = lambda: scott_pi(ratings, weights=weights, **options())
    return {name: _or_why_not(work) for name, work in works.items()}


def _or_why_not(work: Callable[[], Estimate]) -> Estimate:
    """A coefficient that does not fit these answers is undefined with the reason; the others stand."""
    try:
        return work()
    except ValueError as error:
        return undefined(str(error))


def _left_out(ratings: Ratings) -> dict[str, int]:
    votes = ratings.votes_per_item()
    pairable = (votes >= 2)[ratings.item]
    met = np.bincount(ratings.labeler[pairable], minlength=len(ratings.labelers))
    answered = np.bincount(ratings.labeler, minlength=len(ratings.labelers))
    return {
        "items_with_one_answer": int((votes == 1).sum()),
        "labelers_with_no_shared_item": int(((answered > 0) & (met == 0)).sum()),
    }


def _show(
    screen: Screen, ratings: Ratings, left_out: Mapping[str, int], found: Mapping[str, Estimate]
) -> None:
    screen.say(
        f"{ratings.n_items:,} items, {ratings.n_labelers:,} labelers, {len(ratings):,} answers, "
        f"{len(ratings.classes):,} labels"
    )
    told = [f"{count:,} {cause.replace('_', ' ')}" for cause, count in left_out.items() if count]
    if told:
        screen.say(f"left out: {', '.join(told)}")
    screen.say("")
    screen.table(
        ["", "value", "95% interval", ""],
        [
            [TITLES[name], estimate.value, interval(estimate.low, estimate.high), bar(estimate.value)]
            for name, estimate in found.items()
        ],
    )
    reasons = dict.fromkeys(estimate.reason for estimate in found.values() if estimate.reason)
    if reasons:
        screen.say("", *reasons)
