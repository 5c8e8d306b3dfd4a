import numpy as np
import pytest

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.change import alpha_change
from consistency.core.mapping import map_codes
from consistency.core.ratings import Ratings, from_arrays


def labeled(seed: int, noise: float, n: int = 600) -> Ratings:
    truth = np.repeat(np.random.default_rng(0).integers(1, 4, n), 3)
    rng = np.random.default_rng(seed)
    code = np.where(rng.random(len(truth)) < noise, rng.integers(1, 4, len(truth)), truth)
    return from_arrays(np.repeat(np.arange(n), 3), np.tile(np.arange(3), n), code)


def test_merging_alone_is_no_progress() -> None:
    old = labeled(1, 0.3)
    merged = map_codes(old, {3: 2})
    change = alpha_change(old, merged, mapping={3: 2}, rng=np.random.default_rng(0))
    assert change.difference.value == 0.0
    assert (change.difference.low, change.difference.high) == (0.0, 0.0)
    assert change.before == pytest.approx(nominal_alpha(merged).value)


def test_clearer_labels_are_progress_with_an_interval_above_zero() -> None:
    change = alpha_change(labeled(1, 0.4), labeled(2, 0.1), rng=np.random.default_rng(0))
    assert change.difference.low > 0
    assert change.difference.value == pytest.approx(change.after - change.before)


def test_mere_repeats_cover_zero_about_as_often_as_promised() -> None:
    covered = 0
    for seed in range(60):
        change = alpha_change(
            labeled(2 * seed, 0.3, 200), labeled(2 * seed + 1, 0.3, 200), rng=np.random.default_rng(0)
        )
        covered += change.difference.low <= 0 <= change.difference.high
    assert covered >= 53


def test_only_items_answered_twice_in_both_count() -> None:
    old, new = labeled(1, 0.3), labeled(2, 0.3)
    half = new.where(new.item < 300)
    assert alpha_change(old, half, rng=np.random.default_rng(0)).difference.n_items == 300
    none = alpha_change(old, new.where(new.item < 0), rng=np.random.default_rng(0))
    assert "no item has two answers before and after" in none.difference.reason
