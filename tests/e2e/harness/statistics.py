"""Figures counted again the way the textbook writes them, sharing no code with the product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence


def nominal_alpha(votes: Mapping[str, Sequence[str]]) -> float:
    """Krippendorff's nominal alpha by his coincidence matrix (2011, section C), over the votes of each item."""
    pairs: defaultdict[tuple[str, str], float] = defaultdict(float)
    for said in votes.values():
        for i, first in enumerate(said):
            for j, second in enumerate(said):
                if i != j:
                    pairs[first, second] += 1 / (len(said) - 1)
    totals: defaultdict[str, float] = defaultdict(float)
    for (first, _), size in pairs.items():
        totals[first] += size
    n = sum(totals.values())
    observed = sum(size for (first, second), size in pairs.items() if first != second)
    expected = sum(totals[a] * totals[b] for a in totals for b in totals if a != b)
    return 1 - (n - 1) * observed / expected
