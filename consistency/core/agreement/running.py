"""Nominal agreement kept up to date vote by vote: a vote costs its item's few classes, however many items there are."""

from collections.abc import Hashable
from math import nan

from consistency.core.ratings import Ratings


class RunningAgreement:
    """Percent agreement and nominal alpha of the votes added so far; a vote can be taken back.

    The sums are those of the batch figures: over items of ``m >= 2`` votes, ``sum (m^2 - sum_c n_c^2) / (m - 1)`` and
    the votes a class. Parts kept apart add up by `merge`.

    >>> running = RunningAgreement()
    >>> for item, code in [(1, 0), (1, 0), (2, 0), (2, 1), (3, 1), (3, 1)]:
    ...     running.add(item, code)
    >>> round(running.alpha, 4), round(running.percent_agreement, 4)
    (0.4444, 0.6667)
    """

    def __init__(self) -> None:
        self._votes: dict[Hashable, dict[Hashable, int]] = {}
        self._class_votes: dict[Hashable, int] = {}
        self._disagreement = 0.0
        self._agreement = 0.0
        self._items = 0

    def add(self, item: Hashable, code: Hashable) -> None:
        """One vote more."""
        self._change(item, code, 1)

    def remove(self, item: Hashable, code: Hashable) -> None:
        """One vote less; it must be there."""
        if self._votes.get(item, {}).get(code, 0) < 1:
            raise ValueError(f"code: no vote {code!r} on item {item!r}")
        self._change(item, code, -1)

    def merge(self, other: "RunningAgreement") -> None:
        """Take over the votes of another part."""
        for item, votes in other._votes.items():
            for code, count in votes.items():
                for _ in range(count):
                    self.add(item, code)

    @property
    def alpha(self) -> float:
        """Krippendorff's nominal alpha; ``nan`` where only one class was used or no item has two votes."""
        total = sum(self._class_votes.values())
        expected = total * total - sum(votes * votes for votes in self._class_votes.values())
        return 1 - (total - 1) * self._disagreement / expected if expected else nan

    @property
    def percent_agreement(self) -> float:
        """Mean share of agreeing pairs over the items of two votes and more."""
        return self._agreement / self._items if self._items else nan

    def _change(self, item: Hashable, code: Hashable, by: int) -> None:
        votes = self._votes.setdefault(item, {})
        self._count(votes, -1)
        votes[code] = votes.get(code, 0) + by
        if not votes[code]:
            del votes[code]
        self._count(votes, 1)
        if not votes:
            del self._votes[item]

    def _count(self, votes: dict[Hashable, int], sign: int) -> None:
        m = sum(votes.values())
        if m < 2:
            return
        squares = sum(count * count for count in votes.values())
        self._items += sign
        self._disagreement += sign * (m * m - squares) / (m - 1)
        self._agreement += sign * (squares - m) / (m * (m - 1))
        for code, count in votes.items():
            left = self._class_votes.get(code, 0) + sign * count
            self._class_votes[code] = left
            if not left:
                del self._class_votes[code]


def running_agreement(ratings: Ratings) -> RunningAgreement:
    """The running sums of votes that are there already."""
    running = RunningAgreement()
    for item, code in zip(ratings.item.tolist(), ratings.code.tolist(), strict=True):
        running.add(item, code)
    return running
