"""The few special functions the models need. SciPy has them too, but importing it takes longer than a small file."""

import numpy as np

from consistency.core.arrays import FloatArray

SHIFTED = 7.0
"""From here up the asymptotic series are right to 12 digits; smaller arguments are moved up by the recurrence."""


def expit(x: FloatArray) -> FloatArray:
    """The logistic function, ``1 / (1 + exp(-x))``, without overflow.

    >>> expit(np.array([-800.0, 0.0, 2.0])).round(6).tolist()
    [0.0, 0.5, 0.880797]
    """
    result: FloatArray = 0.5 * (1 + np.tanh(0.5 * x))
    return result


def digamma(x: FloatArray) -> FloatArray:
    """Derivative of log gamma for positive arguments (Abramowitz & Stegun 6.3.5 and 6.3.18).

    >>> digamma(np.array([0.5, 1.0, 30.0])).round(10).tolist()
    [-1.963510026, -0.5772156649, 3.3844381327]
    """
    moved: FloatArray = np.array(x, dtype=np.float64)
    below = np.zeros_like(moved)
    while (small := moved < SHIFTED).any():
        below[small] += 1 / moved[small]
        moved[small] += 1
    inverse = 1 / moved**2
    series = inverse * (
        1 / 12
        - inverse
        * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse * (1 / 132 - inverse * 691 / 32760))))
    )
    result: FloatArray = np.log(moved) - 0.5 / moved - series - below
    return result


def log_gamma(x: FloatArray) -> FloatArray:
    """Logarithm of the gamma function for positive arguments (Abramowitz & Stegun 6.1.15 and 6.1.41).

    >>> log_gamma(np.array([0.5, 1.0, 10.0])).round(9).tolist()
    [0.572364943, 0.0, 12.80182748]
    """
    moved: FloatArray = np.array(x, dtype=np.float64)
    product = np.ones_like(moved)
    while (small := moved < SHIFTED).any():
        product[small] *= moved[small]
        moved[small] += 1
    inverse = 1 / moved**2
    series = (
        1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))
    ) / moved
    result: FloatArray = (
        (moved - 0.5) * np.log(moved) - moved + 0.5 * np.log(2 * np.pi) + series - np.log(product)
    )
    return result
