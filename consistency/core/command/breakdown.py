"""Agreement by class, pair, labeler, slice, team and time: rows for scripts and tables for people."""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite, nan

import numpy as np

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.classes import by_class
from consistency.core.agreement.cohen import kappa_of_table
from consistency.core.agreement.groups import between_teams, by_group, by_time
from consistency.core.agreement.pairs import labeler_against_others, pair_matrix, pair_tables
from consistency.core.agreement.percent import percent_agreement
from consistency.core.arrays import Indexed, IntArray
from consistency.core.command.reading import texts
from consistency.core.command.screen import Screen, bar, estimated, interval
from consistency.core.estimate import MINIMUM_ITEMS, Estimate
from consistency.core.profiles import Profiles
from consistency.core.ratings import Ratings

Row = dict[str, object]
MOST_PAIRS_WITH_INTERVALS = 2_000
MOST_CELLS = 20_000_000
SHOWN = 20
Z95 = 1.959963984540054


def of_classes(ratings: Ratings) -> list[Row]:
    return [
        {
            "class": str(found.name),
            "n_answers": found.answers,
            "share": found.share,
            "krippendorff_alpha": estimated(found.alpha),
            "specific_agreement": estimated(found.specific),
        }
        for found in by_class(ratings)
    ]


def of_pairs(ratings: Ratings) -> list[Row]:
    """With standard errors up to 2,000 pairs of labelers; above, values alone."""
    names = texts(ratings.labelers)
    plain = pair_matrix(ratings)
    n_pairs, q = len(plain.first), len(ratings.classes)
    if n_pairs > MOST_PAIRS_WITH_INTERVALS or n_pairs * q * q > MOST_CELLS:
        reason = f"standard errors are for up to {MOST_PAIRS_WITH_INTERVALS:,} pairs"
        return [
            {
                "labelers": [names[first], names[second]],
                "n_items": int(items),
                "percent_agreement": estimated(Estimate(float(agreement), reason=reason)),
                "krippendorff_alpha": estimated(Estimate(float(alpha), reason=reason)),
            }
            for first, second, items, agreement, alpha in zip(
                plain.first, plain.second, plain.items, plain.agreement, plain.alpha, strict=True
            )
        ]
    found = pair_tables(ratings)
    rows: list[Row] = []
    for first, second, table in zip(found.first, found.second, found.tables, strict=True):
        votes = _patterns(table)
        rows.append(
            {
                "labelers": [names[first], names[second]],
                "n_items": int(table.sum()),
                "percent_agreement": estimated(percent_agreement(votes)),
                "krippendorff_alpha": estimated(nominal_alpha(votes)),
                "cohen_kappa": estimated(kappa_of_table(table.astype(np.float64), np.eye(q))),
            }
        )
    return rows


def _patterns(table: IntArray) -> Profiles:
    """The vote patterns of two labelers' contingency table."""
    both = table + table.T
    low, high = np.nonzero(np.triu(both))
    same = low == high
    n_items = np.where(same, table[low, high], both[low, high])
    pattern = np.concatenate([np.arange(len(low)), np.flatnonzero(~same)])
    code = np.concatenate([low, high[~same]])
    count = np.concatenate([np.where(same, 2, 1), np.ones(int((~same).sum()), dtype=np.int64)])
    order = np.argsort(pattern, kind="stable")
    return Profiles(pattern[order], code[order], count[order], n_items, np.arange(len(table)))


def of_labelers(ratings: Ratings) -> list[Row]:
    """Each labeler against the others."""
    found = labeler_against_others(ratings)
    rows: list[Row] = []
    for at, name in enumerate(texts(ratings.labelers)):
        n = int(found.items[at])
        reason = "" if n >= MINIMUM_ITEMS else f"interval withheld: {n} items, {MINIMUM_ITEMS} needed"
        if n == 0:
            reason = "nobody else answered the same items"
        value, se = float(found.agreement[at]), float(found.se[at])
        reach = nan if reason else Z95 * se
        low, high = max(0.0, value - reach), min(1.0, value + reach)
        agreement = Estimate(value, nan if reason else low, nan if reason else high, reason, se)
        chance = float(found.chance[at])
        left = 1 - chance
        corrected = Estimate(
            float(found.corrected[at]),
            nan if reason else (low - chance) / left,
            nan if reason else (high - chance) / left,
            reason or ("" if isfinite(found.corrected[at]) else "chance agreement is certain"),
            se / left if left > 0 else nan,
        )
        rows.append(
            {
                "labeler": name,
                "n_items": n,
                "agreement_with_others": estimated(agreement),
                "corrected": estimated(corrected),
            }
        )
    return rows


