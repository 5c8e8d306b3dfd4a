"""Each class by itself: chosen if more than half of the weight chose it, within the question's limits."""

from __future__ import annotations

from collections.abc import Sequence

from labeling.label_types.ballots import EVEN, canonical, distribution
from labeling.label_types.base import Ballot, Merged, Tie
from labeling.label_types.choices.value import Choices, ChoicesSpec, dump
from labeling.label_types.choices.votes import votes


def merge(ballots: Sequence[Ballot[Choices]], spec: ChoicesSpec) -> Merged[Choices]:
    """Exactly half is a tie and left out. Too few or too many classes for the question: those with most weight."""
    shares = distribution(canonical(ballots, dump), lambda value: votes(value, spec))
    yes = {code: shares[str(code)].get(1, 0.0) for code in spec.class_order}
    ranked = sorted(spec.class_order, key=lambda code: -round(yes[code], 9))
    wanted = sum(share > 0.5 + EVEN for share in yes.values())
    chosen = ranked[: min(max(wanted, spec.min), spec.max)]
    ties = tuple(Tie(str(code), (0, 1)) for code in spec.class_order if abs(yes[code] - 0.5) <= EVEN)
    return Merged(Choices(frozenset(chosen)), {str(code): yes[code] for code in chosen}, shares, ties)
