"""Where two classes met on an item, every pair at once, and the variance of any figure made of sums over items."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consistency.core.arrays import BoolArray, FloatArray, IntArray, totals
from consistency.core.profiles import Profiles

ComplexArray = NDArray[np.complex128]
Figure = Callable[["Sums"], ComplexArray]
STEP = 1e-30
SCALARS, OF_FIRST, OF_SECOND, OF_BOTH = slice(0, 3), slice(3, 5), slice(5, 7), slice(7, 10)
CELL = ("disagreement", "total", "square", "first", "own_first", "second", "own_second", "together")
"""What is known of an item that drew both classes; of its votes for either, all are inside."""


@dataclass(frozen=True, eq=False, slots=True)
class Sums:
    """What a coefficient with two classes changed is made of, an entry a pair of classes.

    ``disagreement`` is of ordered pairs of votes, ``total`` counts the votes and ``square`` is the sum of the squared
    votes of the classes. ``first`` and ``second`` are the votes of the pair's classes, ``first_inside`` and
    ``second_inside`` those on items that drew both, ``own_first`` and ``own_second`` the coincidences of a class with
    itself, and ``together`` those of the two; ``first_commoner``: the first class has as many votes or more.
    """

    disagreement: ComplexArray
    total: ComplexArray
    square: ComplexArray
    first: ComplexArray
    own_first: ComplexArray
    second: ComplexArray
    own_second: ComplexArray
    together: ComplexArray
    first_inside: ComplexArray
    second_inside: ComplexArray
    first_commoner: BoolArray


@dataclass(frozen=True, eq=False, slots=True)
class Meetings:
    """Sums over items, and their second moments to linearize figures with.

    ``first < second`` index the classes of each pair that met, ``items`` counts where. ``sums`` has a row a field of
    ``Sums``; ``inside`` are the moments of `CELL` over the items that drew both. With ``unit`` 1 the sums are
    those of Krippendorff's alpha; with one over the votes of the item each item counts alike, as in AC1.
    """

    first: IntArray
    second: IntArray
    items: IntArray
    n_items: float
    scalars: FloatArray
    of_class: FloatArray
    with_scalars: FloatArray
    inside: FloatArray
    sums: FloatArray
    first_commoner: BoolArray

    def value(self, figure: Figure) -> FloatArray:
        return np.asarray(figure(self._sums(self.sums.astype(np.complex128))).real)

    def _sums(self, rows: ComplexArray) -> Sums:
        d, t, s, n, own_n, k, own_k, both, n_inside, k_inside = rows
        return Sums(d, t, s, n, own_n, k, own_k, both, n_inside, k_inside, self.first_commoner)

    def standard_error(self, figure: Figure) -> FloatArray:
        """Of ``figure`` of the sums, items being independent: the spread over items of its linearization.

        The gradient is by complex step (Squire & Trapp 1998, doi:10.1137/S003614459631241X), exact to rounding.
        """
        gradient = np.empty_like(self.sums)
        for row in range(len(self.sums)):
            moved = self.sums.astype(np.complex128)
            moved[row] += 1j * STEP
            gradient[row] = figure(self._sums(moved)).imag / STEP
        return self._spread(gradient)

    def _spread(self, gradient: FloatArray) -> FloatArray:
        """Root of the sum over items of the squared contribution, centered.

        An item holds the scalars always, a class's part where it has votes, and the pair's where both have: the last
        sum is over those items only, and takes back what the first two counted there.
        """
        scalar, one, two = gradient[SCALARS], gradient[OF_FIRST], gradient[OF_SECOND]
        square = np.einsum("ap,ab,bp->p", scalar, self.scalars, scalar)
        for part, of in ((one, self.first), (two, self.second)):
            square += np.einsum("fp,fgp,gp->p", part, self.of_class[:, :, of], part)
            square += 2 * np.einsum("ap,afp,fp->p", scalar, self.with_scalars[:, :, of], part)
        alone = np.zeros((len(CELL), scalar.shape[1]))
        alone[SCALARS] = scalar
        with_one, with_two = alone.copy(), alone.copy()
        with_one[OF_FIRST], with_two[OF_SECOND] = one, two
        full = with_one + with_two - alone
        full[[7, 3, 5]] += gradient[OF_BOTH]
        for sign, vector in ((1, full), (-1, with_one), (-1, with_two), (1, alone)):
            square += sign * np.einsum("ap,abp,bp->p", vector, self.inside, vector)
        # ``square`` of the classes stands in ``sums`` as itself, and its contributions add up to twice that
        mean = (gradient * self.sums).sum(axis=0) + gradient[2] * self.sums[2]
        variance = (square - mean**2 / self.n_items) * self.n_items / max(1.0, self.n_items - 1)
        error: FloatArray = np.sqrt(np.maximum(variance, 0.0))
        return error


def meetings(patterns: Profiles, *, each_item_alike: bool = False) -> Meetings:
    """All pairs of classes that met on an item of ``patterns`` (pairable ones)."""
    q = len(patterns.classes)
    m = patterns.votes().astype(np.float64)
    unit = 1 / m if each_item_alike else np.ones(len(m))
    weight = patterns.n_items.astype(np.float64)
    at, code, count = patterns.pattern, patterns.code, patterns.count.astype(np.float64)
    share = count * unit[at]
    own = count * (count - 1) / (m[at] - 1) * unit[at]
    class_votes, class_own = totals(code, share * weight[at], q), totals(code, own * weight[at], q)
    same = totals(at, count**2, len(m))
    scalars = np.stack(
        [
            (m**2 - same) / (m - 1) * unit,
            m * unit,
            2 * totals(at, share * class_votes[code], len(m)),
        ]
    )
    features = np.stack([share, own])
    at_weight = weight[at]
    one, two = _cells(patterns)
    key = code[one] * q + code[two]
    order = np.argsort(key, kind="stable")
    one, two, key = one[order], two[order], key[order]
    start = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    first, second = key[start] // q, key[start] % q
    of = at[one]
    met = count[one] * count[two] / (m[of] - 1) * unit[of]
    cell = np.concatenate([scalars[:, of], features[:, one], features[:, two], met[None, :]])
    weighed = cell * weight[of]
    inside = np.empty((len(cell), len(cell), len(start)))
    for row in range(len(cell)):
        for column in range(row + 1):
            moment = _summed(weighed[row] * cell[column], start)
            inside[row, column] = inside[column, row] = moment
    whole = np.array([scalars[0] @ weight, scalars[1] @ weight, class_votes @ class_votes])
    return Meetings(
        first,
        second,
        _summed(weight[of], start).astype(np.int64),
        float(weight.sum()),
        (scalars * weight) @ scalars.T,
        np.array([[totals(code, at_weight * a * b, q) for b in features] for a in features]),
        np.array([[totals(code, (weight * s)[at] * f, q) for f in features] for s in scalars]),
        inside,
        np.concatenate(
            [
                np.repeat(whole[:, None], len(start), axis=1),
                np.stack([class_votes[first], class_own[first], class_votes[second], class_own[second]]),
                np.stack([_summed(weighed[row], start) for row in (7, 3, 5)]),
            ]
        ),
        patterns.class_votes()[first] >= patterns.class_votes()[second],
    )


def _summed(values: FloatArray, start: IntArray) -> FloatArray:
    """Sums of runs that begin at ``start``."""
    return np.add.reduceat(values, start) if len(start) else np.zeros(0)


def _cells(patterns: Profiles) -> tuple[IntArray, IntArray]:
    """Positions in ``patterns.code`` of every two classes of a pattern, the lower class first."""
    order = np.lexsort((patterns.code, patterns.pattern))
    size = np.bincount(patterns.pattern, minlength=len(patterns))
    start = np.cumsum(size) - size
    left, right = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for length in np.unique(size[size >= 2]).tolist():
        a, b = np.triu_indices(length, k=1)
        rows = start[size == length][:, None]
        left.append((rows + a).ravel())
        right.append((rows + b).ravel())
    return order[np.concatenate(left)], order[np.concatenate(right)]
