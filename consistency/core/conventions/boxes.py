"""How people draw boxes: looser or tighter, beside the thing, one for several, and how small a thing they still draw."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import NormalDist

import numpy as np

from consistency.core.ambiguity.thresholds import holm, line_between
from consistency.core.arrays import FloatArray
from consistency.core.special import student_tail
from labeling.label_types.geometry import Rect, areas, ious, shared_areas
from labeling.label_types.matching import best_pairs

SAME_THING = 0.3
"""Overlap from which two boxes are of one thing: loose and tight boxes of a thing overlap by little more."""

MOSTLY = 0.5
FEWEST = 8
LEVEL = 0.05
LEAST = {"looseness": 0.02, "offset_x": 0.02, "offset_y": 0.02, "one_for_many": 0.1}
MEASURES = ("looseness", "offset_x", "offset_y")


@dataclass(frozen=True, slots=True)
class Box:
    label: str
    rect: Rect


@dataclass(frozen=True, eq=False, slots=True)
class Habit:
    """How one labeler differs from the others on one measure; ``value`` is the median (a share for ``one_for_many``,
    a length for ``smallest``) with a 95% interval, ``pixels`` the same in the picture's own unit."""

    labeler: int
    measure: str
    value: float
    low: float
    high: float
    pixels: float
    things: int
    p: float
    p_corrected: float
    found: bool
    reason: str


@dataclass(frozen=True, eq=False, slots=True)
class Boxes:
    """``habits`` of every labeler, conventions first. ``smallest_drawn``: the shortest root of an area each drew."""

    habits: tuple[Habit, ...]
    items: int
    things: int
    missed: int
    other_class: int
    smallest_drawn: Mapping[int, float]


@dataclass(slots=True)
class Thing:
    """What several people drew: the box of each, and who saw the item."""

    drawn: dict[int, Box]
    seen_by: Sequence[int]

    def measures(self) -> dict[str, float]:
        """Of the median box, in the picture's unit, as the label type of boxes names them; and where it lies."""
        rect = median_rect([box.rect for box in self.drawn.values()])
        return {
            "width": rect.width,
            "height": rect.height,
            "area": rect.area,
            "long_side": max(rect.width, rect.height),
            "short_side": min(rect.width, rect.height),
            "aspect": rect.width / rect.height,
            "x": (rect.x0 + rect.x1) / 2,
            "y": (rect.y0 + rect.y1) / 2,
        }


def box_conventions(answers: Iterable[tuple[int, Sequence[tuple[int, Sequence[Box]]]]]) -> Boxes:
    """``answers``: for each item its labelers with their boxes (none, where nothing was there for them).

    Boxes of one thing are matched optimally at an overlap of 0.3. A labeler is compared with the median of the others'
    boxes, thing by thing: looseness is the root of the ratio of areas minus one, an offset the shift of the middle over
    the side. Medians carry the interval of the sign test, p-values are of the signed-rank test (Wilcoxon 1945,
    doi:10.2307/3001968), of the share's difference from the others, or of the likelihood that lines differ; corrected over
    everything tried.
    """
    things: list[Thing] = []
    merges: Counter[tuple[int, int]] = Counter()
    items = 0
    for _, people in answers:
        if len(people) < 2:
            continue
        items += 1
        inside = _one_for_many(people, merges)
        apart = [
            (who, [box for at, box in enumerate(boxes) if (who, at) not in inside]) for who, boxes in people
        ]
        things += things_of(apart)
    habits = [
        *(habit for name in MEASURES for habit in _against_usual(partial(_by_median, name, things))),
        *_against_usual(partial(_by_share, merges)),
        *_by_size(things),
    ]
    enough = [habit for habit in habits if not habit.reason]
    corrected = dict(zip(map(id, enough), holm([habit.p for habit in enough]), strict=True))
    judged = [
        replace(
            habit,
            p_corrected=corrected.get(id(habit), 1.0),
            found=corrected.get(id(habit), 1.0) < LEVEL and abs(habit.value) >= LEAST.get(habit.measure, 0.0),
        )
        for habit in habits
    ]
    return Boxes(
        tuple(sorted(judged, key=lambda habit: (not habit.found, habit.measure, habit.labeler))),
        items,
        len(things),
        sum(len(thing.drawn) < len(thing.seen_by) for thing in things),
        sum(len({box.label for box in thing.drawn.values()}) > 1 for thing in things),
        _smallest(things),
    )


def things_of(people: Sequence[tuple[int, Sequence[Box]]]) -> list[Thing]:
    """Each labeler's boxes join the things they overlap best, one to one; the others begin things."""
    everybody = [labeler for labeler, _ in people]
    things: list[Thing] = []
    for labeler, boxes in people:
        standing = [median_rect([box.rect for box in thing.drawn.values()]) for thing in things]
        home: dict[int, int] = {}
        if standing and boxes:
            overlap = ious(standing, [box.rect for box in boxes])
            home = {column: row for row, column in best_pairs(overlap, at=SAME_THING)}
        for column, box in enumerate(boxes):
            if column in home:
                things[home[column]].drawn[labeler] = box
            else:
                things.append(Thing({labeler: box}, everybody))
    return things


