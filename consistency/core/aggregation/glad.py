"""GLAD: labelers of ability alpha, items of difficulty 1 / beta (Whitehill et al. 2009, NIPS 22).

An answer is right with probability ``s = 1 / (1 + exp(-alpha_j beta_i))`` and else one of the other classes evenly;
``alpha ~ N(1, 1)`` and ``log beta ~ N(1, 1)``, as published. EM, with guarded Newton steps on all abilities, then on
all difficulties, in place of conjugate gradients.
"""

import numpy as np

from consistency.core.aggregation.incidence import incidence, normalized
from consistency.core.aggregation.result import Aggregated, Facts
from consistency.core.arrays import FloatArray, counts, totals
from consistency.core.ratings import Ratings
from consistency.core.special import expit

STEP = 1.0


def glad(
    ratings: Ratings,
    *,
    max_iterations: int = 100,
    tolerance: float = 1e-5,
) -> Aggregated:
    """``accuracy`` is the mean probability of a right answer; ``difficulty`` is ``1 / beta``.

    The start is fixed (abilities and log beta at their prior means), so there is nothing random in it.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1, 2, 2, 2], ["a", "b", "c"] * 2, [0, 0, 1, 1, 1, 1])
    >>> glad(r).label.tolist()
    [0, 1]
    """
    votes = incidence(ratings)
    n_classes, others = votes.n_classes, max(1, votes.n_classes - 1)
    rows, n_labelers = len(votes.item), votes.n_labelers
    row_of_item = np.zeros(len(ratings.items), dtype=np.int64)
    row_of_item[votes.item] = np.arange(rows)
    row, labeler = row_of_item[ratings.item], ratings.labeler
    said = row * n_classes + ratings.code
    ability, log_ease, before = np.ones(n_labelers), np.ones(rows), -np.inf
    log_others = float(np.log(others))
    for iteration in range(1, max(1, max_iterations) + 1):
        ease = np.exp(log_ease)
        product = ability[labeler] * ease[row]
        # log s - log((1 - s) / others) is the product itself plus log others
        joint = totals(said, product + log_others, rows * n_classes).reshape(rows, n_classes)
        log_wrong = -np.logaddexp(0.0, product)
        posterior, evidence = normalized(joint)
        likelihood = float(evidence.sum() + log_wrong.sum() - len(ratings) * log_others)
        likelihood -= rows * float(np.log(n_classes))
        objective = likelihood - 0.5 * float(((ability - 1) ** 2).sum() + ((log_ease - 1) ** 2).sum())
        converged = abs(objective - before) <= tolerance * abs(objective)
        if converged or iteration == max_iterations:
            break
        before = objective
        right = posterior.ravel()[said]
        right_share = expit(product)
        scaled = ease[row]
        slope = totals(labeler, (right - right_share) * scaled, n_labelers) - (ability - 1)
        bend = totals(labeler, right_share * (1 - right_share) * scaled**2, n_labelers) + 1
        ability = ability + np.clip(slope / bend, -STEP, STEP)
        product = ability[labeler] * ease[row]
        right_share = expit(product)
        slope = totals(row, (right - right_share) * product, rows) - (log_ease - 1)
        bend = totals(row, right_share * (1 - right_share) * product**2, rows) + 1
        log_ease = log_ease + np.clip(slope / bend, -STEP, STEP)
    answers = counts(labeler, n_labelers)
    with np.errstate(invalid="ignore"):
        accuracy: FloatArray = totals(labeler, expit(product), n_labelers) / answers
    facts = Facts(iteration, converged, likelihood, "log posterior")
    return Aggregated("glad", ratings, votes.item, posterior, accuracy, facts, difficulty=np.exp(-log_ease))
