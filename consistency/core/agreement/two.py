"""The contingency table of two labelers."""

import numpy as np

from consistency.core.arrays import FloatArray, counts
from consistency.core.ratings import Ratings


def answered_by_both(ratings: Ratings) -> tuple[Ratings, FloatArray]:
    """The votes on items both labelers answered, and how often the first said c while the second said k."""
    active = np.flatnonzero(counts(ratings.labeler, len(ratings.labelers)))
    if len(active) != 2:
        raise ValueError(f"ratings: two labelers expected, got {len(active)}")
    both = ratings.votes_per_item() == 2
    pairs = ratings.where(both[ratings.item])
    order = np.lexsort((pairs.labeler, pairs.item))
    labeler, code = pairs.labeler[order], pairs.code[order]
    if (labeler[0::2] == labeler[1::2]).any() or (ratings.votes_per_item() > 2).any():
        raise ValueError("ratings: a labeler answered the same item twice")
    q = len(ratings.classes)
    table = counts(code[0::2] * q + code[1::2], q * q).reshape(q, q).astype(np.float64)
    return pairs, table
