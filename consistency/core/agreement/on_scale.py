"""Pairs of labelers, and each labeler against the others, where labels are places on a scale: a near miss is less."""

from collections.abc import Iterator
from typing import Literal

import numpy as np

from consistency.core.agreement.pairs import pairs_in_items
from consistency.core.arrays import FloatArray, IntArray, counts, totals
from consistency.core.ratings import Ratings

Scale = Literal["ordinal", "interval"]


def pair_alphas(ratings: Ratings, first: IntArray, second: IntArray, scale: Scale) -> FloatArray:
    """Alpha at the level of each pair of labelers over the items both answered, ``first < second`` as `pair_matrix`
    gives them; ``nan`` where both used one and the same class throughout.

    With x a class's place (its midrank among the two's own answers at the ordinal level), n shared items and 2n answers:
    ``1 - sum (x_a - x_b)^2 / n / (2 (2n sum x^2 - (sum x)^2) / (2n (2n - 1)))``.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 2, 2, 3, 3], ["a", "b"] * 3, [1, 1, 2, 2, 1, 3], classes=[1, 2, 3])
    >>> pair_alphas(r, np.array([0]), np.array([1]), "interval").round(4).tolist()
    [0.0]
    """
    n_labelers, q = len(ratings.labelers), len(ratings.classes)
    keys = first * n_labelers + second
    items, votes = np.zeros(len(keys)), np.zeros((len(keys), q))
    for pair, one, other in _met(ratings, keys):
        items += counts(pair, len(keys))
        for codes in (one, other):
            votes += counts(pair * q + codes, len(keys) * q).reshape(votes.shape)
    place = _places(ratings, votes, scale)
    observed = np.zeros(len(keys))
    for pair, one, other in _met(ratings, keys):
        observed += totals(pair, (place[pair, one] - place[pair, other]) ** 2, len(keys))
    n = 2 * items
    spread = n * (votes * place**2).sum(axis=1) - (votes * place).sum(axis=1) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = 2 * spread / (n * (n - 1))
        alphas: FloatArray = np.where(spread > 1e-9, 1 - observed / items / expected, np.nan)
    return alphas


def _met(ratings: Ratings, keys: IntArray) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """For each two votes on an item: which pair of labelers gave them, and the two codes."""
    for one, other in pairs_in_items(ratings):
        a, b = ratings.labeler[one], ratings.labeler[other]
        key = np.minimum(a, b) * len(ratings.labelers) + np.maximum(a, b)
        yield np.searchsorted(keys, key), ratings.code[one], ratings.code[other]


def _places(ratings: Ratings, votes: FloatArray, scale: Scale) -> FloatArray:
    if scale == "ordinal":
        midranks: FloatArray = np.cumsum(votes, axis=-1) - votes / 2
        return midranks
    return np.broadcast_to(ratings.classes.astype(np.float64), votes.shape)


def corrected_against_others(ratings: Ratings, scale: Scale) -> FloatArray:
    """For each labeler, ``1 - observed / expected`` of the mean squared distance to the others' answers on the same
    items; expected between the labeler's answers there and the others' everywhere. ``nan`` where nothing can differ.

    Ordinal places are midranks among all answers on items with two.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 2, 2], ["a", "b"] * 2, [1, 1, 3, 2], classes=[1, 2, 3])
    >>> corrected_against_others(r, "interval").round(3).tolist()
    [0.667, 0.667]
    """
    q, n_labelers = len(ratings.classes), len(ratings.labelers)
    m = ratings.votes_per_item()
    shared = ratings.where(m[ratings.item] >= 2)
    item, labeler, code = shared.item, shared.labeler, shared.code
    own = counts(labeler * q + code, n_labelers * q).reshape(n_labelers, q).astype(np.float64)
    rest = own.sum(axis=0) - own
    place = _places(ratings, own.sum(axis=0), scale)
    x = place[code] - (place @ own.sum(axis=0)) / max(1.0, own.sum())
    first, second = totals(item, x, len(m)), totals(item, x * x, len(m))
    # the labeler's own answer adds nothing to the sum of squared distances
    apart = (m[item] * x * x - 2 * x * first[item] + second[item]) / np.maximum(m[item] - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = totals(labeler, apart, n_labelers) / own.sum(axis=1)
        own_share, rest_share = own / own.sum(axis=1, keepdims=True), rest / rest.sum(axis=1, keepdims=True)
        expected = own_share @ place**2 + rest_share @ place**2
        expected -= 2 * (own_share @ place) * (rest_share @ place)
        corrected: FloatArray = np.where(expected > 1e-9, 1 - observed / expected, np.nan)
    return corrected
