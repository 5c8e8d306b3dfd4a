"""Independent Bayesian classifier combination by variational Bayes (Kim & Ghahramani 2012; Simpson et al. 2013,
doi:10.1007/978-3-642-36406-8_1): Dawid and Skene's model with Dirichlet posteriors instead of point estimates."""

import numpy as np

from consistency.core.aggregation.incidence import incidence
from consistency.core.aggregation.result import Aggregated, Facts, expected_accuracy
from consistency.core.aggregation.watch import Watch, unwatched
from consistency.core.arrays import FloatArray
from consistency.core.ratings import Ratings
from consistency.core.special import digamma, log_gamma


def ibcc_vb(
    ratings: Ratings,
    *,
    right: float = 2.0,
    wrong: float = 1.0,
    prevalence: float = 1.0,
    max_iterations: int = 500,
    tolerance: float = 1e-7,
    watch: Watch = unwatched,
) -> Aggregated:
    """Posterior of each item under ``pi[g, k] ~ Dirichlet(right at k, wrong elsewhere)``, ``rho ~ Dirichlet``.

    Answers enter by ``E log pi = digamma(a) - digamma(sum a)``. Stops when the evidence lower bound rises by less than
    ``tolerance`` of itself.

    >>> from consistency.core.ratings import from_arrays
    >>> r = from_arrays([1, 1, 1, 2, 2, 2], ["a", "b", "c"] * 2, [0, 0, 1, 1, 1, 1])
    >>> ibcc_vb(r).label.tolist()
    [0, 1]
    """
    if min(right, wrong, prevalence) <= 0:
        raise ValueError("right, wrong, prevalence: above 0 expected")
    votes = incidence(ratings)
    n_classes = votes.n_classes
    prior = np.full((n_classes, n_classes), wrong)
    np.fill_diagonal(prior, right)
    flat = np.full(n_classes, prevalence)
    start, before = votes.vote_shares(), -np.inf
    posterior = np.empty_like(start)
    answers, share = votes.collected(start), start.sum(axis=0)
    for iteration in range(1, max(1, max_iterations) + 1):
        watch(iteration)
        answers = answers + prior
        share = share + flat
        log_confusion = digamma(answers) - digamma(answers.sum(axis=1, keepdims=True))
        log_share = digamma(share) - digamma(share.sum())
        found = votes.expected(log_confusion.reshape(-1, n_classes), log_share, posterior)
        bound = found.evidence - _divergence(answers, prior, log_confusion)
        bound -= _divergence(share[None, :, None], flat[:, None], log_share[None, :, None])
        converged = abs(bound - before) <= tolerance * abs(bound)
        if converged or iteration == max_iterations:
            break
        answers, share, before = found.answers, found.share, bound
    confusion = (answers / answers.sum(axis=1, keepdims=True)).transpose(0, 2, 1)
    accuracy = expected_accuracy(ratings, votes.item, posterior)
    facts = Facts(iteration, converged, bound, "evidence lower bound")
    shares: FloatArray = share / share.sum()
    return Aggregated("ibcc", ratings, votes.item, posterior, accuracy, facts, confusion, prevalence=shares)


def _divergence(alpha: FloatArray, prior: FloatArray, log_mean: FloatArray) -> float:
    """Kullback-Leibler divergence of Dirichlets along axis 1 from their prior, summed."""
    own = log_gamma(alpha.sum(axis=1)) - log_gamma(alpha).sum(axis=1)
    base = log_gamma(prior.sum(axis=0)) - log_gamma(prior).sum(axis=0)
    return float((own - base).sum() + ((alpha - prior) * log_mean).sum())
