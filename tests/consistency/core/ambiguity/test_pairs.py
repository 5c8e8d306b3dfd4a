import numpy as np
import pytest
from hypothesis import given

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.gwet import gwet_ac
from consistency.core.ambiguity.pairs import confused_pairs
from consistency.core.mapping import map_codes
from consistency.core.profiles import profiles
from consistency.core.ratings import Ratings, from_arrays
from tests.consistency.core.sets import votes


def planted(seed: int, *, confused: float, n_items: int = 1500, n_classes: int = 6) -> Ratings:
    """Labelers who err evenly, and who besides swap classes 1 and 2 in ``confused`` of the cases."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(rng.integers(0, n_classes, n_items), 4)
    code = np.where(rng.random(len(truth)) < 0.15, rng.integers(0, n_classes, len(truth)), truth)
    swap = (rng.random(len(truth)) < confused) & np.isin(code, [1, 2])
    code = np.where(swap, 3 - code, code)
    return from_arrays(np.repeat(np.arange(n_items), 4), np.tile(np.arange(4), n_items), code)


@given(votes(n_classes=4, max_items=8))
def test_every_change_is_the_one_of_really_merging(ratings: Ratings) -> None:
    pairs = confused_pairs(ratings)
    before, before_ac1 = nominal_alpha(ratings).value, gwet_ac(profiles(ratings).pairable()).value
    for row, (a, b) in enumerate(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)):
        merged = map_codes(ratings, {b: a})
        assert pairs.alpha_change[row] == pytest.approx(
            nominal_alpha(merged).value - before, nan_ok=True, abs=1e-9
        )
        after = gwet_ac(profiles(merged).pairable()).value
        assert pairs.ac1_change[row] == pytest.approx(after - before_ac1, nan_ok=True, abs=1e-9)


def test_the_interval_of_a_change_is_that_of_a_paired_bootstrap() -> None:
    ratings = planted(1, confused=0.2, n_items=400)
    pairs = confused_pairs(ratings)
    row = int(np.flatnonzero((pairs.first == 1) & (pairs.second == 2))[0])
    rng = np.random.default_rng(2)
    by_item = ratings.code.reshape(400, 4)
    item, labeler = np.repeat(np.arange(400), 4), np.tile(np.arange(4), 400)
    draws = []
    for _ in range(300):
        again = from_arrays(item, labeler, by_item[rng.integers(0, 400, 400)].ravel())
        draws.append(nominal_alpha(map_codes(again, {2: 1})).value - nominal_alpha(again).value)
    z = 2.935  # 0.05 / 15 pairs, two sides
    assert (pairs.high[row] - pairs.low[row]) / (2 * z) == pytest.approx(float(np.std(draws)), rel=0.15)


def test_planted_pairs_are_found_and_chance_is_not_called_ambiguous() -> None:
    found = false = 0
    for seed in range(20):
        pairs = confused_pairs(planted(seed, confused=0.08))
        names = {
            (a, b) for a, b in zip(pairs.first[pairs.ambiguous], pairs.second[pairs.ambiguous], strict=True)
        }
        found += (1, 2) in names
        false += bool(names - {(1, 2)})
        assert (pairs.first[0], pairs.second[0]) == (1, 2)
    assert found >= 18
    assert false <= 1


def test_random_merges_show_no_gain() -> None:
    gains = [bool(confused_pairs(planted(100 + seed, confused=0.0)).ambiguous.any()) for seed in range(40)]
    assert sum(gains) <= 4


def test_a_random_merge_changes_ac1_as_predicted() -> None:
    pairs = confused_pairs(planted(3, confused=0.0, n_items=20_000))
    np.testing.assert_allclose(pairs.ac1_change, pairs.ac1_at_random, atol=0.003)
    np.testing.assert_allclose(pairs.lift, 1, atol=0.12)
    assert pairs.impact.sum() == pytest.approx(1)


def test_ambiguous_pairs_that_share_a_class_form_a_cluster() -> None:
    rng = np.random.default_rng(0)
    truth = np.repeat(rng.integers(0, 6, 2000), 3)
    code = np.where((truth < 3) & (rng.random(len(truth)) < 0.3), rng.integers(0, 3, len(truth)), truth)
    stray = rng.random(len(truth)) < 0.05
    code = np.where(stray, rng.integers(0, 6, len(truth)), code)
    ratings = from_arrays(np.repeat(np.arange(2000), 3), np.tile(np.arange(3), 2000), code)
    assert confused_pairs(ratings).clusters() == [[0, 1, 2]]


def test_full_agreement_has_no_pairs() -> None:
    pairs = confused_pairs(from_arrays([1, 1, 2, 2], list("abab"), [0, 0, 1, 1]))
    assert len(pairs.first) == 0
    assert pairs.alpha == 1.0
