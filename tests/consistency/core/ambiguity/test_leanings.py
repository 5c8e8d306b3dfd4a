"""Leanings: Cochran's Q where everybody answered, and what it says where not."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consistency.core.ambiguity.leanings import leanings
from consistency.core.ratings import from_arrays


def rated(table: list[list[int]]) -> tuple[list[int], list[int], list[int]]:
    rows = [(item, who, code) for item, row in enumerate(table) for who, code in enumerate(row) if code >= 0]
    items, people, codes = zip(*rows, strict=True)
    return list(items), list(people), list(codes)


@given(st.lists(st.lists(st.integers(0, 1), min_size=4, max_size=4), min_size=3, max_size=30))
def test_with_everybody_on_every_item_it_is_cochrans_q(table: list[list[int]]) -> None:
    found = leanings(from_arrays(*rated(table), classes=[0, 1]), 0, 1)
    x = np.array([row for row in table if 0 < sum(row) < 4])
    assert found.items == len(x)
    if len(x) == 0:
        assert found.p == 1.0
        return
    k, column, row = 4, x.sum(axis=0), x.sum(axis=1)
    expected = (k - 1) * (k * (column**2).sum() - column.sum() ** 2) / (k * row.sum() - (row**2).sum())
    assert found.q == pytest.approx(expected, abs=1e-8)
    assert found.share == pytest.approx(column / len(x))


def test_one_who_always_says_the_second_stands_out_where_others_were_not_asked() -> None:
    table = [[0, 1, -1] if at % 2 else [-1, 1, 0] for at in range(20)]
    found = leanings(from_arrays(*rated(table), classes=[0, 1]), 0, 1)
    assert found.share.tolist() == [0.0, 1.0, 0.0]
    assert found.votes.tolist() == [10, 20, 10]
    assert found.p < 0.001


def test_other_classes_and_items_of_one_mind_do_not_enter() -> None:
    table = [[0, 1, 2], [0, 0, 0], [1, 1, 2], [2, 2, 0]]
    found = leanings(from_arrays(*rated(table), classes=[0, 1, 2]), 0, 1)
    assert (found.items, found.votes.tolist()) == (1, [1, 1])


@given(st.randoms(use_true_random=False))
def test_it_does_not_depend_on_the_order_of_votes(random: Random) -> None:
    rows = [(item, who, (item + who) % 2) for item in range(6) for who in range(3)]
    shuffled = rows[:]
    random.shuffle(shuffled)
    one = leanings(from_arrays(*map(list, zip(*rows, strict=True)), classes=[0, 1]), 0, 1)
    other = leanings(from_arrays(*map(list, zip(*shuffled, strict=True)), classes=[0, 1]), 0, 1)
    assert one.q == pytest.approx(other.q)
    assert sorted(one.share.tolist()) == pytest.approx(sorted(other.share.tolist()))


def test_a_class_cannot_be_taken_for_itself() -> None:
    with pytest.raises(ValueError, match="second"):
        leanings(from_arrays([0, 0], [0, 1], [0, 1], classes=[0, 1]), 1, 1)
