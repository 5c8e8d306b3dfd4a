"""A share with its Wilson interval (Wilson 1927, doi:10.1080/01621459.1927.10502953)."""

import numpy as np

from consistency.core.arrays import FloatArray, IntArray

Z95 = 1.959963984540054


def wilson(
    hits: FloatArray | IntArray, trials: FloatArray | IntArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Share, lower and upper end at 95%, elementwise; ``nan`` without a trial.

    >>> share, low, high = wilson(np.array([8]), np.array([10]))
    >>> round(float(share[0]), 2), round(float(low[0]), 3), round(float(high[0]), 3)
    (0.8, 0.49, 0.943)
    """
    n: FloatArray = np.where(np.asarray(trials) > 0, trials, np.nan).astype(np.float64)
    share: FloatArray = np.asarray(hits).astype(np.float64) / n
    middle = (share + Z95**2 / (2 * n)) / (1 + Z95**2 / n)
    reach = Z95 * np.sqrt(share * (1 - share) / n + Z95**2 / (4 * n**2)) / (1 + Z95**2 / n)
    # a share of 0 or 1 is an end of its own interval, which rounding must not move past it
    low, high = (
        np.minimum(np.maximum(middle - reach, 0), share),
        np.maximum(np.minimum(middle + reach, 1), share),
    )
    return share, low, high
