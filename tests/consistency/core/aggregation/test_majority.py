from collections import Counter

import numpy as np
import pytest
from hypothesis import given

from consistency.core.aggregation import majority as majority_module
from consistency.core.aggregation.majority import majority
from consistency.core.ratings import Ratings, from_arrays
from tests.consistency.core.sets import gold_of, label_set, votes

PRINTED = {"rte": 0.8969, "d_possent": 0.9335, "face": 0.6367, "bluebird": 0.7593, "cf_weather": 0.8822}


@pytest.mark.parametrize("name", PRINTED)
def test_the_vote_has_the_printed_accuracy_with_ties_split(name: str) -> None:
    result, gold = majority(label_set(name)), gold_of(name)
    score = []
    for row, item in enumerate(result.item.tolist()):
        truth = gold.get(int(result.items[item]))
        tied = result.tied_with(row)
        score.append((truth in tied) / len(tied))
    assert float(np.mean(score)) == pytest.approx(PRINTED[name], abs=5e-5)


@given(votes())
def test_every_item_gets_its_most_frequent_class_or_all_that_tie(ratings: Ratings) -> None:
    result = majority(ratings)
    assert result.item.tolist() == sorted(set(ratings.item.tolist()))
    for row, item in enumerate(result.item.tolist()):
        counts = Counter(ratings.classes[ratings.code[ratings.item == item]].tolist())
        best = max(counts.values())
        winners = sorted(name for name, count in counts.items() if count == best)
        assert sorted(result.tied_with(row)) == winners  # type: ignore[type-var]
        assert bool(result.tied[row]) == (len(winners) > 1)
        if len(winners) == 1:
            assert ratings.classes[result.label[row]] == winners[0]
        else:
            assert result.label[row] == -1
        assert sum(result.distribution(row).values()) == pytest.approx(1)
        assert result.confidence[row] == pytest.approx(best / sum(counts.values()))


@given(votes())
def test_the_sparse_way_equals_the_dense_way(ratings: Ratings) -> None:
    dense = majority(ratings)
    original = majority_module.BLOCK_CELLS
    majority_module.BLOCK_CELLS = -(10**9)
    try:
        wide = from_arrays(
            ratings.item,
            ratings.labeler,
            ratings.code,
            classes=[*range(3), *range(1000, 1000 + 9 * len(ratings))],
        )
        sparse = majority(wide)
    finally:
        majority_module.BLOCK_CELLS = original
    assert [dense.tied_with(r) for r in range(len(dense.item))] == [
        sparse.tied_with(r) for r in range(len(sparse.item))
    ]


def test_weights_decide_where_they_are_given() -> None:
    result = majority(from_arrays([1, 1, 1], ["a", "b", "c"], ["x", "x", "y"], weight=[0.2, 0.2, 0.9]))
    assert result.classes[result.label[0]] == "y"
    assert result.confidence[0] == pytest.approx(0.9 / 1.3)


def test_no_votes_give_no_rows() -> None:
    empty = from_arrays(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    assert len(majority(empty).item) == 0
