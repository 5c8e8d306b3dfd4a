"""Our own special functions against SciPy's."""

import numpy as np
from scipy import special as scipy

from consistency.core.special import digamma, expit, log_gamma

POSITIVE = np.concatenate([np.logspace(-8, 6, 400), np.linspace(0.4, 9, 400)])


def test_they_agree_with_scipy_over_their_range() -> None:
    np.testing.assert_allclose(digamma(POSITIVE), scipy.digamma(POSITIVE), rtol=1e-10, atol=1e-11)
    np.testing.assert_allclose(log_gamma(POSITIVE), scipy.gammaln(POSITIVE), rtol=1e-10, atol=1e-10)
    x = np.linspace(-50, 50, 1001)
    np.testing.assert_allclose(expit(x), scipy.expit(x), rtol=1e-12, atol=1e-15)


def test_an_argument_is_left_as_it_was() -> None:
    x = np.array([0.5, 20.0])
    digamma(x)
    log_gamma(x)
    assert x.tolist() == [0.5, 20.0]
