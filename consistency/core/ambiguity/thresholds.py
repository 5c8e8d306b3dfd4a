"""Which measurable attribute people draw the line on, where each draws it, and how much disagreement that explains."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from consistency.core.ambiguity.firth import firth_curve
from consistency.core.arrays import BoolArray, FloatArray, IntArray, NameArray, counts, totals
from consistency.core.ratings import Ratings
from consistency.core.special import chi_square_tail, expit, student_tail

MINIMUM_ANSWERS = 10
MINIMUM_OF_A_CLASS = 2
Z95 = 1.959963984540054
RIDGE = 1e-3


@dataclass(frozen=True, eq=False, slots=True)
class Thresholds:
    """One attribute against one pair of classes; above its threshold a labeler answers ``high``, below ``low``.

    Arrays have an entry a labeler with enough answers. ``separated``: the classes do not overlap on the attribute, the
    threshold is the middle of the gap and the interval the gap itself; else Firth's logistic with a 95% interval. A
    labeler who draws no line in the common direction, or none near the values, has ``nan``. ``band`` reaches from the lowest to the highest
    threshold; ``explained`` is the share of disagreeing pairs of answers that the two labelers' thresholds predict;
    ``cut`` is the median threshold. ``p`` is the largest of three p-values: does the attribute order the items at all,
    do labelers differ given the attribute, is the disagreement near the cut. ``p_corrected`` is Holm's over all fields
    tried, and ``found`` says ``p_corrected < level``, 0.01 if not asked otherwise.
    """

    field: str
    low: object
    high: object
    labelers: NameArray
    labeler: IntArray
    threshold: FloatArray
    lower: FloatArray
    upper: FloatArray
    separated: BoolArray
    answers: IntArray
    band: tuple[float, float]
    cut: float
    explained: float
    disagreements: int
    p: float
    p_corrected: float
    found: bool
    reason: str = ""


def attribute_thresholds(
    ratings: Ratings, fields: Mapping[str, FloatArray], first: int, second: int, *, level: float = 0.01
) -> list[Thresholds]:
    """Every numeric field against the votes for classes ``first`` and ``second`` (indices), the best explained first.

    A field has one number an item in the order of ``ratings.items``, ``nan`` where unknown. Only votes for the two
    classes enter.
    """
    if first == second:
        raise ValueError("second: another class than first expected")
    results = [line_of_each(ratings, name, values, first, second) for name, values in fields.items()]
    corrected = holm([result.p for result in results])
    judged = [
        replace(result, p_corrected=p, found=bool(p < level and not result.reason))
        for result, p in zip(results, corrected, strict=True)
    ]
    return sorted(judged, key=lambda r: (not r.found, -r.explained, r.field))


def holm(p: Sequence[float]) -> list[float]:
    """Corrected for trying many (Holm 1979): a share of 0.05 of it below 0.05 where nothing is to be found.

    >>> [round(one, 3) for one in holm([0.01, 0.5, 0.02])]
    [0.03, 0.5, 0.04]
    """
    corrected, so_far = [0.0] * len(p), 0.0
    for rank, index in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        so_far = max(so_far, min(1.0, (len(p) - rank) * p[index]))
        corrected[index] = so_far
    return corrected


def line_of_each(ratings: Ratings, field: str, values: FloatArray, first: int, second: int) -> Thresholds:
    """One field: each labeler's threshold, and a p-value not corrected for anything."""
    if values.shape != (len(ratings.items),):
        raise ValueError(f"{field}: {len(ratings.items)} numbers expected, one an item, got {values.shape}")
    kept = np.isin(ratings.code, [first, second]) & np.isfinite(values[ratings.item])
    item, labeler = ratings.item[kept], ratings.labeler[kept]
    x, y = values[item], ratings.code[kept] == second
    names = ratings.classes.tolist()
    n_labelers = len(ratings.labelers)
    said = np.stack([counts(labeler[~y], n_labelers), counts(labeler[y], n_labelers)])
    enough = (said.sum(axis=0) >= MINIMUM_ANSWERS) & (said.min(axis=0) >= MINIMUM_OF_A_CLASS)
    who = np.flatnonzero(enough)
    usable = enough[labeler]
    item, labeler, x, y = item[usable], labeler[usable], x[usable], y[usable]
    if len(who) < 2 or len(np.unique(x)) < 3:
        reason = "fewer than two labelers with enough answers of both classes"
        return _nothing(ratings, field, names[first], names[second], reason if len(who) < 2 else "constant")
    direction, p_order = _order(item, x, y)
    if direction < 0:
        y = ~y
    fits = [line_between(x[labeler == g], y[labeler == g]) for g in who]
    threshold, lower, upper = (np.array([fit[column] for fit in fits]) for column in range(3))
    separated = np.array([fit[3] for fit in fits])
    margin = (x.max() - x.min()) / 2
    with np.errstate(invalid="ignore"):
        beyond = (threshold < x.min() - margin) | (threshold > x.max() + margin)
    for column in (threshold, lower, upper):
        column[beyond] = np.nan
    if np.isfinite(threshold).sum() < 2:
        return _nothing(
            ratings, field, names[first], names[second], "fewer than two labelers draw a line on it"
        )
    with np.errstate(invalid="ignore"):
        inside = (threshold >= x.min()) & (threshold <= x.max())
    band = (
        (float(threshold[inside].min()), float(threshold[inside].max())) if inside.any() else (np.nan, np.nan)
    )
    explained, disagreements = _explained(
        item, labeler, x, y, dict(zip(who.tolist(), threshold, strict=True))
    )
    cut = float(np.median(threshold[inside])) if inside.any() else np.nan
    p = max(p_order, _labelers_differ(labeler, x, y), _near_the_cut(item, x, y, cut))
    low, high = (first, second) if direction >= 0 else (second, first)
    return Thresholds(
        field,
        names[low],
        names[high],
        ratings.labelers,
        who,
        threshold,
        lower,
        upper,
        separated,
        said.sum(axis=0)[who],
        band,
        cut,
        explained,
        disagreements,
        p,
        p,
        False,
    )