def median_rect(rects: Sequence[Rect]) -> Rect:
    edges = np.array([(one.x0, one.y0, one.x1, one.y1) for one in rects])
    return Rect(*np.median(edges, axis=0).tolist())


def _against_usual(habits: Callable[[frozenset[int]], list[Habit]]) -> list[Habit]:
    """Habits, against everybody and then without the few who stand out: one loose labeler makes no tight ones of the rest.

    ``habits`` takes the labelers nobody is compared with.
    """
    first = habits(frozenset())
    sides = [
        {habit.labeler for habit in first if not habit.reason and habit.p < 0.01 and habit.value * sign > 0}
        for sign in (1, -1)
    ]
    few, many = sorted(sides, key=len)
    unusual = (
        few if few and len(few) < len(many) else many if not few and 2 * len(many) < len(first) else set()
    )
    return habits(frozenset(unusual)) if unusual else first


def _measured(thing: Thing, labeler: int, unusual: frozenset[int]) -> dict[str, tuple[float, float]] | None:
    """Each measure relative to the thing, and in the picture's unit; ``None`` where nobody can be compared with."""
    others = [box.rect for who, box in thing.drawn.items() if who != labeler and who not in unusual]
    if not others:
        return None
    usual, own = median_rect(others), thing.drawn[labeler].rect
    margin = (own.width - usual.width + own.height - usual.height) / 4
    right, down = (own.x0 + own.x1 - usual.x0 - usual.x1) / 2, (own.y0 + own.y1 - usual.y0 - usual.y1) / 2
    return {
        "looseness": (float(np.sqrt(own.area / usual.area)) - 1, margin),
        "offset_x": (right / usual.width, right),
        "offset_y": (down / usual.height, down),
    }


def _by_median(measure: str, things: Sequence[Thing], unusual: frozenset[int]) -> list[Habit]:
    rows: dict[int, list[tuple[float, float]]] = {}
    for thing in things:
        for labeler in thing.drawn:
            measured = _measured(thing, labeler, unusual)
            if measured is not None:
                rows.setdefault(labeler, []).append(measured[measure])
    habits = []
    for labeler in sorted(rows):
        values, pixels = np.array(rows[labeler]).T
        low, high = _median_interval(values)
        few = len(values) < FEWEST
        reason = f"{len(values)} things, {FEWEST} needed" if few else ""
        p = 1.0 if few else signed_rank(values)
        value, shift = float(np.median(values)), float(np.median(pixels))
        habits.append(Habit(labeler, measure, value, low, high, shift, len(values), p, 1.0, False, reason))
    return habits


def _median_interval(values: FloatArray) -> tuple[float, float]:
    """Order statistics that hold the median in 95% and more; none below 6 values."""
    n = len(values)
    ordered = np.sort(values)
    rank = int(np.floor(n / 2 - 0.98 * np.sqrt(n)))
    return (float(ordered[rank]), float(ordered[n - 1 - rank])) if n >= 6 and rank >= 0 else (np.nan, np.nan)


def signed_rank(values: FloatArray) -> float:
    """p-value of a median of 0: Wilcoxon's signed ranks, zeros left out, normal with ties corrected for.

    >>> signed_rank(np.array([1.0, -1.0, 2.0, -2.0])), signed_rank(np.arange(1.0, 21.0)) < 0.001
    (1.0, True)
    """
    values = values[values != 0]
    n = len(values)
    if n == 0:
        return 1.0
    _, index, size = np.unique(np.abs(values), return_inverse=True, return_counts=True)
    rank = (np.cumsum(size) - (size - 1) / 2.0)[index]
    statistic = float(rank[values > 0].sum()) - n * (n + 1) / 4
    variance = n * (n + 1) * (2 * n + 1) / 24 - float((size.astype(np.float64) ** 3 - size).sum()) / 48
    return 2 * (1 - NormalDist().cdf(max(0.0, abs(statistic) - 0.5) / float(np.sqrt(variance))))