def of_slices(ratings: Ratings, group: Indexed) -> list[Row]:
    return [
        _group(found.name, found.items, found.answers, found.alpha, "slice")
        for found in by_group(ratings, group)
    ]


def of_teams(ratings: Ratings, group: Indexed) -> list[Row]:
    """Alpha inside each team, and between every two."""
    inside = [
        _group(found.name, found.items, found.answers, found.alpha, "team")
        for found in by_group(ratings, group)
    ]
    names = [(at, str(name)) for at, name in enumerate(group.names.tolist()) if name != ""]
    for place, (one, first) in enumerate(names):
        for other, second in names[place + 1 :]:
            both = (group.index == one) | (group.index == other)
            part = ratings.where(both)
            figure = between_teams(part, group.index[both] == one)
            inside.append(
                {"teams": [first, second], "n_items": figure.n_items, "kappa_between": estimated(figure)}
            )
    return inside


def _group(name: str, items: int, answers: int, alpha: Estimate, kind: str) -> Row:
    return {kind: name, "n_items": items, "n_answers": answers, "krippendorff_alpha": estimated(alpha)}


def of_time(ratings: Ratings) -> list[Row]:
    return [
        {
            "begin": found.begin,
            "end": found.end,
            "n_items": found.items,
            "krippendorff_alpha": estimated(found.alpha),
        }
        for found in by_time(ratings)
    ]


Breakdown = Callable[[Ratings], list[Row]]
PLAIN: Mapping[str, Breakdown] = {
    "class": of_classes,
    "pair": of_pairs,
    "labeler": of_labelers,
    "time": of_time,
}
GROUPED: Mapping[str, Callable[[Ratings, Indexed], list[Row]]] = {"slice": of_slices, "team": of_teams}


def show(screen: Screen, kind: str, rows: Sequence[Row]) -> None:
    """The lowest figures first, since these are what to look at; time runs in its own order."""
    name, figure = FIGURES[kind]
    main = [row for row in rows if figure in row]
    if kind == "pair":
        _matrix(screen, main)
    if kind != "time":
        main = sorted(main, key=lambda row: _value(row[figure]))
    screen.say("", f"by {kind}: {figure.replace('_', ' ')}" + ("" if kind == "time" else ", lowest first"))
    counted = "n_answers" if kind == "class" else "n_items"
    screen.table(
        [kind, counted.removeprefix("n_"), "value", "95% interval", ""],
        [[_named(row, name), row[counted], *_figure(row[figure])] for row in main[:SHOWN]],
    )
    if len(main) > SHOWN:
        screen.say(f"… and {len(main) - SHOWN:,} more (--json has all)")
    between = [row for row in rows if "kappa_between" in row]
    if between:
        screen.say("", "between teams: kappa")
        screen.table(
            ["teams", "items", "value", "95% interval", ""],
            [[_named(row, "teams"), row["n_items"], *_figure(row["kappa_between"])] for row in between],
        )


FIGURES: Mapping[str, tuple[str, str]] = {
    "class": ("class", "krippendorff_alpha"),
    "pair": ("labelers", "krippendorff_alpha"),
    "labeler": ("labeler", "agreement_with_others"),
    "slice": ("slice", "krippendorff_alpha"),
    "team": ("team", "krippendorff_alpha"),
    "time": ("begin", "krippendorff_alpha"),
}


def _named(row: Row, name: str) -> object:
    value = row[name]
    return " – ".join(map(str, value)) if isinstance(value, list) else value


def _figure(figure: object) -> list[object]:
    assert isinstance(figure, dict)
    return [figure["value"], interval(*figure["ci"]), bar(figure["value"])]


def _value(figure: object) -> float:
    assert isinstance(figure, dict)
    value = float(figure["value"])
    return value if isfinite(value) else np.inf


MOST_IN_A_MATRIX = 12


def _matrix(screen: Screen, rows: Sequence[Row]) -> None:
    """Every pair at once, where the labelers fit a screen."""
    values: dict[tuple[str, str], float] = {}
    for row in rows:
        pair, figure = row["labelers"], row["krippendorff_alpha"]
        assert isinstance(pair, list)
        assert isinstance(figure, dict)
        values[pair[0], pair[1]] = values[pair[1], pair[0]] = float(figure["value"])
    names = list(dict.fromkeys(name for pair in values for name in pair))
    if not 2 < len(names) <= MOST_IN_A_MATRIX:
        return
    screen.say("", "krippendorff alpha of every pair")
    screen.table(["", *names], [[one, *(values.get((one, other), nan) for other in names)] for one in names])