def _nothing(ratings: Ratings, field: str, low: object, high: object, reason: str) -> Thresholds:
    whole, real, nan = np.zeros(0, dtype=np.int64), np.zeros(0), float("nan")
    flag = np.zeros(0, dtype=np.bool_)
    return Thresholds(
        field, low, high, ratings.labelers, whole, real, real, real, flag, whole, (nan, nan), nan, 0.0, 0, 1.0, 1.0,
        False, reason,
    )  # fmt: skip


def _order(item: IntArray, x: FloatArray, y: BoolArray) -> tuple[float, float]:
    """Rank correlation over items of the attribute with the share of ``second``, and its p-value.

    Over items, not votes: answers to one item are not independent of each other.
    """
    _, index = np.unique(item, return_inverse=True)
    n = int(index.max()) + 1
    votes = counts(index, n)
    a = _ranks(totals(index, x, n) / votes)
    b = _ranks(totals(index, y.astype(np.float64), n) / votes)
    if n < 4 or a.std() == 0 or b.std() == 0:
        return 0.0, 1.0
    r = float(np.corrcoef(a, b)[0, 1])
    t = abs(r) * np.sqrt((n - 2) / max(1e-12, 1 - r * r))
    return r, float(2 * student_tail(n - 2, float(t)))


def _near_the_cut(item: IntArray, x: FloatArray, y: BoolArray, cut: float) -> float:
    """p-value of items nearer to the cut being disputed more (one-sided rank correlation over items)."""
    if np.isnan(cut):
        return 1.0
    _, index = np.unique(item, return_inverse=True)
    n = int(index.max()) + 1
    votes, high = counts(index, n), counts(index[y], n)
    several = votes >= 2
    rank = _ranks(np.append(totals(index, x, n) / votes, cut))
    far = _ranks(np.abs(rank[:-1] - rank[-1])[several])
    disputed = _ranks((high * (votes - high) / np.maximum(1, votes * (votes - 1)))[several])
    if several.sum() < 4 or far.std() == 0 or disputed.std() == 0:
        return 1.0
    r, freedom = float(np.corrcoef(far, disputed)[0, 1]), int(several.sum()) - 2
    t = r * np.sqrt(freedom / max(1e-12, 1 - r * r))
    return float(student_tail(freedom, -float(t)))


