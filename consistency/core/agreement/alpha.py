"""Krippendorff's alpha from vote profiles: 1 - observed / expected disagreement.

Hayes & Krippendorff 2007, doi:10.1080/19312450709336664; Krippendorff 2011, "Computing Krippendorff's
Alpha-Reliability".
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from consistency.core.agreement.tabulation import students_t
from consistency.core.agreement.weights import Scheme, class_scores, weight_matrix
from consistency.core.arrays import FloatArray, totals
from consistency.core.bootstrap import percentile_interval, resampled_sums
from consistency.core.estimate import Estimate, too_little_for_interval, undefined
from consistency.core.profiles import Profiles, profiles, profiles_of_tuples
from consistency.core.ratings import LEVELS, Level, Ratings

MOST_RATIO_CLASSES = 2_000
MOST_RANKED_ANEW = 30


def nominal_alpha(
    votes: Ratings | Profiles, *, rng: np.random.Generator | None = None, replicates: int = 1000
) -> Estimate:
    """Alpha where two classes are the same or different.

    With ``n_ic`` votes of class c and ``m_i >= 2`` votes on item i, ``N = sum_i m_i`` and ``n_c = sum_i n_ic``:
    ``alpha = 1 - (N - 1) sum_i (m_i^2 - sum_c n_ic^2) / (m_i - 1) / (N^2 - sum_c n_c^2)``.
    Without ``rng`` the standard error and interval are Gwet's, linearized over items; with it a bootstrap's.

    >>> rows = [((1, 1), 3), ((1, 2), 1), ((2, 2), 2)]
    >>> round(nominal_alpha(profiles_of_tuples(rows)).value, 4)
    0.6857
    """
    return _estimate(_patterns(votes), _nominal, rng, replicates)


def alpha_from_profiles(
    profiles: Sequence[tuple[tuple[int, ...], int]], *, rng: np.random.Generator, replicates: int = 1000
) -> Estimate:
    """Nominal alpha from ``((class, …), items)`` rows, with its bootstrap interval.

    >>> rows = [((1, 1, 1), 80), ((1, 1, 2), 20), ((2, 2, 2), 40)]
    >>> e = alpha_from_profiles(rows, rng=np.random.default_rng(1))
    >>> round(e.value, 3), e.low < e.value < e.high, e.n_items
    (0.786, True, 140)
    """
    return nominal_alpha(profiles_of_tuples(profiles), rng=rng, replicates=replicates)


def alpha(
    votes: Ratings | Profiles,
    *,
    level: Level = "nominal",
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> Estimate:
    """Alpha with the squared difference of the level between classes a and b.

    Interval ``(a - b)^2``; ratio ``((a - b) / (a + b))^2``; ordinal ``(r_a - r_b)^2`` with r the midranks of the
    pairable votes, which equals Krippendorff's ``(sum_{g=a..b} n_g - (n_a + n_b) / 2)^2``. The midranks are ranked
    anew in every replicate up to 30 classes, and kept above and in the linearized standard error.

    >>> rows = [((1, 1), 3), ((1, 2), 1), ((2, 2), 2), ((2, 3), 1)]
    >>> [round(alpha(profiles_of_tuples(rows), level=level).value, 3) for level in LEVELS]
    [0.527, 0.722, 0.658, 0.705]
    """
    if level not in LEVELS:
        raise ValueError(f"level: one of {', '.join(LEVELS)} expected, got {level!r}")
    patterns = _patterns(votes)
    if level == "nominal":
        return _estimate(patterns, _nominal, rng, replicates)
    if level == "ordinal":
        return _estimate(patterns, lambda part: _ordinal(part, ranked_anew=rng is not None), rng, replicates)
    scores = _numbers(patterns, level)
    if level == "interval":
        return _estimate(patterns, lambda part: _interval(part, scores), rng, replicates)
    if len(scores) > MOST_RATIO_CLASSES:
        raise ValueError(f"level: ratio takes up to {MOST_RATIO_CLASSES} different values, got {len(scores)}")
    total, gap = scores[:, None] + scores[None, :], scores[:, None] - scores[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.where(gap != 0, (gap / total) ** 2, 0.0)
    if not np.isfinite(distance).all():
        raise ValueError("level: opposite numbers have no ratio")
    return _estimate(patterns, lambda part: _given(part, distance), rng, replicates)


def alpha_of_distance(
    votes: Ratings | Profiles,
    distance: FloatArray,
    *,
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> Estimate:
    """Alpha for a given (squared) distance between classes, shape ``(classes, classes)``.

    Its null is that votes are dealt to items at random, every class keeping its frequency.

    >>> rows = [((1, 1), 3), ((1, 2), 1), ((2, 2), 2)]
    >>> round(alpha_of_distance(profiles_of_tuples(rows), 1 - np.eye(2)).value, 4)
    0.6857
    """
    patterns = _patterns(votes)
    q = len(patterns.classes)
    if distance.shape != (q, q):
        raise ValueError(f"distance: shape ({q}, {q}) expected, got {distance.shape}")
    if not np.isfinite(distance).all() or (distance < 0).any() or np.diagonal(distance).any():
        raise ValueError("distance: finite, not negative, and 0 on the diagonal expected")
    if not np.array_equal(distance, distance.T):
        raise ValueError("distance: symmetric expected")
    return _estimate(patterns, lambda part: _given(part, distance), rng, replicates)


def weighted_alpha(
    votes: Ratings | Profiles,
    *,
    weights: Scheme = "identity",
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
) -> Estimate:
    """Alpha whose distance is ``1 - w`` of a weight scheme (Gwet 2014, ch. 6)."""
    patterns = _patterns(votes)
    distance = 1 - weight_matrix(weights, class_scores(patterns.classes))
    return _estimate(patterns, lambda part: _given(part, distance), rng, replicates)


def _patterns(votes: Ratings | Profiles) -> Profiles:
    return profiles(votes) if isinstance(votes, Ratings) else votes


def _numbers(patterns: Profiles, level: Level) -> FloatArray:
    try:
        numbers: FloatArray = patterns.classes.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"classes: numbers expected at the {level} level") from None
    if not np.isfinite(numbers).all():
        raise ValueError(f"classes: finite numbers expected at the {level} level")
    return numbers


@dataclass(frozen=True, eq=False, slots=True)
class _Sums:
    """What alpha is computed from at one level.

    ``table`` holds what an item of each pattern adds, its first column being the disagreement inside the item, ``sum of
    d over its ordered pairs / (m - 1)``; ``finish`` turns sums of it, ``(…, figures)``, into alphas, ``(…,)``;
    ``against_all[p]`` is the sum over the pattern's votes of their mean distance to the pooled votes.
    """

    table: FloatArray
    finish: Callable[[FloatArray], FloatArray]
    against_all: FloatArray


def _estimate(
    patterns: Profiles,
    figures: Callable[[Profiles], _Sums],
    rng: np.random.Generator | None,
    replicates: int,
) -> Estimate:
    pairable = patterns.pairable()
    left_out = {"items with one answer": int(patterns.n_items.sum() - pairable.n_items.sum())}
    n_items, class_votes = int(pairable.n_items.sum()), pairable.class_votes()
    n_answers = int(class_votes.sum())
    if n_items == 0:
        return undefined("no item has two answers", left_out=left_out)
    if np.count_nonzero(class_votes) == 1:
        return undefined(
            "only one class was used, so chance agreement is certain",
            n_items=n_items,
            n_answers=n_answers,
            left_out=left_out,
        )
    sums = figures(pairable)
    value = float(sums.finish((pairable.n_items @ sums.table)[None, :])[0])
    reason = too_little_for_interval(
        n_items, 1 - float(class_votes.max()) / n_answers, differing=pairable.differing()
    )
    low, high, se, kind = nan, nan, nan, ""
    if rng is None or reason:
        se = _standard_error(pairable, sums)
        if not reason:
            kind, reach = "Student, linearized over items", students_t(n_items - 1) * se
            low, high = value - reach, min(1.0, value + reach)
    else:
        kind = f"bootstrap over items, {replicates} replicates"
        draws = sums.finish(resampled_sums(pairable.n_items, sums.table, replicates, rng))
        low, high = percentile_interval(draws)
        se = float(np.nanstd(draws, ddof=1)) if replicates > 1 else nan
    return Estimate(value, low, high, reason, se, kind, n_items, n_answers, left_out)


def _standard_error(patterns: Profiles, sums: _Sums) -> float:
    """Gwet's linearized standard error (2014, ch. 6), in terms of disagreement.

    With m votes on an item, their mean r and t = m / r; u an item's disagreement over r, U its mean; e an item's mean
    distance to the pooled votes times t, E its mean; and e' = 1 / sum m: ``x = (U - u + (1 - e') U (t - 1)) / E +
    2 U (e - E t) / E^2`` and ``se^2 = sum x^2 / (n (n - 1))``.
    """
    n = float(patterns.n_items.sum())
    if n < 2:
        return nan
    m = patterns.votes().astype(np.float64)
    mean = float(patterns.n_items @ m) / n
    u, e, t = sums.table[:, 0] / mean, sums.against_all / mean, m / mean
    observed, expected = float(patterns.n_items @ u) / n, float(patterns.n_items @ e) / n
    part = (observed - u + (1 - 1 / (n * mean)) * observed * (t - 1)) / expected
    part += 2 * observed * (e - expected * t) / expected**2
    return sqrt(float(patterns.n_items @ part**2) / (n * (n - 1)))


def _ratio(observed: FloatArray, expected: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        result: FloatArray = np.where(expected > 0, 1 - observed / expected, nan)
    return result


def _nominal(patterns: Profiles) -> _Sums:
    m = patterns.votes()
    same = np.bincount(patterns.pattern, patterns.count**2, minlength=len(patterns))
    table = np.empty((len(patterns), len(patterns.classes) + 1))
    table[:, 0] = (m * m - same) / (m - 1)
    table[:, 1:] = patterns.table()
    votes = patterns.class_votes()
    alike = totals(patterns.pattern, patterns.count * (votes / votes.sum())[patterns.code], len(patterns))

    def finish(sums: FloatArray) -> FloatArray:
        votes = sums[:, 1:]
        total = votes.sum(axis=1)
        return _ratio(sums[:, 0], (total**2 - (votes**2).sum(axis=1)) / (total - 1))

    return _Sums(table, finish, m - alike)


def _interval(patterns: Profiles, scores: FloatArray) -> _Sums:
    """Squared differences need only sums of x and x^2, so any number of different values will do."""
    votes = patterns.class_votes()
    centered = scores - float(scores @ votes) / float(votes.sum())
    m = patterns.votes().astype(np.float64)
    x = centered[patterns.code]
    first = totals(patterns.pattern, patterns.count * x, len(patterns))
    second = totals(patterns.pattern, patterns.count * x * x, len(patterns))
    table = np.column_stack([2 * (m * second - first**2) / (m - 1), m, first, second])
    variance = float(centered**2 @ votes) / float(votes.sum())

    def finish(sums: FloatArray) -> FloatArray:
        observed, total, one, two = sums.T
        return _ratio(observed, 2 * (total * two - one**2) / (total - 1))

    return _Sums(table, finish, second + m * variance)


def _ordinal(patterns: Profiles, *, ranked_anew: bool) -> _Sums:
    q = len(patterns.classes)
    votes = patterns.class_votes()
    fixed = _interval(patterns, np.cumsum(votes) - votes / 2)
    if q > MOST_RANKED_ANEW or not ranked_anew:
        return fixed
    counts = patterns.table().astype(np.float64)
    m = counts.sum(axis=1)
    scaled = counts / (m - 1)[:, None]
    products = (scaled[:, :, None] * counts[:, None, :]).reshape(len(patterns), q * q)
    table = np.concatenate([counts, scaled * m[:, None], products], axis=1)

    def finish(sums: FloatArray) -> FloatArray:
        votes, squares, cross = sums[:, :q], sums[:, q : 2 * q], sums[:, 2 * q :].reshape(-1, q, q)
        rank = np.cumsum(votes, axis=1) - votes / 2
        observed = 2 * ((squares * rank**2).sum(axis=1) - np.einsum("rc,rck,rk->r", rank, cross, rank))
        total = votes.sum(axis=1)
        spread = total * (votes * rank**2).sum(axis=1) - (votes * rank).sum(axis=1) ** 2
        return _ratio(observed, 2 * spread / (total - 1))

    return _Sums(table, finish, fixed.against_all)


def _given(patterns: Profiles, distance: FloatArray) -> _Sums:
    counts = patterns.table().astype(np.float64)
    observed = ((counts @ distance) * counts).sum(axis=1) / (counts.sum(axis=1) - 1)
    table = np.concatenate([observed[:, None], counts], axis=1)
    votes = patterns.class_votes()

    def finish(sums: FloatArray) -> FloatArray:
        votes = sums[:, 1:]
        expected = ((votes @ distance) * votes).sum(axis=1) / (votes.sum(axis=1) - 1)
        return _ratio(sums[:, 0], expected)

    return _Sums(table, finish, counts @ (distance @ votes) / votes.sum())
