"""The agreement a split convention allows at best."""

from consistency.core.arrays import FloatArray


def convention_ceiling(shares: FloatArray) -> float:
    """Chance that two answers follow the same convention when people pick by ``shares``: ``sum s^2``.

    However carefully everyone works, two styles used 70/30 agree .58 of the time, and no model can learn which is meant.

    >>> import numpy as np
    >>> round(convention_ceiling(np.array([0.7, 0.3])), 2)
    0.58
    """
    if len(shares) == 0 or not (shares >= 0).all() or not shares.sum() > 0:
        raise ValueError("shares: at least one positive number, none negative, expected")
    parts = shares / shares.sum()
    return float(parts @ parts)
