"""GLAD: labelers of ability alpha, items of difficulty 1 / beta (Whitehill et al. 2009, NIPS 22).

An answer is right with probability ``s = 1 / (1 + exp(-alpha_j beta_i))`` and else one of the other classes evenly;
``alpha ~ N(1, 1)`` and ``log beta ~ N(1, 1)``, as published. EM, with guarded Newton steps on all abilities, then on
all difficulties, in place of conjugate gradients.
"""

from dataclasses import dataclass

import numpy as np

from consistency.core.aggregation.incidence import Incidence, incidence, normalized
from consistency.core.aggregation.result import Aggregated, Facts
from consistency.core.aggregation.watch import Watch, unwatched
from consistency.core.arrays import FloatArray, IntArray, counts, totals
from consistency.core.ratings import Ratings
from consistency.core.special import expit

STEP = 1.0


def glad(
    ratings: Ratings,
    *,
    max_iterations: int = 100,
    tolerance: float = 1e-5,
    restarts: int = 0,
    rng: np.random.Generator | None = None,
    watch: Watch = unwatched,
) -> Aggregated:
    """``accuracy`` is the mean probability of a right answer; ``difficulty`` is ``1 / beta``.

    The first start has abilities and log beta at their prior means; each of the ``restarts`` draws them from the prior,
    and the highest log posterior wins.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1, 2, 2, 2], ["a", "b", "c"] * 2, [0, 0, 1, 1, 1, 1])
    >>> glad(r).label.tolist()
    [0, 1]
    """
    if restarts and rng is None:
        raise ValueError("rng: needed for restarts")
    votes = incidence(ratings)
    row_of_item = np.zeros(len(ratings.items), dtype=np.int64)
    row_of_item[votes.item] = np.arange(len(votes.item))
    row = row_of_item[ratings.item]
    said = row * votes.n_classes + ratings.code
    ability, log_ease = np.ones(votes.n_labelers), np.ones(len(votes.item))
    best = _climb(votes, row, said, ability, log_ease, max_iterations, tolerance, watch)
    for _ in range(restarts if rng is not None else 0):
        if rng is not None:
            ability, log_ease = rng.normal(1, 1, len(ability)), rng.normal(1, 1, len(log_ease))
        other = _climb(votes, row, said, ability, log_ease, max_iterations, tolerance, watch)
        best = max(best, other, key=lambda fit: fit.objective)
    answers = counts(ratings.labeler, votes.n_labelers)
    right_share = expit(best.ability[ratings.labeler] * np.exp(best.log_ease)[row])
    with np.errstate(invalid="ignore"):
        accuracy: FloatArray = totals(ratings.labeler, right_share, votes.n_labelers) / answers
    facts = Facts(best.iterations, best.converged, best.likelihood, "log posterior", restarts + 1)
    return Aggregated(
        "glad", ratings, votes.item, best.posterior, accuracy, facts, difficulty=np.exp(-best.log_ease)
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Fit:
    posterior: FloatArray
    ability: FloatArray
    log_ease: FloatArray
    likelihood: float
    objective: float
    iterations: int
    converged: bool


def _climb(
    votes: Incidence,
    row: IntArray,
    said: IntArray,
    ability: FloatArray,
    log_ease: FloatArray,
    max_iterations: int,
    tolerance: float,
    watch: Watch,
) -> _Fit:
    labeler, rows, n_classes = votes.ratings.labeler, len(votes.item), votes.n_classes
    log_others = float(np.log(max(1, n_classes - 1)))
    before = -np.inf
    for iteration in range(1, max(1, max_iterations) + 1):
        watch(iteration)
        ease = np.exp(log_ease)
        product = ability[labeler] * ease[row]
        # log s - log((1 - s) / others) is the product itself plus log others
        joint = totals(said, product + log_others, rows * n_classes).reshape(rows, n_classes)
        log_wrong = -np.logaddexp(0.0, product)
        posterior, evidence = normalized(joint)
        likelihood = float(evidence.sum() + log_wrong.sum() - len(said) * log_others)
        likelihood -= rows * float(np.log(n_classes))
        objective = likelihood - 0.5 * float(((ability - 1) ** 2).sum() + ((log_ease - 1) ** 2).sum())
        converged = abs(objective - before) <= tolerance * abs(objective)
        if converged or iteration == max_iterations:
            break
        before = objective
        right = posterior.ravel()[said]
        right_share = expit(product)
        scaled = ease[row]
        slope = totals(labeler, (right - right_share) * scaled, len(ability)) - (ability - 1)
        bend = totals(labeler, right_share * (1 - right_share) * scaled**2, len(ability)) + 1
        ability = ability + np.clip(slope / bend, -STEP, STEP)
        product = ability[labeler] * ease[row]
        right_share = expit(product)
        slope = totals(row, (right - right_share) * product, rows) - (log_ease - 1)
        bend = totals(row, right_share * (1 - right_share) * product**2, rows) + 1
        log_ease = log_ease + np.clip(slope / bend, -STEP, STEP)
    return _Fit(posterior, ability, log_ease, likelihood, objective, iteration, converged)
