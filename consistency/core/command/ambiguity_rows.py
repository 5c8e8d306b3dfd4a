"""What `./concord ambiguity` found, and the rows scripts get of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from consistency.core.ambiguity.causes import Cause
from consistency.core.ambiguity.items import AmbiguousItems, items_of_pair
from consistency.core.ambiguity.pairs import MINIMUM_MEETINGS, ConfusedPairs
from consistency.core.ambiguity.places import Places
from consistency.core.ambiguity.thresholds import Thresholds
from consistency.core.ambiguity.what_if import ACTIONS, Effect
from consistency.core.arrays import NameArray
from consistency.core.command.metadata import Described
from consistency.core.command.reading import texts
from consistency.core.estimate import MINIMUM_ITEMS
from consistency.core.ratings import Ratings

Z95 = 1.959963984540054


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


def fields(found: Found, top: int) -> dict[str, object]:
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
        "items": item_rows(found, top),
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
        too_little = withheld(pairs, row)
        what_if: dict[str, object] = {}
        for action in ACTIONS:
            what_if[action] = {
                name: _effect(pairs.effects[action, name], row, too_little) for name in ("alpha", "ac1")
            }
        examples = items_of_pair(found.ratings, first, second)[:top] if row < 100 else ()
        yield {
            "first": found.name(first),
            "second": found.name(second),
            "items": int(pairs.items[row]),
            "impact": float(pairs.impact[row]),
            "rate": float(pairs.rate[row]),
            "lift": float(pairs.lift[row]),
            "lift_ci": ci_of(pairs.lift[row], pairs.lift_se[row], bool(pairs.reason[row])),
            "gain": float(pairs.effects["merge", "alpha"].gain[row]),
            "gain_ci": ci_of(
                pairs.effects["merge", "alpha"].gain[row],
                pairs.effects["merge", "alpha"].gain_se[row],
                too_little,
            ),
            "ambiguous": bool(pairs.ambiguous[row]),
            "reason": pairs.reason[row] or None,
            "what_if": what_if,
            "examples": texts(found.ratings.items[examples]) if len(examples) else [],
        }


def withheld(pairs: ConfusedPairs, row: int) -> bool:
    """Whether there is too little for an interval."""
    return pairs.n_items < MINIMUM_ITEMS or bool(pairs.items[row] < MINIMUM_MEETINGS)


def _effect(one: Effect, row: int, withheld: bool) -> dict[str, object]:
    return {
        "before": float(one.before[row]),
        "after": float(one.after[row]),
        "change": float(one.change[row]),
        "change_ci": ci_of(one.change[row], one.change_se[row], withheld),
        "at_random": float(one.at_random[row]),
        "gain": float(one.gain[row]),
        "gain_ci": ci_of(one.gain[row], one.gain_se[row], withheld),
    }


def ci_of(value: float, error: float, withheld: bool = False) -> list[float]:
    if withheld:
        return [float("nan"), float("nan")]
    return [float(value - Z95 * error), float(value + Z95 * error)]


def item_rows(found: Found, top: int) -> list[dict[str, object]]:
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
