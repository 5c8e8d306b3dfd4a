"""Agreement label by label: which ones do people recognize alike, and which not?"""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.tabulation import Resampling, resampling
from consistency.core.arrays import IntArray, totals
from consistency.core.bootstrap import resampled_sums
from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from consistency.core.profiles import Profiles, profiles
from consistency.core.ratings import Ratings

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class ClassAgreement:
    """One class: its votes on items with two answers or more, their share, alpha of "this class or another", and the
    chance that a second answer is this class where a first one is."""

    name: object
    answers: int
    share: float
    alpha: Estimate
    specific: Estimate


def by_class(
    votes: Ratings | Profiles, *, rng: np.random.Generator | None = None, replicates: int = 1000
) -> list[ClassAgreement]:
    """For each class, nominal alpha of it against all others taken as one, and its specific agreement.

    Specific agreement for any number of labelers (de Vet et al. 2018, Journal of Clinical Epidemiology) with k votes of the class among an item's m:
    ``sum k (k - 1) / (m - 1) / sum k``; its standard error is the ratio's, linearized over items.

    >>> from consistency.core.profiles import profiles_of_tuples
    >>> a, b = by_class(profiles_of_tuples([((1, 1), 3), ((1, 2), 1), ((2, 2), 2)]))
    >>> round(a.specific.value, 4), round(b.specific.value, 4), round(a.alpha.value, 4)
    (0.8571, 0.8, 0.6857)
    """
    patterns = (profiles(votes) if isinstance(votes, Ratings) else votes).pairable()
    m = patterns.votes()
    total = int(patterns.n_items @ m)
    found = []
    for code, name in enumerate(patterns.classes.tolist()):
        cells = patterns.code == code
        k = np.zeros(len(patterns), dtype=np.int64)
        k[patterns.pattern[cells]] = patterns.count[cells]
        answers = int(patterns.n_items @ k)
        resample = resampling(rng, replicates)
        found.append(
            ClassAgreement(
                name,
                answers,
                answers / total if total else nan,
                nominal_alpha(_against_rest(k, m, patterns.n_items), rng=rng, replicates=replicates),
                _specific(k, m, patterns.n_items, resample),
            )
        )
    return found


def _against_rest(k: IntArray, m: IntArray, n_items: IntArray) -> Profiles:
    """Patterns of two classes, the one (0) and all others (1), equal ones together."""
    base = int(m.max(initial=0)) + 1
    items = totals(k * base + m, n_items, base * base).astype(np.int64)
    key = np.flatnonzero(items)
    hits, votes = key // base, key % base
    table = np.stack([hits, votes - hits], axis=1)
    pattern, code = np.nonzero(table)
    return Profiles(pattern, code, table[pattern, code], items[key], np.arange(2))


def _specific(k: IntArray, m: IntArray, n_items: IntArray, resample: Resampling | None) -> Estimate:
    n, answers = int(n_items.sum()), int(n_items @ k)
    if answers == 0:
        return undefined("no answer on an item with two answers", n_items=n)
    agreeing = k * (k - 1) / np.maximum(m - 1, 1)
    value = float(n_items @ agreeing) / answers
    squares = float(n_items @ (agreeing - value * k) ** 2)
    se = sqrt(squares * n / (n - 1)) / answers if n > 1 else nan
    reason = too_little_for_interval(
        n,
        min(1.0, answers / float(n_items @ m)),
        differing=float(n_items[(k > 0) & (k < m)].sum()),
        agreeing=float(n_items[k >= 2].sum()),
    )
    estimate = Estimate(
        value,
        nan if reason else max(0.0, value - Z95 * se),
        nan if reason else min(1.0, value + Z95 * se),
        reason,
        se,
        "" if reason else "normal, linearized over items",
        n,
        answers,
    )
    if resample is None:
        return estimate
    sums = resampled_sums(n_items, np.column_stack([agreeing, k]), resample.replicates, resample.rng)
    with np.errstate(divide="ignore", invalid="ignore"):
        return resample.of(estimate, sums[:, 0] / sums[:, 1])
