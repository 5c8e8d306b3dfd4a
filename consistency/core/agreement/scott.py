"""Scott's pi for two labelers (Scott 1955, doi:10.1086/266577)."""

from __future__ import annotations

import numpy as np

from consistency.core.agreement.fleiss import fleiss_kappa
from consistency.core.agreement.two import answered_by_both
from consistency.core.agreement.weights import Scheme
from consistency.core.estimate import Estimate
from consistency.core.ratings import Ratings


def scott_pi(
    ratings: Ratings,
    *,
    weights: Scheme = "identity",
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> Estimate:
    """Chance is what two labelers with their pooled habits would share, over the items both answered.

    Fleiss' kappa of two is Scott's pi; the standard error is the same linearization.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 2, 2, 3, 3], ["a", "b"] * 3, ["x", "x", "y", "y", "x", "y"])
    >>> round(scott_pi(r).value, 4)
    0.3333
    """
    return fleiss_kappa(answered_by_both(ratings)[0], weights=weights, rng=rng, replicates=replicates)
