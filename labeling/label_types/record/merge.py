"""Field by field: what most people chose, the median number or day, the text that is closest to all others."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence

from labeling.label_types.ballots import (
    EVEN,
    canonical,
    distribution,
    leaders,
    shares,
    weighted_median,
)
from labeling.label_types.base import WHOLE, Ballot, Merged, Tie
from labeling.label_types.fields import FieldDef, FieldValue, distance_between, mean, place_of
from labeling.label_types.record.value import Record, RecordSpec, dump
from labeling.label_types.record.votes import votes

Given = tuple[FieldValue, float]


def merge(ballots: Sequence[Ballot[Record]], spec: RecordSpec) -> Merged[Record]:
    """A field is filled in if more than half of the weight filled it in; filled in by exactly half is a tie and left
    out, unless it is required. `support` is the share of the weight that gave the merged value, by field."""
    ordered = canonical(ballots, dump)
    total = math.fsum(ballot.weight for ballot in ordered)
    merged: dict[str, FieldValue] = {}
    support: dict[str, float] = {}
    ties: list[Tie] = []
    for field in spec.fields:
        given = [
            (ballot.value.fields[field.name], ballot.weight)
            for ballot in ordered
            if field.name in ballot.value.fields
        ]
        share = math.fsum(weight for _, weight in given) / total
        if abs(share - 0.5) <= EVEN:
            ties.append(Tie(field.name, (0, 1)))
        if share <= 0.5 + EVEN:
            support[field.name] = 1.0 - share
            continue
        value, is_even = _settled(given, field)
        if is_even:
            ties.append(Tie(field.name, ()))
        merged[field.name] = value
        support[field.name] = math.fsum(weight for one, weight in given if one == value) / total
    support[WHOLE] = mean(list(support.values()))
    shares_of = distribution(ordered, lambda value: votes(value, spec))
    return Merged(Record(merged), support, shares_of, tuple(ties))


def _settled(given: Sequence[Given], field: FieldDef) -> tuple[FieldValue, bool]:
    """The value, and whether others stood even with it; then the one listed or written first is taken."""
    if field.kind in ("number", "date"):
        return _median(given, field), False
    if field.kind == "text":
        return _medoid(given, field)
    options: tuple[FieldValue, ...] = field.options or (False, True)
    weighed = shares((options.index(value), weight) for value, weight in given)
    first = leaders(weighed, range(len(options)))
    return options[first[0]], len(first) > 1


def _median(given: Sequence[Given], field: FieldDef) -> FieldValue:
    """Rounded down to a day or a whole number; numbers whose halves meet give what lies between."""
    middle = weighted_median([place_of(value, field) for value, _ in given], [weight for _, weight in given])
    if field.kind == "date":
        return dt.date.fromordinal(int(middle)).isoformat()
    return float(math.floor(middle)) if field.whole else middle


def _medoid(given: Sequence[Given], field: FieldDef) -> tuple[FieldValue, bool]:
    """The text that the least has to be changed of to make all others of it."""
    far = {
        str(one): math.fsum(weight * distance_between(one, other, field) for other, weight in given)
        for one, _ in given
    }
    ranked = sorted(far, key=lambda text: (round(far[text], 9), text))
    return ranked[0], len(ranked) > 1 and far[ranked[1]] - far[ranked[0]] <= EVEN
