"""Of two parts, which one is better; of several, for each whether it is (among) the best."""

from __future__ import annotations

from labeling.label_types.base import WHOLE, Vote
from labeling.label_types.pairwise.value import EQUAL, PairwiseSpec, Ranking


def votes(value: Ranking, spec: PairwiseSpec) -> list[Vote]:
    best = value.groups[0]
    if spec.is_pair:
        return [Vote(WHOLE, best[0] if len(best) == 1 else EQUAL)]
    place = value.place
    return [Vote(str(code), int(code in best)) for code in spec.class_order if code in place]
