"""One coin a labeler: right with probability p, else one of the other classes evenly.

The homogeneous Dawid-Skene model of Raykar et al. 2010 and Zhang et al. 2014 (arXiv:1406.3824, sec. 2).
"""

from typing import Literal

import numpy as np

from consistency.core.aggregation.incidence import incidence, normalized
from consistency.core.aggregation.result import Aggregated, Facts
from consistency.core.aggregation.watch import Watch, unwatched
from consistency.core.arrays import counts, totals
from consistency.core.ratings import Ratings


def one_coin(
    ratings: Ratings,
    *,
    prevalence: Literal["uniform", "smoothed"] = "uniform",
    right: float = 2.0,
    wrong: float = 1.0,
    max_iterations: int = 500,
    tolerance: float = 1e-8,
    watch: Watch = unwatched,
) -> Aggregated:
    """EM from the vote shares, with a Beta prior of ``right`` and ``wrong`` pseudo-answers on each labeler's coin.

    The class prior is uniform, or learned with one pseudo-item a class ("smoothed"). A freely learned one is not
    offered: it collapses onto one class on real data.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1, 2, 2, 2], ["a", "b", "c"] * 2, [0, 0, 1, 1, 1, 1])
    >>> one_coin(r).label.tolist()
    [0, 1]
    """
    votes = incidence(ratings)
    n_classes, n_labelers = votes.n_classes, votes.n_labelers
    row = np.zeros(len(ratings.items), dtype=np.int64)
    row[votes.item] = np.arange(len(votes.item))
    cell = row[ratings.item] * n_classes + ratings.code
    answers = counts(ratings.labeler, n_labelers)
    posterior, before, others = votes.vote_shares(), -np.inf, max(1, n_classes - 1)
    log_prior = np.full(n_classes, -np.log(n_classes))
    for iteration in range(1, max(1, max_iterations) + 1):
        watch(iteration)
        hits = totals(ratings.labeler, posterior.ravel()[cell], n_labelers)
        coin = np.clip((hits + right) / (answers + right + wrong), 1e-9, 1 - 1e-9)
        if prevalence == "smoothed":
            share = posterior.sum(axis=0) + 1
            log_prior = np.log(share / share.sum())
        log_right, log_wrong = np.log(coin), np.log((1 - coin) / others)
        joint = totals(cell, (log_right - log_wrong)[ratings.labeler], posterior.size).reshape(
            posterior.shape
        )
        joint += log_prior
        posterior, evidence = normalized(joint)
        likelihood = float(evidence.sum() + log_wrong @ answers)
        objective = likelihood + float((right * np.log(coin) + wrong * np.log(1 - coin)).sum())
        if prevalence == "smoothed":
            objective += float(log_prior.sum())
        converged = abs(objective - before) <= tolerance * abs(objective)
        if converged or iteration == max_iterations:
            break
        before = objective
    facts = Facts(iteration, converged, likelihood, "log posterior")
    coin = np.where(answers > 0, coin, np.nan)
    return Aggregated("one-coin", ratings, votes.item, posterior, coin, facts)
