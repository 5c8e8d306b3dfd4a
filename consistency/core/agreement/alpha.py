"""Krippendorff's alpha from vote profiles: 1 - observed / expected disagreement.

Hayes & Krippendorff 2007, doi:10.1080/19312450709336664; Krippendorff 2011, "Computing Krippendorff's
Alpha-Reliability".
"""

from collections.abc import Callable, Sequence
from math import nan

import numpy as np

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
    Without ``rng`` no interval is computed.

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
    anew in every replicate up to 30 classes, and kept above.

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
        return _estimate(patterns, _ordinal, rng, replicates)
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
    return numbers


Sums = tuple[FloatArray, Callable[[FloatArray], FloatArray]]
"""What each pattern adds, ``(patterns, figures)``, and alpha from sums of it, ``(…, figures) -> (…)``."""


def _estimate(
    patterns: Profiles,
    figures: Callable[[Profiles], Sums],
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
    table, finish = figures(pairable)
    value = float(finish((pairable.n_items @ table)[None, :])[0])
    reason = too_little_for_interval(n_items, 1 - float(class_votes.max()) / n_answers)
    low, high, se = nan, nan, nan
    if rng is None or replicates <= 0:
        reason = reason or "interval not asked for"
    elif not reason:
        draws = finish(resampled_sums(pairable.n_items, table, replicates, rng))
        low, high = percentile_interval(draws)
        se = float(np.nanstd(draws, ddof=1)) if replicates > 1 else nan
    return Estimate(
        value,
        low,
        high,
        reason,
        se,
        "" if reason else f"bootstrap over items, {replicates} replicates",
        n_items,
        n_answers,
        left_out,
    )


def _ratio(observed: FloatArray, expected: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        result: FloatArray = np.where(expected > 0, 1 - observed / expected, nan)
    return result


def _nominal(patterns: Profiles) -> Sums:
    m = patterns.votes()
    same = np.bincount(patterns.pattern, patterns.count**2, minlength=len(patterns))
    table = np.empty((len(patterns), len(patterns.classes) + 1))
    table[:, 0] = (m * m - same) / (m - 1)
    table[:, 1:] = patterns.table()

    def finish(sums: FloatArray) -> FloatArray:
        votes = sums[:, 1:]
        total = votes.sum(axis=1)
        return _ratio(sums[:, 0], (total**2 - (votes**2).sum(axis=1)) / (total - 1))

    return table, finish


def _interval(patterns: Profiles, scores: FloatArray) -> Sums:
    """Squared differences need only sums of x and x^2, so any number of different values will do."""
    votes = patterns.class_votes()
    centered = scores - float(scores @ votes) / float(votes.sum())
    m = patterns.votes().astype(np.float64)
    x = centered[patterns.code]
    first = totals(patterns.pattern, patterns.count * x, len(patterns))
    second = totals(patterns.pattern, patterns.count * x * x, len(patterns))
    table = np.column_stack([2 * (m * second - first**2) / (m - 1), m, first, second])

    def finish(sums: FloatArray) -> FloatArray:
        observed, total, one, two = sums.T
        return _ratio(observed, 2 * (total * two - one**2) / (total - 1))

    return table, finish


def _ordinal(patterns: Profiles) -> Sums:
    q = len(patterns.classes)
    if q > MOST_RANKED_ANEW:
        votes = patterns.class_votes()
        return _interval(patterns, np.cumsum(votes) - votes / 2)
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

    return table, finish


def _given(patterns: Profiles, distance: FloatArray) -> Sums:
    counts = patterns.table().astype(np.float64)
    observed = ((counts @ distance) * counts).sum(axis=1) / (counts.sum(axis=1) - 1)
    table = np.concatenate([observed[:, None], counts], axis=1)

    def finish(sums: FloatArray) -> FloatArray:
        votes = sums[:, 1:]
        expected = ((votes @ distance) * votes).sum(axis=1) / (votes.sum(axis=1) - 1)
        return _ratio(sums[:, 0], expected)

    return table, finish
