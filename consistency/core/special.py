"""The few special functions the models need. SciPy has them too, but importing it takes longer than a small file."""

from math import exp, lgamma, log, log1p

import numpy as np

from consistency.core.arrays import FloatArray

EPSILON = 1e-15
TINY = 1e-300
LONGEST = 100_000
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


def chi_square_tail(freedom: float, statistic: float) -> float:
    """Chance of a chi-square of ``freedom`` degrees above ``statistic``: the regularized upper incomplete gamma function.

    By its series below the mean, by Lentz's continued fraction above (Abramowitz & Stegun 6.5.29 and 6.5.31).

    >>> round(chi_square_tail(2, 5.991464547), 6), chi_square_tail(3, 0.0)
    (0.05, 1.0)
    """
    a, x = freedom / 2, statistic / 2
    if x <= 0:
        return 1.0
    front = exp(a * log(x) - x - lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        step = a
        while term > total * EPSILON:
            step += 1
            term *= x / step
            total += term
        return max(0.0, 1 - total * front)
    b, c, d = x + 1 - a, 1 / TINY, 1 / (x + 1 - a)
    fraction = d
    for n in range(1, LONGEST):
        top = -n * (n - a)
        b += 2
        d = 1 / _away_from_zero(top * d + b)
        c = _away_from_zero(b + top / c)
        fraction *= c * d
        if abs(c * d - 1) < EPSILON:
            break
    return front * fraction


def student_tail(freedom: float, t: float) -> float:
    """Chance of Student's t of ``freedom`` degrees above ``t``.

    >>> round(student_tail(10, 1.812461), 6), student_tail(5, 0.0), round(student_tail(10, -1.812461), 6)
    (0.05, 0.5, 0.95)
    """
    half = 0.5 * _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t))
    return half if t >= 0 else 1 - half


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Regularized, by its continued fraction (Abramowitz & Stegun 26.5.8)."""
    if x >= 1:
        return 1.0
    if x <= 0:
        return 0.0
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, LONGEST):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for top in (even, odd):
            d = 1 / _away_from_zero(1 + top * d)
            c = _away_from_zero(1 + top / c)
            fraction *= c * d
        if abs(c * d - 1) < EPSILON:
            break
    return front * fraction / a


def _away_from_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
