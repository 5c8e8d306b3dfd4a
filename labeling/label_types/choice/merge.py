"""Weighted plurality; even votes go to the class that the question lists first, and are named."""

from __future__ import annotations

from collections.abc import Sequence

from labeling.label_types.ballots import canonical, distribution, leaders
from labeling.label_types.base import WHOLE, Ballot, Merged, Tie
from labeling.label_types.choice.value import Choice, ChoiceSpec, dump
from labeling.label_types.choice.votes import votes


def merge(ballots: Sequence[Ballot[Choice]], spec: ChoiceSpec) -> Merged[Choice]:
    shares = distribution(canonical(ballots, dump), votes)
    first = leaders(shares[WHOLE], spec.class_order)
    return Merged(
        value=Choice(first[0]),
        support={WHOLE: shares[WHOLE][first[0]]},
        distribution=shares,
        ties=(Tie(WHOLE, first),) if len(first) > 1 else (),
    )