def _ranks(values: FloatArray) -> FloatArray:
    """Midranks."""
    _, inverse, size = np.unique(values, return_inverse=True, return_counts=True)
    ranks: FloatArray = (np.cumsum(size) - (size - 1) / 2.0)[inverse]
    return ranks


def line_between(x: FloatArray, y: BoolArray) -> tuple[float, float, float, bool]:
    """Threshold and its interval of one labeler, and whether the classes separate."""
    top_of_low, bottom_of_high = float(x[~y].max()), float(x[y].min())
    if top_of_low <= bottom_of_high:
        return (top_of_low + bottom_of_high) / 2, top_of_low, bottom_of_high, True
    curve = firth_curve(x, y)
    if curve.slope <= 0:
        return np.nan, np.nan, np.nan, False
    reach = Z95 * curve.threshold_se
    return curve.threshold, curve.threshold - reach, curve.threshold + reach, False


def _explained(
    item: IntArray, labeler: IntArray, x: FloatArray, y: BoolArray, threshold: Mapping[int, float]
) -> tuple[float, int]:
    """Share of the disagreeing pairs of answers to an item that the thresholds get right on both sides.

    With, on an item, ``a`` answers "high" of which ``a'`` are as predicted, and ``b``, ``b'`` for "low": a' b' of the a b
    pairs. A labeler on the right side of its own line on both is what counts, so noise explains little.
    """
    line = np.array([threshold[g] for g in labeler.tolist()])
    with np.errstate(invalid="ignore"):
        as_high, as_low = x > line, x <= line  # neither where a labeler draws no line
    _, index = np.unique(item, return_inverse=True)
    n = int(index.max()) + 1
    above, below = counts(index[y], n), counts(index[~y], n)
    pairs = int((above * below).sum())
    right = int((counts(index[y & as_high], n) * counts(index[~y & as_low], n)).sum())
    return (right / pairs if pairs else 0.0), pairs


def _labelers_differ(labeler: IntArray, x: FloatArray, y: BoolArray) -> float:
    """Likelihood-ratio p-value of one line for all against a line each (a common slope)."""
    index = np.unique(labeler, return_inverse=True)[1]
    z = (x - x.mean()) / (x.std() or 1.0)
    together = _log_likelihood(np.zeros(len(index), dtype=np.int64), z, y)
    apart = _log_likelihood(index, z, y)
    freedom = int(index.max())
    return float(chi_square_tail(freedom, max(0.0, 2 * (apart - together)))) if freedom else 1.0


def _log_likelihood(group: IntArray, z: FloatArray, y: BoolArray) -> float:
    """Maximum of a logistic with an intercept a group and one slope (a slight ridge keeps it finite)."""
    n = int(group.max()) + 1
    intercept, slope, target = np.zeros(n), 0.0, y.astype(np.float64)
    for _ in range(100):
        p = expit(intercept[group] + slope * z)
        w = p * (1 - p)
        score, bend = totals(group, target - p, n) - RIDGE * intercept, totals(group, w, n) + RIDGE
        slope_score = float(z @ (target - p)) - RIDGE * slope
        mixed = totals(group, w * z, n)
        step = (slope_score - float(mixed @ (score / bend))) / (
            float(w @ z**2) + RIDGE - float(mixed @ (mixed / bend))
        )
        moves = (score - mixed * step) / bend
        limit = min(1.0, 3.0 / max(abs(step), float(np.abs(moves).max()), 1e-300))
        slope, intercept = slope + limit * step, intercept + limit * moves
        if max(abs(step), float(np.abs(moves).max())) < 1e-8:
            break
    eta = intercept[group] + slope * z
    return float((target * eta - np.logaddexp(0.0, eta)).sum())
