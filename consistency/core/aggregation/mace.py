"""MACE: each labeler either knows the answer or spams by a habit of its own (Hovy et al. 2013, N13-1132).

With probability ``1 - theta_j`` labeler j answers the true class, else draws from its strategy ``xi_j``; so an answer
c has likelihood ``theta xi_c + (1 - theta) [c = k]`` under class k, k being uniform. Variational Bayes with
Beta(.5, .5) on knowing and a Dirichlet(.5) on the strategies, restarted at random, the best bound wins.
"""

from dataclasses import dataclass

import numpy as np

from consistency.core.aggregation.incidence import Incidence, incidence, normalized
from consistency.core.aggregation.result import Aggregated, Facts
from consistency.core.aggregation.watch import Watch, unwatched
from consistency.core.arrays import FloatArray, IntArray, counts, totals
from consistency.core.ratings import Ratings
from consistency.core.special import digamma


@dataclass(frozen=True, eq=False, slots=True)
class _Fit:
    posterior: FloatArray
    knowing: FloatArray
    likelihood: float
    iterations: int
    converged: bool
    spam: FloatArray
    strategy: FloatArray


def mace(
    ratings: Ratings,
    *,
    rng: np.random.Generator,
    restarts: int = 10,
    warm_up: int = 10,
    max_iterations: int = 200,
    smoothing: float = 0.5,
    tolerance: float = 1e-6,
    watch: Watch = unwatched,
) -> Aggregated:
    """Every restart is run for ``warm_up`` iterations, the best one to the end. ``accuracy`` is the probability of
    knowing.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1, 2, 2, 2], ["a", "b", "c"] * 2, [0, 0, 1, 1, 1, 1])
    >>> mace(r, rng=np.random.default_rng(0)).label.tolist()
    [0, 1]
    """
    if restarts < 1:
        raise ValueError("restarts: at least one expected")
    votes = incidence(ratings)
    row = np.zeros(len(ratings.items), dtype=np.int64)
    row[votes.item] = np.arange(len(votes.item))
    said = row[ratings.item] * votes.n_classes + ratings.code
    best: _Fit | None = None
    for _ in range(restarts):
        spam, strategy = _random_start(votes, rng)
        fit = _climb(votes, said, spam, strategy, warm_up, smoothing, tolerance, watch)
        best = fit if best is None or fit.likelihood > best.likelihood else best
    assert best is not None
    final = _climb(votes, said, best.spam, best.strategy, max_iterations, smoothing, tolerance, watch)
    answered = counts(ratings.labeler, votes.n_labelers) > 0
    facts = Facts(
        final.iterations + best.iterations,
        final.converged,
        final.likelihood,
        "log likelihood at the mean",
        restarts,
    )
    knowing = np.where(answered, final.knowing, np.nan)
    return Aggregated("mace", ratings, votes.item, final.posterior, knowing, facts)


def _random_start(votes: Incidence, rng: np.random.Generator) -> tuple[FloatArray, FloatArray]:
    spam = rng.uniform(0.2, 0.8, votes.n_labelers)
    strategy = rng.dirichlet(np.full(votes.n_classes, 5.0), votes.n_labelers)
    return spam, strategy


def _climb(
    votes: Incidence,
    said: IntArray,
    spam: FloatArray,
    strategy: FloatArray,
    max_iterations: int,
    smoothing: float,
    tolerance: float,
    watch: Watch,
) -> _Fit:
    ratings, n_classes, n_labelers = votes.ratings, votes.n_classes, votes.n_labelers
    who = ratings.labeler * n_classes + ratings.code
    shape, before = (len(votes.item), n_classes), -np.inf
    answers = counts(who, n_labelers * n_classes).reshape(n_labelers, n_classes)
    knows = 1 - spam
    for iteration in range(1, max(1, max_iterations) + 1):
        watch(iteration)
        by_spam = np.maximum(spam[:, None] * strategy, 1e-300)
        log_spam = np.log(by_spam)
        gain = np.log(by_spam + knows[:, None]) - log_spam
        posterior, evidence = normalized(totals(said, gain.ravel()[who], shape[0] * n_classes).reshape(shape))
        likelihood = float(evidence.sum() + (answers * log_spam).sum()) - shape[0] * np.log(n_classes)
        right = totals(who, posterior.ravel()[said], n_labelers * n_classes).reshape(answers.shape)
        known = right * (knows[:, None] / (knows[:, None] + by_spam))
        spammed = answers - known
        total = answers.sum(axis=1) + 2 * smoothing
        spam = np.exp(digamma(spammed.sum(axis=1) + smoothing) - digamma(total))
        knows = np.exp(digamma(known.sum(axis=1) + smoothing) - digamma(total))
        pseudo = spammed + smoothing
        strategy = np.exp(digamma(pseudo) - digamma(pseudo.sum(axis=1, keepdims=True)))
        converged = bool(abs(likelihood - before) <= tolerance * abs(likelihood))
        if converged or iteration == max_iterations:
            break
        before = likelihood
    knowing = (known.sum(axis=1) + smoothing) / total
    return _Fit(posterior, knowing, likelihood, iteration, converged, spam, strategy)
