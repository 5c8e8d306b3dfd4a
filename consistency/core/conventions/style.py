"""Whether a way of writing follows the person, by places where people differed."""

from dataclasses import dataclass

import numpy as np

from consistency.core.arrays import FloatArray, IntArray, counts, totals
from consistency.core.special import chi_square_tail


@dataclass(frozen=True, eq=False, slots=True)
class Style:
    """``follows``: the share of the variation of form that knowing the person takes away, 1 where each keeps to one
    form, about 0 where forms fall on people by chance. ``p``: of forms falling on the people of each place by chance."""

    follows: float
    p: float


def style(place: IntArray, labeler: IntArray, form: IntArray) -> Style:
    """An entry for each answer at a place where at least two forms stand; forms are numbered from 0, the commonest.

    ``follows`` is Goodman and Kruskal's tau (1954, doi:10.1080/01621459.1954.10501231), less what chance gives it. ``p``
    is the generalized Cochran–Mantel–Haenszel test of the commonest form, places being the strata (Landis, Heyman & Koch
    1978, doi:10.2307/1402373).

    >>> s = style(np.repeat(np.arange(12), 2), np.tile([0, 1], 12), np.tile([0, 1], 12))
    >>> s.follows, s.p < 0.001
    (1.0, True)
    """
    people, who = np.unique(labeler, return_inverse=True)
    places, where = np.unique(place, return_inverse=True)
    if len(people) < 2 or len(np.unique(form)) < 2:
        return Style(float("nan"), 1.0)
    return Style(
        _tau(who, form), _p_value(where, who, (form == 0).astype(np.float64), len(places), len(people))
    )


def _tau(who: IntArray, form: IntArray) -> float:
    n, people, forms = len(who), int(who.max()) + 1, int(form.max()) + 1
    table = counts(who * forms + form, people * forms).reshape(people, forms).astype(np.float64)
    whole = float((table.sum(axis=0) ** 2).sum()) / n
    known = float(((table**2).sum(axis=1) / table.sum(axis=1)).sum())
    tau = (known - whole) / (n - whole)
    by_chance = (people - 1) / (n - 1)
    return tau if by_chance >= 1 else (tau - by_chance) / (1 - by_chance)


def _p_value(where: IntArray, who: IntArray, first: FloatArray, places: int, people: int) -> float:
    size, chosen = counts(where, places).astype(np.float64), totals(where, first, places)
    share = chosen / size
    difference = totals(who, first - share[where], people)
    spread = share * (1 - share) * size / np.maximum(1.0, size - 1)
    variance = np.zeros((people, people))
    # with a_gs the answers of g at place s: cov = spread_s (a_gs [g = h] - a_gs a_hs / size_s)
    given = np.zeros((places, people))
    np.add.at(given, (where, who), 1.0)
    variance -= (given * (spread / size)[:, None]).T @ given
    variance[np.arange(people), np.arange(people)] += spread @ given
    values, vectors = np.linalg.eigh(variance)
    kept = values > 1e-9 * max(1.0, float(values.max()))
    if not kept.any():
        return 1.0
    turned = vectors[:, kept].T @ difference
    return chi_square_tail(int(kept.sum()), float((turned**2 / values[kept]).sum()))
