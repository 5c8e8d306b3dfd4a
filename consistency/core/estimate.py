"""A figure with its interval, what it was computed from, and why something is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isnan, nan

MINIMUM_ITEMS = 100
MINIMUM_RARER = 5.0
MINIMUM_EITHER = 5
"""Items that differ, and items that agree: with fewer of one, an interval symmetric about the figure, or resampled from
those few, holds the truth in as few as 84 of 100 samples (`./concord bench coverage`)."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient. ``value`` is ``nan`` when undefined; ``reason`` then says why.

    ``low`` and ``high`` bound the 95% interval and are ``nan`` when it is withheld; ``reason`` then says why.
    ``n_items`` and ``n_answers`` count what entered the figure; ``left_out`` counts, by cause, what did not.
    """

    value: float
    low: float = nan
    high: float = nan
    reason: str = ""
    se: float = nan
    interval: str = ""
    n_items: int = 0
    n_answers: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)

    @property
    def defined(self) -> bool:
        return not isnan(self.value)


def undefined(
    reason: str, *, n_items: int = 0, n_answers: int = 0, left_out: Mapping[str, int] | None = None
) -> Estimate:
    """An estimate that does not exist, with its reason."""
    return Estimate(nan, reason=reason, n_items=n_items, n_answers=n_answers, left_out=left_out or {})


def too_little_for_interval(
    n_items: int, rarer_share: float, *, differing: float | None = None, agreeing: float | None = None
) -> str:
    """Why a 95% interval would not be honest here, or "".

    ``rarer_share`` is the share of votes outside the commonest class (of two classes: the rarer one). ``differing``
    counts the items whose answers differ, ``agreeing`` those with two alike, where the figure hangs on them.

    >>> too_little_for_interval(40, 0.5)
    'interval withheld: 40 items, 100 needed'
    >>> too_little_for_interval(1000, 0.001)
    'interval withheld: 1.0 items expected outside the commonest class, 5 needed'
    >>> too_little_for_interval(1000, 0.5, differing=4)
    'interval withheld: 4 items with differing answers, 5 needed'
    >>> too_little_for_interval(1000, 0.5)
    ''
    """
    if n_items < MINIMUM_ITEMS:
        return f"interval withheld: {n_items} items, {MINIMUM_ITEMS} needed"
    expected = n_items * rarer_share
    if expected < MINIMUM_RARER - 1e-9:
        return f"interval withheld: {expected:.1f} items expected outside the commonest class, {MINIMUM_RARER:.0f} needed"
    for count, what in ((differing, "differing"), (agreeing, "agreeing")):
        if count is not None and count < MINIMUM_EITHER:
            return f"interval withheld: {count:.0f} items with {what} answers, {MINIMUM_EITHER} needed"
    return ""
