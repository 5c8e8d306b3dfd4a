"""Working block by block changes no figure."""

import numpy as np

from consistency.core.aggregation.incidence import incidence, normalized
from consistency.core.ratings import from_arrays


def test_blocks_of_items_give_what_one_pass_gives() -> None:
    rng = np.random.default_rng(3)
    votes = 150_000
    ratings = from_arrays(
        np.repeat(np.arange(votes // 3), 3), np.tile(np.arange(3), votes // 3), rng.integers(0, 4, votes)
    )
    found = incidence(ratings)
    table = np.log(rng.dirichlet(np.ones(4), 12))
    prior = np.log(np.array([0.1, 0.2, 0.3, 0.4]))
    posterior = np.empty((votes // 3, 4))
    expected = found.expected(table, prior, posterior)
    whole, evidence = normalized(found.product(table) + prior)
    np.testing.assert_allclose(posterior, whole, rtol=1e-12)
    np.testing.assert_allclose(expected.answers, found.collected(whole), rtol=1e-10)
    np.testing.assert_allclose(expected.share, whole.sum(axis=0), rtol=1e-10)
    np.testing.assert_allclose(expected.evidence, evidence.sum(), rtol=1e-12)
