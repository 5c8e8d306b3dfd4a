"""Our own special functions against SciPy's."""

import numpy as np
import pytest
from scipy import special as scipy

from consistency.core.special import chi_square_tail, digamma, expit, log_gamma, student_tail

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


@pytest.mark.parametrize("freedom", [1, 2, 7, 40, 1000])
def test_tails_are_those_of_scipy(freedom: int) -> None:
    for share in (0.01, 0.4, 1.0, 1.6, 4.0, 20.0):
        statistic = share * freedom
        assert chi_square_tail(freedom, statistic) == pytest.approx(
            float(scipy.chdtrc(freedom, statistic)), rel=1e-9, abs=1e-300
        )
    for t in (-30.0, -2.0, -0.1, 0.3, 1.96, 8.0):
        assert student_tail(freedom, t) == pytest.approx(float(scipy.stdtr(freedom, -t)), rel=1e-9)
