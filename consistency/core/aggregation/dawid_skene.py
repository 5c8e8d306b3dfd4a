"""Dawid and Skene's model: every labeler has a confusion matrix of its own (doi:10.2307/2346806).

Given the true class k of an item, labeler g answers c with probability ``pi[g, k, c]``, independently; class k has
prevalence ``rho[k]``. EM alternates the posterior of each item with the parameters it implies.
"""

from dataclasses import dataclass

import numpy as np

from consistency.core.aggregation.incidence import Incidence, incidence
from consistency.core.aggregation.result import Aggregated, Facts, expected_accuracy
from consistency.core.aggregation.watch import Watch, unwatched
from consistency.core.arrays import FloatArray
from consistency.core.ratings import Ratings

TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Prior:
    """Dirichlet pseudo-answers added to each row of each confusion matrix, and to the prevalences."""

    right: float
    wrong: float
    prevalence: float


def dawid_skene_ml(
    ratings: Ratings,
    *,
    smoothing: float = 1e-6,
    max_iterations: int = 500,
    tolerance: float = 1e-10,
    restarts: int = 0,
    rng: np.random.Generator | None = None,
    watch: Watch = unwatched,
) -> Aggregated:
    """Maximum likelihood as published, from the vote shares, until the marginal log likelihood
    ``sum_i log sum_k rho_k prod_votes pi[g, k, c]`` changes by less than ``tolerance`` of itself (of 1, where it is
    nearer to 0). On answers that hold nothing but noise it creeps on; `Facts.converged` then is false after
    ``max_iterations``. Leaps (SQUAREM) would take half the steps, but magnify rounding on a flat ridge until renaming
    the classes changes the third digit.

    ``smoothing`` is added to every expected count, only so that a probability of exactly 0 does not trap the climb. With few answers a labeler it overfits: prefer `dawid_skene` for resolving.
    """
    prior = Prior(smoothing, smoothing, smoothing)
    return _fit("dawid-skene ml", ratings, prior, False, max_iterations, tolerance, restarts, rng, watch)


def dawid_skene(
    ratings: Ratings,
    *,
    prior: Prior | None = None,
    max_iterations: int = 500,
    tolerance: float = 1e-7,
    restarts: int = 0,
    rng: np.random.Generator | None = None,
    watch: Watch = unwatched,
) -> Aggregated:
    """Maximum a posteriori: each confusion row has a Dirichlet prior worth a few answers, mostly right ones.

    Stops when the log posterior (likelihood plus log prior) rises by less than ``tolerance`` of itself. The default
    prior adds 1 right answer and half a wrong one, spread over the other classes, to each row and 1 item to each class.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1, 2, 2, 2], ["a", "b", "c"] * 2, [0, 0, 1, 1, 1, 1])
    >>> dawid_skene(r).label.tolist()
    [0, 1]
    """
    stated = prior or default_prior(ratings)
    return _fit("dawid-skene", ratings, stated, True, max_iterations, tolerance, restarts, rng, watch)


def default_prior(ratings: Ratings, times: float = 1.0) -> Prior:
    """One right answer, half a wrong one spread over the other classes, and an item a class, so many times."""
    return Prior(times, 0.5 * times / max(1, len(ratings.classes) - 1), times)


def _fit(
    method: str,
    ratings: Ratings,
    prior: Prior,
    prior_counts: bool,
    max_iterations: int,
    tolerance: float,
    restarts: int,
    rng: np.random.Generator | None,
    watch: Watch,
) -> Aggregated:
    if restarts and rng is None:
        raise ValueError("rng: needed for restarts")
    votes = incidence(ratings)
    shares = votes.vote_shares()
    best = _climb(votes, shares, prior, prior_counts, max_iterations, tolerance, watch)
    for _ in range(restarts if rng is not None else 0):
        noise = rng.dirichlet(np.ones(votes.n_classes), len(shares)) if rng is not None else shares
        start = 0.5 * shares + 0.5 * noise
        other = _climb(votes, start, prior, prior_counts, max_iterations, tolerance, watch)
        best = max(best, other, key=lambda climb: climb.objective)
    facts = Facts(
        best.iterations,
        best.converged,
        best.log_likelihood,
        "log posterior" if prior_counts else "log likelihood",
        restarts + 1,
    )
    accuracy = expected_accuracy(ratings, votes.item, best.posterior)
    return Aggregated(
        method,
        ratings,
        votes.item,
        best.posterior,
        accuracy,
        facts,
        best.confusion,
        prevalence=best.prevalence,
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Climb:
    posterior: FloatArray
    confusion: FloatArray
    prevalence: FloatArray
    log_likelihood: float
    objective: float
    iterations: int
    converged: bool


def _climb(
    votes: Incidence,
    start: FloatArray,
    prior: Prior,
    prior_counts: bool,
    max_iterations: int,
    tolerance: float,
    watch: Watch,
) -> _Climb:
    n_classes = votes.n_classes
    pseudo = np.full((n_classes, n_classes), prior.wrong)
    np.fill_diagonal(pseudo, prior.right)
    posterior, before = np.empty_like(start), -np.inf
    answers, share = votes.collected(start), start.sum(axis=0)
    for iteration in range(1, max(1, max_iterations) + 1):
        watch(iteration)
        answers = answers + pseudo
        confusion = answers / np.maximum(answers.sum(axis=1, keepdims=True), TINY)
        prevalence = share + prior.prevalence
        prevalence /= prevalence.sum()
        log_confusion = np.log(np.maximum(confusion, TINY))
        log_prevalence = np.log(np.maximum(prevalence, TINY))
        found = votes.expected(log_confusion.reshape(-1, n_classes), log_prevalence, posterior)
        answers, share, objective = found.answers, found.share, found.evidence
        if prior_counts:
            objective += float((pseudo * log_confusion).sum() + prior.prevalence * log_prevalence.sum())
        converged = abs(objective - before) <= tolerance * max(1.0, abs(objective))
        if converged or iteration == max_iterations:
            break
        before = objective
    return _Climb(
        posterior,
        confusion.transpose(0, 2, 1),
        prevalence,
        found.evidence,
        objective,
        iteration,
        converged,
    )