def _one_for_many(
    people: Sequence[tuple[int, Sequence[Box]]], merges: Counter[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Counts where one box of a labeler stands for several of another; returns the boxes concerned as (labeler, place)."""
    inside: set[tuple[int, int]] = set()
    for labeler, boxes in people:
        for other, theirs in people:
            if other == labeler or not boxes or len(theirs) < 2:
                continue
            for row, held in _covering([box.rect for box in boxes], [box.rect for box in theirs]):
                merges[labeler, other] += 1
                inside.add((labeler, row))
                inside.update((other, column) for column in held)
    return inside


def _covering(ones: Sequence[Rect], many: Sequence[Rect]) -> list[tuple[int, list[int]]]:
    """Those of the first that hold two and more of the others, which lie beside one another; and these."""
    inside = shared_areas(ones, many) / areas(many)[None, :]
    nested = shared_areas(many, many) / areas(many)[None, :]
    found = []
    for row in range(len(ones)):
        held = [column for column in range(len(many)) if inside[row, column] >= MOSTLY]
        held = [column for column in held if inside[:, column].argmax() == row]
        apart = [one for one in held if all(nested[other, one] < MOSTLY for other in held if other != one)]
        if len(apart) >= 2:
            found.append((row, apart))
    return found


def _by_share(merges: Mapping[tuple[int, int], int], unusual: frozenset[int]) -> list[Habit]:
    """Where one box stands against several, the share in which a labeler's was the one, less the half of no habit."""
    habits = []
    for labeler in sorted({who for pair in merges for who in pair}):
        one = sum(n for (who, other), n in merges.items() if who == labeler and other not in unusual)
        n = one + sum(n for (other, who), n in merges.items() if who == labeler and other not in unusual)
        reason = "" if n >= FEWEST else f"{n} cases, {FEWEST} needed"
        low, high = _wilson(one, n) if n else (np.nan, np.nan)
        p = 1.0 if reason else _binomial(one, n)
        value = one / n - 0.5 if n else np.nan
        habits.append(
            Habit(labeler, "one_for_many", value, low - 0.5, high - 0.5, np.nan, n, p, 1.0, False, reason)
        )
    return habits


def _wilson(successes: int, n: int) -> tuple[float, float]:
    z = 1.959963984540054
    middle = (successes + z * z / 2) / (n + z * z)
    reach = z / (n + z * z) * float(np.sqrt(successes * (n - successes) / n + z * z / 4))
    return middle - reach, middle + reach


def _binomial(successes: int, n: int) -> float:
    """Two-sided p-value of an even chance, normal with Yates' correction."""
    distance = max(0.0, abs(successes - n / 2) - 0.5)
    return 2 * (1 - NormalDist().cdf(distance / float(np.sqrt(n / 4))))


def _by_size(things: Sequence[Thing]) -> list[Habit]:
    """The size from which each labeler draws a thing that somebody else drew: a threshold, as between two classes."""
    sizes: dict[int, list[float]] = {}
    drew: dict[int, list[bool]] = {}
    for thing in things:
        if len(thing.seen_by) < 2:
            continue
        size = float(np.sqrt(median_rect([box.rect for box in thing.drawn.values()]).area))
        for labeler in thing.seen_by:
            if len(thing.drawn) - (labeler in thing.drawn) == 0:
                continue  # nobody else drew it: whether it is there at all is another question
            sizes.setdefault(labeler, []).append(size)
            drew.setdefault(labeler, []).append(labeler in thing.drawn)
    habits = []
    for labeler in sorted(sizes):
        x, y = np.array(sizes[labeler]), np.array(drew[labeler], dtype=np.bool_)
        missed = int((~y).sum())
        reason = "" if missed >= 3 and y.sum() >= 3 else f"{missed} things missed, 3 needed"
        value = low = high = float("nan")
        p = 1.0
        if not reason:
            value, low, high, _ = line_between(np.log(x), y)
            with np.errstate(over="ignore"):
                value, low, high = (float(np.exp(one)) for one in (value, low, high))
            p = _rank_sum(x[~y], x[y])
            inside = bool(x.min() <= value <= x.max())
            reason = "" if inside else "large things are missed as well"
            value, low, high = (value, low, high) if inside else (np.nan, np.nan, np.nan)
        habits.append(Habit(labeler, "smallest", value, low, high, value, len(x), p, 1.0, False, reason))
    return habits


def _rank_sum(small: FloatArray, large: FloatArray) -> float:
    """One-sided p-value of the first being no smaller than the second (Wilcoxon 1945)."""
    both = np.concatenate([small, large])
    _, index, size = np.unique(both, return_inverse=True, return_counts=True)
    rank = (np.cumsum(size) - (size - 1) / 2.0)[index]
    n, m = len(small), len(large)
    statistic = float(rank[:n].sum()) - n * (n + m + 1) / 2
    spread = float(rank.var(ddof=1)) * n * m / (n + m)
    if spread == 0:
        return 1.0
    return student_tail(n + m - 2, -statistic / float(np.sqrt(spread)))


def _smallest(things: Sequence[Thing]) -> dict[int, float]:
    found: dict[int, float] = {}
    for thing in things:
        for labeler, box in thing.drawn.items():
            size = float(np.sqrt(box.rect.area))
            found[labeler] = min(size, found.get(labeler, size))
    return found
