"""Pairs and labelers on a scale, against the pairs written out one by one."""

from itertools import combinations

import numpy as np
import pytest

from consistency.core.agreement.alpha import alpha
from consistency.core.agreement.on_scale import Scale, corrected_against_others, pair_alphas
from consistency.core.agreement.pairs import labeler_against_others, pair_matrix
from consistency.core.ratings import Ratings, from_arrays

SCALES: tuple[Scale, ...] = ("ordinal", "interval")


def graded(seed: int, classes: tuple[int, ...] = (1, 2, 3, 4, 5)) -> Ratings:
    rng = np.random.default_rng(seed)
    cells = [(i, w) for i in range(40) for w in range(5) if rng.random() < 0.6]
    codes = [int(np.clip(i % 5 + rng.integers(-1, 2), 0, 4)) for i, _ in cells]
    return from_arrays(
        [i for i, _ in cells], [w for _, w in cells], [classes[c] for c in codes], classes=classes
    )


@pytest.mark.parametrize("scale", SCALES)
def test_the_alpha_of_a_pair_is_that_of_its_shared_items_alone(scale: Scale) -> None:
    ratings = graded(1, (1, 2, 4, 7, 11))
    matrix = pair_matrix(ratings)
    found = pair_alphas(ratings, matrix.first, matrix.second, scale)
    assert len(found) == 10
    for at, (a, b) in enumerate(combinations(range(5), 2)):
        two = ratings.where((ratings.labeler == a) | (ratings.labeler == b))
        assert found[at] == pytest.approx(alpha(two, level=scale).value, abs=1e-12)


def test_each_labeler_stands_against_the_others_by_distance() -> None:
    ratings = graded(2)
    found = corrected_against_others(ratings, "interval")
    rows = list(zip(ratings.item.tolist(), ratings.labeler.tolist(), ratings.code.tolist(), strict=True))
    shared = [row for row in rows if sum(other[0] == row[0] for other in rows) > 1]
    for who in range(5):
        mine = [row for row in shared if row[1] == who]
        others = [row for row in shared if row[1] != who]
        observed = np.mean(
            [np.mean([(c - k) ** 2 for i, _, k in others if i == item]) for item, _, c in mine]
        )
        expected = np.mean([(c - k) ** 2 for _, _, c in mine for _, _, k in others])
        assert found[who] == pytest.approx(1 - observed / expected, abs=1e-12)


@pytest.mark.parametrize("scale", SCALES)
def test_on_two_classes_a_scale_says_what_classes_say(scale: Scale) -> None:
    rng = np.random.default_rng(5)
    ratings = from_arrays(np.repeat(np.arange(60), 3), np.tile(np.arange(3), 60), rng.integers(0, 2, 180))
    matrix = pair_matrix(ratings)
    np.testing.assert_allclose(pair_alphas(ratings, matrix.first, matrix.second, scale), matrix.alpha)
    nominal = labeler_against_others(ratings).corrected
    np.testing.assert_allclose(corrected_against_others(ratings, scale), nominal, atol=1e-12)


def test_where_everybody_said_the_same_nothing_is_defined() -> None:
    ratings = from_arrays([1, 1, 2, 2], ["a", "b"] * 2, [2, 2, 2, 2], classes=[1, 2, 3])
    matrix = pair_matrix(ratings)
    assert np.isnan(pair_alphas(ratings, matrix.first, matrix.second, "ordinal")).all()
    assert np.isnan(corrected_against_others(ratings, "interval")).all()
