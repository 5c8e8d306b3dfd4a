import numpy as np

from consistency.core.bootstrap import percentile_interval, replicate_weights


def test_replicates_have_the_multinomials_mean_and_variance_for_frequent_and_rare_patterns() -> None:
    n_items = np.array([5000, 300, 40, 9, 3, 1, 1, 1])
    total = n_items.sum()
    weights = np.concatenate(list(replicate_weights(n_items, 20_000, np.random.default_rng(5))))
    assert (weights.sum(axis=1) == total).all()
    p = n_items / total
    np.testing.assert_allclose(
        weights.mean(axis=0), n_items, atol=4 * np.sqrt(total * p * (1 - p) / 20_000).max()
    )
    np.testing.assert_allclose(weights.var(axis=0), total * p * (1 - p), rtol=0.06)


def test_the_same_seed_gives_the_same_replicates() -> None:
    first, second = (
        np.concatenate(list(replicate_weights(np.array([30, 2]), 50, np.random.default_rng(1))))
        for _ in range(2)
    )
    assert (first == second).all()


def test_no_interval_is_made_up_from_undefined_replicates() -> None:
    draws = np.array([0.5] * 90 + [np.nan] * 10)
    assert np.isnan(percentile_interval(draws)).all()
