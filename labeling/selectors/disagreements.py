"""Where two people's answers about an item differ, and how: by class, edges, something missed and so on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations
from math import comb
from typing import Any

from labeling.label_types.base import Difference, DifferenceKind
from labeling.label_types.errors import InvalidValue
from labeling.label_types.registry import label_type
from labeling.selectors import votes
from labeling.selectors.votes import AskedQuestion, CurrentAnswer

LOOKED_THROUGH = 300
"""Items whose answers are compared for one page; the newest."""
PAIRS_COMPARED = 900
"""And pairs of answers: where many people answer an item, fewer items are looked at."""


@dataclass(frozen=True)
class Disagreement:
    """One way in which people differ about one item: the two who differ most in it, and how many pairs do at all."""

    item_id: int
    kind: DifferenceKind
    first: CurrentAnswer
    second: CurrentAnswer
    differences: tuple[Difference, ...]
    differing_pairs: int
    pairs: int
    agents: tuple[int, ...]

    @property
    def share(self) -> float:
        return self.differing_pairs / self.pairs

    @property
    def amount(self) -> float:
        return max(one.amount for one in self.differences)


@dataclass(frozen=True)
class Disagreements:
    """All that was found, the widest disagreement first, and what was looked through for it."""

    found: tuple[Disagreement, ...]
    items: int
    unreadable: int
    is_cut: bool

    @property
    def counts(self) -> Counter[DifferenceKind]:
        return Counter(one.kind for one in self.found)

    @property
    def items_that_differ(self) -> int:
        return len({one.item_id for one in self.found})


def disagreements_of(
    question: AskedQuestion, *, most: int = LOOKED_THROUGH, most_pairs: int = PAIRS_COMPARED
) -> Disagreements:
    """Among the newest items that two or more answered."""
    items = votes.items_answered_twice(question.pk, most + 1)
    answers = votes.answers_on(question.pk, items[:most])
    pairs = accumulate(comb(len(answers[item_id]), 2) for item_id in items[:most])
    looked_at = items[: max(1, sum(one <= most_pairs for one in pairs))]
    facts = votes.facts_of(looked_at)
    kind = label_type(question.label_type)
    spec = kind.check_spec(question.spec)
    found: list[Disagreement] = []
    unreadable = 0
    for item_id in looked_at:
        values = list(_read(answers[item_id], kind, spec, facts[item_id]))
        unreadable += len(answers[item_id]) - len(values)
        found += _of_item(item_id, values, kind, spec)
    found.sort(key=lambda one: (-one.share, -one.amount, -one.item_id, one.kind))
    return Disagreements(tuple(found), len(looked_at), unreadable, len(items) > len(looked_at))


def _read(
    answers: Sequence[CurrentAnswer], kind: Any, spec: Any, facts: Mapping[str, Any]
) -> Iterator[tuple[CurrentAnswer, Any]]:
    for answer in answers:
        try:
            yield answer, kind.parse(answer.value, spec, facts)
        except InvalidValue:
            continue


def _of_item(
    item_id: int, values: Sequence[tuple[CurrentAnswer, Any]], kind: Any, spec: Any
) -> list[Disagreement]:
    by_kind: dict[DifferenceKind, list[tuple[CurrentAnswer, CurrentAnswer, tuple[Difference, ...]]]] = {}
    pairs = list(combinations(values, 2))
    for (first, a), (second, b) in pairs:
        differences: Sequence[Difference] = kind.differences(a, b, spec)
        for name in {one.kind for one in differences}:
            of_kind = tuple(one for one in differences if one.kind == name)
            by_kind.setdefault(name, []).append((first, second, of_kind))
    agents = tuple(answer.agent_id for answer, _ in values)
    found = []
    for name, differing in by_kind.items():
        first, second, of_kind = max(
            differing, key=lambda one: max(difference.amount for difference in one[2])
        )
        found.append(Disagreement(item_id, name, first, second, of_kind, len(differing), len(pairs), agents))
    return found
