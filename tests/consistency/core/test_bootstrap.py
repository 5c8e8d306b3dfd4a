import numpy as np

from consistency.core.bootstrap import FREQUENT, MANY_RARE, percentile_interval, resampled_sums


def test_replicates_have_the_multinomials_mean_and_variance_for_frequent_and_rare_patterns() -> None:
    n_items = np.array([5000, 300, 40, 9, 3, 1, 1, 1])
    total = n_items.sum()
    weights = resampled_sums(n_items, np.eye(8), 20_000, np.random.default_rng(5))
    assert (weights.sum(axis=1) == total).all()
    p = n_items / total
    error = np.sqrt(total * p * (1 - p) / 20_000)
    assert (np.abs(weights.mean(axis=0) - n_items) < 4 * error).all()
    np.testing.assert_allclose(weights.var(axis=0), total * p * (1 - p), rtol=0.06)


def test_sums_of_whole_and_broken_numbers_belong_to_the_same_draw() -> None:
    n_items = np.ones(500, dtype=np.int64)
    figure = np.arange(500.0)
    sums = resampled_sums(n_items, np.column_stack([figure, figure / 7]), 300, np.random.default_rng(5))
    np.testing.assert_allclose(sums[:, 0] / 7, sums[:, 1])


def test_the_same_seed_gives_the_same_replicates() -> None:
    first, second = (
        resampled_sums(np.array([300, 2]), np.eye(2), 50, np.random.default_rng(1)) for _ in range(2)
    )
    assert (first == second).all()


def test_no_interval_is_made_up_from_undefined_replicates() -> None:
    draws = np.array([0.5] * 90 + [np.nan] * 10)
    assert np.isnan(percentile_interval(draws)).all()


def test_many_rare_patterns_have_the_multinomials_mean_and_variance_too() -> None:
    rng = np.random.default_rng(6)
    n_items = np.concatenate([rng.integers(1, FREQUENT, 2_000), [400_000]])
    assert n_items[:-1].sum() >= MANY_RARE
    total, figure = n_items.sum(), rng.integers(0, 5, len(n_items)).astype(np.float64)
    table = np.column_stack([np.ones(len(n_items)), figure, figure / 3])
    sums = resampled_sums(n_items, table, 8_000, rng)
    assert np.abs(sums[:, 0] - total).max() <= 1e-6 * total
    mean = float(n_items @ figure)
    variance = float(n_items @ figure**2) - mean**2 / total
    assert abs(sums[:, 1].mean() - mean) < 4 * np.sqrt(variance / 8_000)
    np.testing.assert_allclose(sums[:, 1].var(), variance, rtol=0.06)
    np.testing.assert_allclose(sums[:, 1] / 3, sums[:, 2])
