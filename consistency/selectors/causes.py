"""What explains a disagreement: a measured field people draw the line on, a leaning between two classes, one or many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from consistency.core.ambiguity.leanings import leanings
from consistency.core.ambiguity.thresholds import Thresholds, attribute_thresholds
from consistency.core.ratings import Ratings
from consistency.selectors.figures import defined, plain
from labeling.selectors.votes import AskedQuestion
from metadata.kernel.json_guard import Json
from metadata.selectors.field_values import numeric_fields

LEVEL: Final = 0.01
LEAST_EXPLAINED: Final = 0.25
LEAST_VOTES: Final = 5
LEAST_GAP: Final = 0.25
PAIRS: Final = 3
FACETS: Final = 12


@dataclass(frozen=True, slots=True)
class LineFigure:
    """From which value on one labeler gives the higher answer, with its interval; None where it lies outside."""

    agent: int
    line: float | None
    low: float | None
    high: float | None
    answers: int


@dataclass(frozen=True, slots=True)
class FieldCause:
    """Answers change from `below` to `above` along a field, at another value for each labeler.

    `explained` is the share of the `disagreements` (disagreeing pairs of answers) which those lines predict; `middle`
    is the median line; `least` and `most` are the field's values in the items. With a `facet` the answers are whether
    its class is there: 0 and 1; else they are classes.
    """

    field: str
    facet: str
    below: int
    above: int
    lines: tuple[LineFigure, ...]
    middle: float | None
    least: float
    most: float
    explained: float
    disagreements: int
    p: float
    filter: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class LeaningFigure:
    """Of one labeler's votes where both classes were said, the share that said the second."""

    agent: int
    share: float
    votes: int


@dataclass(frozen=True, slots=True)
class LeaningCause:
    """On the same items some say the first class and others the second, and each does so mostly."""

    first: int
    second: int
    items: int
    labelers: tuple[LeaningFigure, ...]
    p: float
    filter: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SplitFigure:
    """How often one labeler drew one element, or several, where the other of a pair did the opposite."""

    agent: int
    as_one: int
    as_many: int


@dataclass(frozen=True, slots=True)
class SplitCause:
    """The same thing drawn as one element by some and as several by others; `pairs` are of answers."""

    code: int
    items: int
    pairs: int
    labelers: tuple[SplitFigure, ...]
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Causes:
    """What was found, each kind with what explains most first; empty where nothing holds up."""

    thresholds: tuple[FieldCause, ...] = ()
    leanings: tuple[LeaningCause, ...] = ()
    splits: tuple[SplitCause, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.thresholds or self.leanings or self.splits)

    def as_json(self) -> dict[str, Json]:
        return plain(self)


def causes_of(
    question: AskedQuestion,
    ratings: Mapping[str, Ratings],
    *,
    confused: Sequence[tuple[int, int]],
    splits: Sequence[SplitCause],
) -> Causes:
    """`ratings` by facet; `confused` are pairs of classes of the facet "", those most often confused first."""
    asked = list(_asked(ratings, confused))
    fields: list[FieldCause] = []
    leaning: list[LeaningCause] = []
    values: dict[bytes, Mapping[str, np.ndarray]] = {}
    for facet, votes, first, second in asked:
        codes = votes.classes.tolist()
        at = (codes.index(first), codes.index(second))
        leads_to = {"question": str(question.pk)} | (
            {"facet": facet, "agreement": "disagree"} if facet else {"classes": f"{first},{second}"}
        )
        key = votes.items.tobytes()
        if key not in values:
            values[key] = numeric_fields(question.dataset_id, votes.items.tolist())
        tried = attribute_thresholds(votes, values[key], *at, level=LEVEL / len(asked))
        found = [one for one in tried if one.found and one.explained >= LEAST_EXPLAINED]
        fields += [_field(one, facet, values[key][one.field], leads_to) for one in found]
        if not found and not facet:
            leaning += _leaning(votes, first, second, at, LEVEL / len(asked), leads_to)
    return Causes(
        tuple(sorted(fields, key=lambda one: -one.explained * one.disagreements)),
        tuple(sorted(leaning, key=lambda one: -one.items)),
        tuple(sorted(splits, key=lambda one: (-one.pairs, one.code))),
    )


def _asked(
    ratings: Mapping[str, Ratings], confused: Sequence[tuple[int, int]]
) -> Iterable[tuple[str, Ratings, int, int]]:
    """The pairs of answers worth asking about: the most confused classes, and whether each class is there at all."""
    for facet, votes in sorted(ratings.items(), key=lambda entry: (-len(entry[1]), entry[0]))[:FACETS]:
        pairs = [(0, 1)] if facet else list(confused)[:PAIRS]
        for first, second in pairs:
            yield facet, votes, first, second


def _field(found: Thresholds, facet: str, values: np.ndarray, leads_to: Mapping[str, str]) -> FieldCause:
    least, most = float(np.nanmin(values)), float(np.nanmax(values))
    lines = [
        LineFigure(
            int(found.labelers[who]),
            float(line) if least <= line <= most else None,
            float(max(low, least)) if np.isfinite(low) else None,
            float(min(high, most)) if np.isfinite(high) else None,
            int(answers),
        )
        for who, line, low, high, answers in zip(
            found.labeler.tolist(),
            found.threshold.tolist(),
            found.lower.tolist(),
            found.upper.tolist(),
            found.answers.tolist(),
            strict=True,
        )
    ]
    return FieldCause(
        found.field,
        facet,
        int(str(found.low)),
        int(str(found.high)),
        tuple(sorted(lines, key=lambda one: (one.line is None, one.line or 0.0, one.agent))),
        defined(found.cut),
        least,
        most,
        found.explained,
        found.disagreements,
        found.p_corrected,
        leads_to,
    )


def _leaning(
    votes: Ratings,
    first: int,
    second: int,
    at: tuple[int, int],
    level: float,
    leads_to: Mapping[str, str],
) -> list[LeaningCause]:
    found = leanings(votes, *at)
    rows = zip(found.labeler.tolist(), found.share.tolist(), found.votes.tolist(), strict=True)
    people = [LeaningFigure(int(votes.labelers[who]), share, n) for who, share, n in rows if n >= LEAST_VOTES]
    shares = [one.share for one in people]
    if found.p >= level or len(people) < 2 or max(shares) - min(shares) < LEAST_GAP:
        return []
    ordered = tuple(sorted(people, key=lambda one: (one.share, one.agent)))
    return [LeaningCause(first, second, found.items, ordered, found.p, leads_to)]
