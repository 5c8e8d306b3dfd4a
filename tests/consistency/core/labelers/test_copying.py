"""Copiers are found, and honest people who are as often wrong, on items as hard, are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from consistency.core.labelers.copying import SIGNIFICANT, CopyingPairs, copying_pairs
from consistency.core.ratings import from_arrays

SEEDS = 40


@dataclass(frozen=True)
class Crowd:
    """Labelers of about 75% accuracy; on hard items they err more, and four of five errors are the same one.

    Who copies takes four of five answers over from labeler 0.
    """

    labelers: int
    per_item: int
    items: int = 300
    classes: int = 4
    hard: float = 0.1
    known: float = 0.0
    copiers: tuple[int, ...] = ()

    def compared(self, seed: int) -> CopyingPairs:
        rng = np.random.default_rng(seed)
        truth = rng.integers(0, self.classes, self.items)
        trap = (truth + 1 + rng.integers(0, self.classes - 1, self.items)) % self.classes
        is_hard = rng.random(self.items) < self.hard
        said = np.empty((self.labelers, self.items), dtype=np.int64)
        for labeler in range(self.labelers):
            skill = np.clip(rng.normal(0.75, 0.08), 0.4, 0.95)
            is_right = rng.random(self.items) < np.where(is_hard, skill / 2, skill)
            other = (truth + 1 + rng.integers(0, self.classes - 1, self.items)) % self.classes
            wrong = np.where(is_hard & (rng.random(self.items) < 0.8), trap, other)
            said[labeler] = np.where(is_right, truth, wrong)
        for copier in self.copiers:
            said[copier] = np.where(rng.random(self.items) < 0.8, said[0], said[copier])
        who = np.concatenate(
            [rng.choice(self.labelers, self.per_item, replace=False) for _ in range(self.items)]
        )
        item = np.repeat(np.arange(self.items), self.per_item)
        known = np.where(rng.random(self.items) < self.known, truth, -1)
        return copying_pairs(
            from_arrays(item, who, said[who, item], classes=list(range(self.classes))), known
        )


def found(made: CopyingPairs) -> set[tuple[int, int]]:
    names = made.labelers.tolist()
    return {
        (min(names[int(a)], names[int(b)]), max(names[int(a)], names[int(b)]))
        for a, b in zip(made.first[made.found], made.second[made.found], strict=True)
    }


@pytest.mark.parametrize(
    "honest",
    [
        Crowd(labelers=6, per_item=6),
        Crowd(labelers=6, per_item=6, hard=0.3),
        Crowd(labelers=6, per_item=6, hard=0.3, classes=2),
        Crowd(labelers=20, per_item=6),
        Crowd(labelers=20, per_item=3, known=0.3),
        Crowd(labelers=30, per_item=30, items=60, known=1.0, hard=0.3),
    ],
    ids=str,
)
def test_of_forty_honest_projects_at_most_two_list_anybody(honest: Crowd) -> None:
    alarms = sum(bool(found(honest.compared(seed))) for seed in range(SEEDS))
    assert alarms <= 2, (
        f"{alarms} of {SEEDS} projects"
    )  # three or more of 40 have a chance of 0.7% at the 1% a project that is aimed at


@pytest.mark.parametrize(
    ("crowd", "least"),
    [
        (Crowd(labelers=8, per_item=6, items=400, copiers=(1,)), 30),
        (Crowd(labelers=8, per_item=6, items=400, classes=2, copiers=(1,)), 30),
        (Crowd(labelers=30, per_item=30, items=80, known=1.0, copiers=(1,)), 30),
    ],
    ids=str,
)
def test_a_planted_copier_is_found_in_three_of_four_projects_and_nobody_else_is_named(
    crowd: Crowd, least: int
) -> None:
    named = [found(crowd.compared(seed)) for seed in range(SEEDS)]
    assert sum((0, 1) in pairs for pairs in named) >= least
    assert sum(bool(pairs - {(0, 1)}) for pairs in named) <= 2


def test_two_who_copy_one_are_both_found_and_only_these_three_are_named() -> None:
    pairs = found(Crowd(labelers=10, per_item=8, items=600, copiers=(1, 2)).compared(3))
    assert {(0, 1), (0, 2)} <= pairs <= {(0, 1), (0, 2), (1, 2)}


def test_names_and_the_order_of_votes_change_nothing() -> None:
    rng = np.random.default_rng(5)
    item, labeler = np.repeat(np.arange(50), 5), np.tile(np.arange(5), 50)
    code = rng.integers(0, 3, len(item))
    known = rng.integers(0, 3, 50)
    shuffled = rng.permutation(len(item))
    one = copying_pairs(from_arrays(item, labeler, code), known)
    two = copying_pairs(from_arrays(item[shuffled], labeler[shuffled], code[shuffled]), known)
    assert np.array_equal(one.p, two.p)
    assert np.array_equal(one.first, two.first)


def test_what_cannot_be_compared_gives_no_pair_and_never_an_error() -> None:
    alone = copying_pairs(from_arrays([1, 2, 3], ["a", "b", "c"], ["x", "y", "x"]), np.array([0, 0, 0]))
    assert len(alone.p) == 0
    few = copying_pairs(from_arrays([1, 1], ["a", "b"], ["x", "y"]), np.array([0]))
    assert len(few.p) == 0
    with pytest.raises(ValueError, match="known"):
        copying_pairs(from_arrays([1, 1], ["a", "b"], ["x", "y"]), np.array([0, 0]))


def test_errors_alike_count_and_right_answers_alike_do_not() -> None:
    """Two people who are always right agree on everything, which is evidence of nothing."""
    item, labeler = np.repeat(np.arange(60), 4), np.tile(np.arange(4), 60)
    rng = np.random.default_rng(2)
    code = np.where((labeler < 2) | (rng.random(len(item)) < 0.6), 0, rng.integers(1, 4, len(item)))
    made = copying_pairs(from_arrays(item, labeler, code), np.zeros(60, dtype=np.int64))
    assert not made.found.any()
    assert (made.corrected[(made.first == 0) & (made.second == 1)] >= SIGNIFICANT).all()
