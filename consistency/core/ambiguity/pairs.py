"""Which two classes are taken for each other beyond chance, and what deciding about them would do: all pairs at once."""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from consistency.core.ambiguity.meetings import Meetings, meetings
from consistency.core.ambiguity.what_if import ACTIONS, Action, Coefficient, Effect, effect, lift
from consistency.core.arrays import BoolArray, FloatArray, IntArray, NameArray
from consistency.core.estimate import MINIMUM_ITEMS
from consistency.core.profiles import Profiles, profiles
from consistency.core.ratings import Ratings

MINIMUM_MEETINGS = 5
"""Items on which two classes met, below which nothing is said about them."""


@dataclass(frozen=True, eq=False, slots=True)
class ConfusedPairs:
    """Pairs of classes that met on an item, the largest gain of alpha by merging first.

    ``first < second`` index ``classes``. ``items``: how many drew both. ``together``: coincidences of the two
    (Krippendorff's, an item of m votes counting m). ``lift``: those over the coincidences at random, with its standard
    error. ``impact``: the share of all disagreement. ``rate``: of the companions of a vote for the rarer class, the share
    that said the other. ``effects``: what each decision does to alpha and AC1. ``ambiguous``: a merge raises alpha by more
    than one at random, at a confidence of ``1 - 0.05 / pairs``; ``reason`` says where that cannot be judged.
    """

    classes: NameArray
    n_items: int
    alpha: float
    ac1: float
    first: IntArray
    second: IntArray
    items: IntArray
    together: FloatArray
    lift: FloatArray
    lift_se: FloatArray
    impact: FloatArray
    rate: FloatArray
    effects: dict[tuple[Action, Coefficient], Effect]
    ambiguous: BoolArray
    reason: tuple[str, ...]
    tried: int

    @property
    def reach(self) -> float:
        """Standard errors on either side that hold for all pairs together at 95%."""
        return _reach(self.tried)

    def clusters(self) -> list[list[object]]:
        """Classes chained by ambiguous pairs, each group in class order."""
        group = list(range(len(self.classes)))
        for a, b in zip(
            self.first[self.ambiguous].tolist(), self.second[self.ambiguous].tolist(), strict=True
        ):
            low, high = sorted((group[a], group[b]))
            group = [low if g == high else g for g in group]
        names = self.classes.tolist()
        found = [[names[c] for c, g in enumerate(group) if g == head] for head in sorted(set(group))]
        return [cluster for cluster in found if len(cluster) > 1]


def confused_pairs(votes: Ratings | Profiles) -> ConfusedPairs:
    """Every pair of classes that met, ranked by the gain in alpha of a merge over a merge at random.

    >>> from consistency.core.profiles import profiles_of_tuples
    >>> rows = [((1, 1), 40), ((2, 2), 40), ((3, 3), 40), ((1, 2), 30), ((2, 3), 3), ((1, 3), 3)]
    >>> p = confused_pairs(profiles_of_tuples(rows))
    >>> p.first[0].item(), p.second[0].item(), p.ambiguous.tolist(), p.clusters()
    (0, 1, [True, False, False], [[1, 2]])
    """
    patterns = (profiles(votes) if isinstance(votes, Ratings) else votes).pairable()
    n_items = int(patterns.n_items.sum())
    used = int(np.count_nonzero(patterns.class_votes()))
    met = meetings(patterns)
    alike = meetings(patterns, each_item_alike=True)
    classes = len(patterns.classes)
    sized = {"classes": classes, "used": used}
    effects: dict[tuple[Action, Coefficient], Effect] = {}
    for action in ACTIONS:
        effects[action, "alpha"] = effect(met, action, "alpha", **sized)
        effects[action, "ac1"] = effect(alike, action, "ac1", **sized)
    merge = effects["merge", "alpha"]
    order = np.lexsort((-met.sums[7], -np.nan_to_num(merge.gain, nan=-np.inf)))
    tried = max(1, used * (used - 1) // 2)
    reasons = tuple(_reason(n_items, used, met, row) for row in order.tolist())
    with np.errstate(invalid="ignore"):
        beyond = merge.gain - _reach(tried) * merge.gain_se > 0
    disagreement, together = met.sums[0], met.sums[7]
    over_chance = lift(used)
    whole = 1.0 if used > 1 else float("nan")
    agreed = {name: effects["merge", name].before for name in ("alpha", "ac1")}
    return ConfusedPairs(
        patterns.classes,
        n_items,
        float(agreed["alpha"][0]) if len(order) else whole,
        float(agreed["ac1"][0]) if len(order) else whole,
        met.first[order],
        met.second[order],
        met.items[order],
        together[order],
        met.value(over_chance)[order],
        met.standard_error(over_chance)[order],
        (2 * together / disagreement)[order],
        (together / np.minimum(met.sums[3], met.sums[5]))[order],
        {key: _ordered(one, order) for key, one in effects.items()},
        np.asarray(
            [bool(beyond[row]) and not why for row, why in zip(order, reasons, strict=True)], dtype=np.bool_
        ),
        reasons,
        tried,
    )


def _reach(tried: int) -> float:
    return -NormalDist().inv_cdf(0.025 / tried)


def _reason(n_items: int, used: int, met: Meetings, row: int) -> str:
    if used <= 2:
        return "two classes only: there is no other pair to compare with"
    if n_items < MINIMUM_ITEMS:
        return f"interval withheld: {n_items} items, {MINIMUM_ITEMS} needed"
    if met.items[row] < MINIMUM_MEETINGS:
        return f"the two met on {met.items[row]} items, {MINIMUM_MEETINGS} needed"
    return ""


def _ordered(one: Effect, order: IntArray) -> Effect:
    return Effect(
        one.before[order],
        one.after[order],
        one.change[order],
        one.change_se[order],
        one.at_random[order],
        one.gain[order],
        one.gain_se[order],
    )
