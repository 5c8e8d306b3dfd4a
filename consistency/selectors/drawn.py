"""Agreement on drawn answers: elements matched by the question's label type, pair by pair of people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import combinations, groupby
from typing import Any, Final

import numpy as np

from consistency.core.agreement.drawn import drawn_agreement
from consistency.selectors.causes import SplitCause, SplitFigure
from consistency.selectors.figures import Figure, figure_of
from labeling.label_types.base import Difference
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.selectors import votes

MATCH_AT: Final = 0.5
F1: Final = (
    "2·TP / (2·TP + FP + FN) over pairs of labelers, matched at overlap .5; items with nothing drawn apart"
)
EXAMPLES: Final = 3
MATCHED: Final = "Mean overlap of the elements that two labelers matched at .5"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What drawn answers are measured by, and by class where some drew one element and others several."""

    figures: tuple[Figure, ...]
    splits: tuple[SplitCause, ...]


@dataclass(slots=True)
class _Split:
    pairs: int = 0
    items: list[int] = field(default_factory=list)
    one: Counter[int] = field(default_factory=Counter)
    many: Counter[int] = field(default_factory=Counter)

    def as_cause(self, code: int) -> SplitCause:
        agents = sorted(self.one.keys() | self.many.keys())
        labelers = tuple(SplitFigure(agent, self.one[agent], self.many[agent]) for agent in agents)
        return SplitCause(code, len(self.items), self.pairs, labelers, tuple(self.items[:EXAMPLES]))


@dataclass(slots=True)
class _Counted:
    item: list[int] = field(default_factory=list)
    tp: list[int] = field(default_factory=list)
    fp: list[int] = field(default_factory=list)
    fn: list[int] = field(default_factory=list)
    matched_item: list[int] = field(default_factory=list)
    overlap: list[float] = field(default_factory=list)
    unreadable: int = 0
    splits: dict[int, _Split] = field(default_factory=dict)


def drawn_agreement_of(question: votes.AskedQuestion, *, rng: np.random.Generator, replicates: int) -> Drawn:
    """F1 at overlap .5 and mean matched overlap, and apart from both the items in which nobody drew anything."""
    counted = _counted(question)
    result = drawn_agreement(
        np.array(counted.item, dtype=np.int64),
        np.array(counted.tp, dtype=np.int64),
        np.array(counted.fp, dtype=np.int64),
        np.array(counted.fn, dtype=np.int64),
        matched_item=np.array(counted.matched_item, dtype=np.int64),
        iou=np.array(counted.overlap, dtype=np.float64),
        rng=rng,
        replicates=replicates,
    )
    leads_to = {"question": str(question.pk), "agreement": "disagree"}
    left_out = {"pairs that both drew nothing": result.both_empty}
    if counted.unreadable:
        left_out["answers the settings of today cannot read"] = counted.unreadable
    f1 = figure_of("f1", result.f1, formula=F1, filter=leads_to)
    overlap = figure_of("matched_iou", result.matched_iou, formula=MATCHED, filter=leads_to)
    empty = Figure(
        name="one_empty",
        value=float(result.one_empty),
        formula="Pairs of labelers of whom one drew nothing",
        n_answers=result.pairs,
        filter=leads_to,
    )
    return Drawn(
        (replace(f1, left_out=left_out), replace(overlap, left_out=left_out), empty),
        tuple(split.as_cause(code) for code, split in sorted(counted.splits.items())),
    )


def _counted(question: votes.AskedQuestion) -> _Counted:
    kind = label_type(question.label_type)
    spec = kind.check_spec(question.spec)
    counted = _Counted()
    for item_id, values in _answers_by_item(question, counted):
        for (first, a), (second, b) in combinations(values, 2):
            matching = kind.match(a, b, spec, at=MATCH_AT)
            counted.item.append(item_id)
            counted.tp.append(len(matching.pairs))
            counted.fp.append(len(kind.elements(b)) - len(matching.pairs))
            counted.fn.append(len(kind.elements(a)) - len(matching.pairs))
            counted.matched_item += [item_id] * len(matching.pairs)
            counted.overlap += [pair.quality for pair in matching.pairs]
            for difference in kind.differences(a, b, spec):
                if difference.kind == "one_versus_many":
                    _note_split(counted, item_id, difference, first, second)
    return counted


def _note_split(counted: _Counted, item_id: int, difference: Difference, first: int, second: int) -> None:
    if difference.class_a is None:
        return
    one, many = (first, second) if len(difference.a) == 1 else (second, first)
    split = counted.splits.setdefault(difference.class_a, _Split())
    split.pairs += 1
    split.one[one] += 1
    split.many[many] += 1
    if not split.items or split.items[-1] != item_id:
        split.items.append(item_id)


def _answers_by_item(
    question: votes.AskedQuestion, counted: _Counted
) -> Iterator[tuple[int, list[tuple[int, Any]]]]:
    kind = label_type(question.label_type)
    spec = kind.check_spec(question.spec)
    grouped = groupby(votes.current_answers(question.pk), key=lambda answer: answer.item_id)
    chunk: list[tuple[int, list[votes.CurrentAnswer]]] = []

    def read() -> Iterator[tuple[int, list[tuple[int, Any]]]]:
        facts = votes.facts_of([item_id for item_id, _ in chunk])
        for item_id, answers in chunk:
            values: list[tuple[int, Any]] = []
            for answer in answers:
                try:
                    values.append((answer.agent_id, kind.parse(answer.value, spec, facts[item_id])))
                except InvalidValue:
                    counted.unreadable += 1
            yield item_id, values
        chunk.clear()

    for item_id, answers in grouped:
        chunk.append((item_id, list(answers)))
        if len(chunk) == 500:
            yield from read()
    yield from read()
