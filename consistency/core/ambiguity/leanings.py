"""Where two classes are both said of an item: who leans to which, and whether that is more than chance."""

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from consistency.core.arrays import FloatArray, IntArray, counts
from consistency.core.ratings import Ratings


@dataclass(frozen=True, eq=False, slots=True)
class Leanings:
    """On the ``items`` that got both classes: a labeler's votes for either, and the share that said ``second``.

    Arrays have an entry a labeler who voted there; ``labeler`` indexes ``Ratings.labelers``. ``p`` is of Cochran's Q,
    generalized to items that not everybody answered: would the answers to each item, dealt anew among those who gave
    them, differ as much between labelers?
    """

    items: int
    labeler: IntArray
    votes: IntArray
    share: FloatArray
    q: float
    p: float


def leanings(ratings: Ratings, first: int, second: int) -> Leanings:
    """Who says ``second`` where others say ``first`` (indices of classes).

    With p the share of ``second`` among the m votes of an item, of which labeler g gave n_g: the sum of g's votes for
    ``second`` has the expectation n_g p and the covariance p (1 - p) (m [g = h] n_g - n_g n_h) / (m - 1).
    W. G. Cochran, Biometrika 37 (1950), https://doi.org/10.1093/biomet/37.3-4.256

    >>> from consistency.core.ratings import from_arrays
    >>> item, who = [0, 0, 1, 1, 2, 2, 3, 3], ["ann", "bo"] * 4
    >>> found = leanings(from_arrays(item, who, ["x", "y", "x", "y", "x", "y", "x", "x"]), 0, 1)
    >>> found.items, found.share.tolist(), found.q
    (3, [0.0, 1.0], 3.0)
    """
    if first == second:
        raise ValueError("second: another class than first expected")
    n_items, n_labelers = len(ratings.items), len(ratings.labelers)
    either = np.isin(ratings.code, [first, second])
    said = np.stack([counts(ratings.item[ratings.code == code], n_items) for code in (first, second)])
    both = said.min(axis=0) > 0
    kept = either & both[ratings.item]
    item = np.unique(ratings.item[kept], return_inverse=True)[1]
    labeler, is_second = ratings.labeler[kept], ratings.code[kept] == second
    who, row = np.unique(labeler, return_inverse=True)
    n = int(both.sum())
    given = np.zeros((n, len(who)))
    np.add.at(given, (item, row), 1.0)
    m = given.sum(axis=1)
    p = counts(item[is_second], n) / np.maximum(m, 1)
    votes = counts(labeler, n_labelers)[who]
    seconds = counts(labeler[is_second], n_labelers)[who]
    off = seconds - p @ given
    scale = p * (1 - p) / np.maximum(m - 1, 1)
    covariance = np.diag((scale * m) @ given) - (given * scale[:, None]).T @ given
    rank = int(np.linalg.matrix_rank(covariance)) if n else 0
    q = float(off @ np.linalg.pinv(covariance, hermitian=True) @ off) if rank else 0.0
    return Leanings(
        items=n,
        labeler=who,
        votes=votes,
        share=seconds / np.maximum(votes, 1),
        q=round(q, 12),
        p=float(chdtrc(rank, q)) if rank else 1.0,
    )
