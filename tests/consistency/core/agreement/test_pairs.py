import numpy as np
import pytest
from hypothesis import given

from consistency.core.agreement import pairs as pairs_module
from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.pairs import confusion, labeler_against_others, pair_matrix
from consistency.core.profiles import profiles
from consistency.core.ratings import Ratings
from tests.consistency.core.sets import votes


def shared(ratings: Ratings, a: int, b: int) -> Ratings:
    of_a = np.isin(ratings.item, ratings.item[ratings.labeler == a])
    of_b = np.isin(ratings.item, ratings.item[ratings.labeler == b])
    return ratings.where(of_a & of_b & np.isin(ratings.labeler, [a, b]))


@given(votes())
def test_each_pair_has_the_alpha_of_its_shared_items(ratings: Ratings) -> None:
    matrix = pair_matrix(ratings)
    for a in range(len(ratings.labelers)):
        for b in range(a + 1, len(ratings.labelers)):
            part = shared(ratings, a, b)
            items, _, alpha = matrix.of(a, b)
            assert items == part.n_items
            assert alpha == pytest.approx(nominal_alpha(part).value, nan_ok=True, abs=1e-12)


@given(votes())
def test_the_sparse_tally_equals_the_dense_one(ratings: Ratings) -> None:
    dense = pair_matrix(ratings)
    original = pairs_module.BLOCK_PAIRS
    pairs_module.BLOCK_PAIRS = 1
    try:
        sparse = pair_matrix(ratings)
    finally:
        pairs_module.BLOCK_PAIRS = original
    assert sparse.items.tolist() == dense.items.tolist()
    np.testing.assert_allclose(sparse.alpha, dense.alpha, atol=1e-12)


@given(votes())
def test_a_labeler_is_compared_with_the_others_of_the_same_item_only(ratings: Ratings) -> None:
    result = labeler_against_others(ratings)
    for labeler in range(len(ratings.labelers)):
        shares = []
        for item, code in zip(
            ratings.item[ratings.labeler == labeler], ratings.code[ratings.labeler == labeler], strict=True
        ):
            others = ratings.code[(ratings.item == item) & (ratings.labeler != labeler)]
            if len(others):
                shares.append(float(np.mean(others == code)))
        expected = float(np.mean(shares)) if shares else float("nan")
        assert result.agreement[labeler] == pytest.approx(expected, nan_ok=True)
        assert result.items[labeler] == len(shares)


@given(votes())
def test_coincidences_are_symmetric_and_give_alpha(ratings: Ratings) -> None:
    matrix = confusion(ratings)
    np.testing.assert_allclose(matrix, matrix.T, atol=1e-12)
    np.testing.assert_allclose(matrix.sum(axis=1), profiles(ratings).pairable().class_votes(), atol=1e-9)
    total = matrix.sum()
    margins = matrix.sum(axis=1)
    expected = total**2 - (margins**2).sum()
    if expected > 0:
        alpha = 1 - (total - 1) * (total - np.trace(matrix)) / expected
        assert alpha == pytest.approx(nominal_alpha(ratings).value, abs=1e-9)
