"""What people see of ambiguity: tables of pairs, of what a decision would do, of items, and lines drawn side by side."""

from collections.abc import Mapping

import numpy as np

from consistency.core.ambiguity.causes import Cause
from consistency.core.ambiguity.thresholds import Thresholds
from consistency.core.ambiguity.what_if import ACTIONS
from consistency.core.command.ambiguity_rows import Found, ci_of, item_rows, withheld
from consistency.core.command.screen import Screen, bar, cell, interval

STRIP_CELLS = 32
FREE_TEXT = 200


def show(screen: Screen, found: Found, top: int) -> None:
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
        low, high = ci_of(pairs.lift[row], pairs.lift_se[row], bool(pairs.reason[row]))
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
            too_little = withheld(pairs, row)
            rows.append(
                [
                    action,
                    _signed(alpha.change[row]),
                    _signed(alpha.at_random[row]),
                    _signed(alpha.gain[row]),
                    interval(*ci_of(alpha.gain[row], alpha.gain_se[row], too_little)),
                    _signed(ac1.change[row]),
                    _signed(ac1.gain[row]),
                    interval(*ci_of(ac1.gain[row], ac1.gain_se[row], too_little)),
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
    disputed = [row for row in item_rows(found, top) if row["entropy"]]
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
