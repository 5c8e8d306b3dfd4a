"""How people's first answers stand against known ones, a figure each with its interval."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from consistency.core.labelers.gold import MINIMUM_ANSWERS
from consistency.core.labelers.proportion import wilson
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.selectors import gold, votes

SAME: Final = 1e-9


@dataclass(frozen=True, slots=True)
class GoldScore:
    """One person against gold: `right` of `answers` are the same; `closeness` is 1 less the mean distance.

    `low` and `high` are Wilson's 95% interval of the share that is right. `enough` is False below the answers under
    which a share is evidence of nothing.
    """

    agent: int
    answers: int
    right: int
    share: float
    low: float
    high: float
    closeness: float
    enough: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class GoldScores:
    """A question's scores, who answered most first; `left_out` answers do not fit the question as it is asked now."""

    question: int
    label_type: str
    minimum: int
    scores: tuple[GoldScore, ...]
    left_out: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def gold_scores_of(question_id: int) -> GoldScores:
    """Everybody who answered gold of this question. No answer where one is known is as far away as can be."""
    return _scored(question_id, list(gold.gold_given(question_id)))


def self_agreement_of(question_id: int) -> GoldScores:
    """Everybody who was asked again: their second answers held against their own first ones."""
    return _scored(question_id, list(gold.repeats_given(question_id)))


def _scored(question_id: int, given: Sequence[gold.GoldGiven]) -> GoldScores:
    question = votes.question_of(question_id)
    kind = label_type(question.label_type)
    spec = kind.check_spec(question.spec)
    facts = votes.facts_of(sorted({one.item_id for one in given}))
    distances: dict[int, list[float]] = defaultdict(list)
    left_out = 0
    for one in given:
        if one.given is None:
            distances[one.agent_id].append(1.0)
            continue
        try:
            known = kind.parse(one.known, spec, facts[one.item_id])
            said = kind.parse(one.given, spec, facts[one.item_id])
        except InvalidValue:
            left_out += 1
            continue
        distances[one.agent_id].append(kind.distance(said, known, spec))
    people = sorted(distances, key=lambda agent: (-len(distances[agent]), agent))
    right = np.array([sum(d <= SAME for d in distances[agent]) for agent in people], dtype=np.int64)
    answers = np.array([len(distances[agent]) for agent in people], dtype=np.int64)
    share, low, high = wilson(right, answers)
    scores = tuple(
        GoldScore(
            agent=agent,
            answers=int(answers[at]),
            right=int(right[at]),
            share=float(share[at]),
            low=float(low[at]),
            high=float(high[at]),
            closeness=1.0 - float(np.mean(distances[agent])),
            enough=bool(answers[at] >= MINIMUM_ANSWERS),
        )
        for at, agent in enumerate(people)
    )
    return GoldScores(question_id, question.label_type, MINIMUM_ANSWERS, scores, left_out)
