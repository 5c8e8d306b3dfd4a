"""Who seems to copy whom on a question, from its votes and from what people said about known answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from consistency.core.arrays import IntArray
from consistency.core.labelers.copying import MOST_LABELERS, copying_pairs
from consistency.core.ratings import from_arrays
from labeling.label_types.base import AnyLabelType
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.selectors import gold, votes

MOST_VOTES: Final = 60_000
SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class CopyingPair:
    """Two people; `same_wrong` of `items` answered alike and wrong, where `expected` would be by chance."""

    first: int
    second: int
    items: int
    same_wrong: int
    expected: float
    corrected: float


@dataclass(frozen=True, slots=True)
class CopyingFound:
    """The pairs that were found, of `pairs` compared; `reason` says why none could be, `is_cut` that older votes were
    left out."""

    question: int
    pairs: int
    found: tuple[CopyingPair, ...]
    reason: str
    is_cut: bool


def copying_of(question_id: int, among: Collection[int] | None = None) -> CopyingFound:
    """Every pair of people is compared; `among` shows only pairs with one of these agents in it."""
    question = votes.question_of(question_id)
    kind = label_type(question.label_type)
    item, agent, code, known = _columns(question, kind)
    if not len(item):
        return CopyingFound(question_id, 0, (), "no_single_class", False)
    is_cut = len(item) > MOST_VOTES
    kept = item >= np.sort(item)[-MOST_VOTES] if is_cut else np.ones(len(item), dtype=np.bool_)
    ratings = from_arrays(item[kept], agent[kept], code[kept], repeats="all")
    if len(ratings.labelers) > MOST_LABELERS:
        return CopyingFound(question_id, 0, (), "too_many_people", is_cut)
    place = {int(name): at for at, name in enumerate(ratings.classes.tolist())}
    truth = np.array(
        [place.get(known.get(int(one), -1), -1) for one in ratings.items.tolist()], dtype=np.int64
    )
    made = copying_pairs(ratings, truth)
    names = [int(one) for one in ratings.labelers.tolist()]
    found = [
        CopyingPair(
            names[int(made.first[at])],
            names[int(made.second[at])],
            int(made.items[at]),
            int(made.same_wrong[at]),
            float(made.expected[at]),
            float(made.corrected[at]),
        )
        for at in np.flatnonzero(made.found)
    ]
    shown = [one for one in found if among is None or one.first in among or one.second in among]
    return CopyingFound(
        question_id, len(made.p), tuple(shown[:SHOWN]), "" if len(made.p) else "too_little", is_cut
    )


def _columns(
    question: votes.AskedQuestion, kind: AnyLabelType
) -> tuple[IntArray, IntArray, IntArray, dict[int, int]]:
    """Votes on the question as one class each, those about known answers among them, and the known class by item."""
    counted = votes.vote_arrays(question.pk).get("")
    spec = kind.check_spec(question.spec)
    known = {one.item_id: _class(kind, spec, one.value) for one in gold.gold_of(question.pk)}
    rows: list[tuple[int, int, int]] = []
    for one in gold.gold_given(question.pk):
        said = _class(kind, spec, one.given)
        if said is not None:
            rows.append((one.item_id, one.agent_id, said))
    told = np.array(rows, dtype=np.int64).reshape(-1, 3)
    columns = [told[:, at] for at in range(3)]
    if counted is not None:
        columns = [
            np.concatenate(pair)
            for pair in zip((counted.item, counted.agent, counted.code), columns, strict=True)
        ]
    return (
        columns[0],
        columns[1],
        columns[2],
        {item: code for item, code in known.items() if code is not None},
    )


def _class(kind: AnyLabelType, spec: Any, value: Any) -> int | None:
    """The one class that an answer names; None where it names none or several."""
    if value is None:
        return None
    try:
        found = list(kind.votes(kind.parse(value, spec, {"parts": {}}), spec))
    except InvalidValue:
        return None
    return int(found[0].code) if len(found) == 1 and not found[0].facet else None
