"""What a decision about two classes would do to a coefficient, and what the same decision does at random.

Nobody has voted under the new classes yet, so the old votes are read through the change. Three readings:

- *merge*: both classes become one. What comes out is the honest baseline: votes given after the merge must beat it.
- *borderline*: on items that drew both, both become a third class. An upper bound, as if all saw which items those are.
- *split*: the commoner class is divided into what drew the other as well and what did not. Again as if all agreed where
  the new line runs; a split takes no disagreement away, it only makes agreement harder to reach by chance.

At random: the two classes meet as often as two of their frequencies do when nothing is special about them, which is the
larger of two models of plain error. Errors that fall on classes by their frequency let them share
``n_c n_k / sum n_a n_b`` of all disagreement, errors that fall on every class alike ``(n_c + n_k) / ((q - 1) N)``. The
random split lets every vote take a part by chance.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from consistency.core.ambiguity.meetings import ComplexArray, Figure, Meetings, Sums
from consistency.core.arrays import FloatArray

Action = Literal["merge", "borderline", "split"]
Coefficient = Literal["alpha", "ac1"]
ACTIONS: tuple[Action, ...] = ("merge", "borderline", "split")


@dataclass(frozen=True, eq=False, slots=True)
class Effect:
    """Of one decision on one coefficient, an entry a pair of classes.

    ``change`` is after minus before on the same items, ``at_random`` what the decision gives when the pair is nothing
    special, ``gain`` the first minus the second; each standard error is paired, both figures coming from the same items.
    """

    before: FloatArray
    after: FloatArray
    change: FloatArray
    change_se: FloatArray
    at_random: FloatArray
    gain: FloatArray
    gain_se: FloatArray


def effect(met: Meetings, action: Action, coefficient: Coefficient, *, classes: int, used: int) -> Effect:
    """``classes`` are declared, ``used`` got a vote. ``nan`` where the decision leaves one class only, or two
    meet that have no other pair to compare with."""

    def before(sums: Sums) -> ComplexArray:
        return _coefficient(coefficient, sums.disagreement, sums.total, sums.square, classes)

    def after(sums: Sums) -> ComplexArray:
        return _AFTER[action](sums, coefficient, classes)

    def at_random(sums: Sums) -> ComplexArray:
        return _AT_RANDOM[action](sums, coefficient, classes, used)

    with np.errstate(divide="ignore", invalid="ignore"):
        change: Figure = lambda sums: after(sums) - before(sums)  # noqa: E731 - two names for one subtraction
        gain: Figure = lambda sums: after(sums) - at_random(sums)  # noqa: E731
        nothing_left = np.nan if action == "merge" and used <= 2 else 0.0
        nothing_to_compare = np.nan if action != "split" and used <= 2 else 0.0
        now, then = met.value(before), met.value(after) + nothing_left
        chance = met.value(at_random) + nothing_to_compare
        return Effect(
            now,
            then,
            then - now,
            met.standard_error(change) + nothing_left,
            chance - now,
            then - chance,
            met.standard_error(gain) + nothing_to_compare,
        )


def lift(used: int) -> Figure:
    """Coincidences of the two over those at random."""

    def figure(sums: Sums) -> ComplexArray:
        return sums.together / expected_together(sums, used)

    return figure


def expected_together(sums: Sums, used: int) -> ComplexArray:
    """Coincidences of the two at random: by the model of plain error under which they meet more often."""
    half = sums.disagreement / 2
    by_frequency = 2 * half * sums.first * sums.second / (sums.total**2 - sums.square)
    if used < 2:
        return by_frequency
    evenly = half * (sums.first + sums.second) / ((used - 1) * sums.total)
    return np.where(by_frequency.real >= evenly.real, by_frequency, evenly)


def _coefficient(
    name: Coefficient, disagreement: ComplexArray, total: ComplexArray, square: ComplexArray, classes: int
) -> ComplexArray:
    if name == "alpha":
        return 1 - disagreement * (total - 1) / (total**2 - square)
    chance = (1 - square / total**2) / (classes - 1) if classes > 1 else np.full_like(total, np.nan)
    return 1 - disagreement / total / (1 - chance)


def _merged(sums: Sums, name: Coefficient, classes: int) -> ComplexArray:
    square = sums.square + 2 * sums.first * sums.second
    return _coefficient(name, sums.disagreement - 2 * sums.together, sums.total, square, classes - 1)


def _merged_at_random(sums: Sums, name: Coefficient, classes: int, used: int) -> ComplexArray:
    return _merged(replace(sums, together=expected_together(sums, used)), name, classes)


def _borderline(sums: Sums, name: Coefficient, classes: int) -> ComplexArray:
    a, b = sums.first_inside, sums.second_inside
    square = sums.square - sums.first**2 - sums.second**2
    square = square + (sums.first - a) ** 2 + (sums.second - b) ** 2 + (a + b) ** 2
    return _coefficient(name, sums.disagreement - 2 * sums.together, sums.total, square, classes + 1)


def _borderline_at_random(sums: Sums, name: Coefficient, classes: int, used: int) -> ComplexArray:
    expected = expected_together(sums, used)
    scale = expected / sums.together
    # no more of a class can lie inside than there is of it
    scale = np.where(_most_inside(sums, scale) > 1, scale / _most_inside(sums, scale), scale)
    at_random = replace(
        sums,
        together=expected,
        first_inside=sums.first_inside * scale,
        second_inside=sums.second_inside * scale,
    )
    return _borderline(at_random, name, classes)


def _most_inside(sums: Sums, scale: ComplexArray) -> FloatArray:
    shares = [sums.first_inside * scale / sums.first, sums.second_inside * scale / sums.second]
    return np.maximum(shares[0].real, shares[1].real)


def _split(sums: Sums, name: Coefficient, classes: int) -> ComplexArray:
    whole, part, _ = _commoner(sums)
    square = sums.square - whole**2 + part**2 + (whole - part) ** 2
    return _coefficient(name, sums.disagreement, sums.total, square, classes + 1)


def _split_at_random(sums: Sums, name: Coefficient, classes: int, used: int) -> ComplexArray:
    whole, part, own = _commoner(sums)
    apart = 2 * (part / whole) * (1 - part / whole)
    return _split(replace(sums, disagreement=sums.disagreement + own * apart), name, classes)


def _commoner(sums: Sums) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    first = sums.first_commoner
    return (
        np.where(first, sums.first, sums.second),
        np.where(first, sums.first_inside, sums.second_inside),
        np.where(first, sums.own_first, sums.own_second),
    )


_AFTER: dict[Action, Callable[[Sums, Coefficient, int], ComplexArray]] = {
    "merge": _merged,
    "borderline": _borderline,
    "split": _split,
}
_AT_RANDOM: dict[Action, Callable[[Sums, Coefficient, int, int], ComplexArray]] = {
    "merge": _merged_at_random,
    "borderline": _borderline_at_random,
    "split": _split_at_random,
}
