"""Every aggregator: published accuracies, and what must hold whatever the votes."""

import csv
import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings

from consistency.core.aggregation.bwa import bwa
from consistency.core.aggregation.dawid_skene import Prior, dawid_skene, dawid_skene_ml
from consistency.core.aggregation.glad import glad
from consistency.core.aggregation.ibcc import ibcc_vb
from consistency.core.aggregation.incidence import incidence, normalized
from consistency.core.aggregation.mace import mace
from consistency.core.aggregation.methods import METHODS as LISTED
from consistency.core.aggregation.one_coin import one_coin
from consistency.core.aggregation.result import Aggregated
from consistency.core.aggregation.weighted import agreement_with_vote, wawa, weighted_vote
from consistency.core.ratings import Ratings, from_arrays
from tests.consistency.core.sets import EXAMPLES, accuracy, example, expected, gold_of, label_set, votes

METHODS: dict[str, Callable[[Ratings], Aggregated]] = {
    "dawid-skene": dawid_skene,
    "dawid-skene ml": dawid_skene_ml,
    "one-coin": one_coin,
    "one-coin smoothed": lambda ratings: one_coin(ratings, prevalence="smoothed"),
    "wawa": wawa,
    "weighted": lambda ratings: weighted_vote(ratings, np.ones(len(ratings.labelers))),
    "glad": glad,
    "mace": lambda ratings: mace(ratings, rng=np.random.default_rng(0), restarts=2),
    "bwa": bwa,
    "ibcc": ibcc_vb,
}
PRINTED = [
    ("dawid-skene ml", "rte", 0.9275),
    ("dawid-skene ml", "d_possent", 0.9600),
    ("dawid-skene ml", "face", 0.6404),
    ("dawid-skene ml", "bluebird", 0.8981),
    ("dawid-skene ml", "cf_weather", 0.7833),
    ("bwa", "rte", 0.9275),
    ("bwa", "d_possent", 0.9560),
    ("bwa", "face", 0.6182),
    ("bwa", "bluebird", 0.7593),
    ("bwa", "cf_weather", 0.8933),
]


def score(name: str, result: Aggregated) -> float:
    return accuracy(name, result.item, result.items, result.classes, result.posterior)


@pytest.mark.parametrize(("method", "name", "printed"), PRINTED)
def test_the_accuracy_is_the_printed_one(method: str, name: str, printed: float) -> None:
    result = METHODS[method](label_set(name))
    assert score(name, result) == pytest.approx(printed, abs=0.003)
    assert result.facts.converged


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(("name", "printed"), [("rte", 0.925), ("d_possent", 0.948), ("cf_weather", 0.88)])
def test_glad_has_the_printed_accuracy_whatever_the_seed(name: str, printed: float, seed: int) -> None:
    ratings = label_set(name)
    result = glad(ratings, restarts=1, rng=np.random.default_rng(seed))
    assert score(name, result) == pytest.approx(printed, abs=0.01)
    assert result.facts.converged
    assert score(name, glad(ratings)) == pytest.approx(printed, abs=0.01)


@pytest.mark.parametrize("seed", range(5))
def test_mace_has_the_printed_accuracy_whatever_the_seed(seed: int) -> None:
    result = mace(label_set("cf_weather"), rng=np.random.default_rng(seed))
    assert score("cf_weather", result) == pytest.approx(0.89, abs=0.01)


@pytest.mark.parametrize("name", ["rte", "d_possent", "face", "bluebird"])
def test_the_default_never_falls_behind_the_plain_vote_on_these_sets(name: str) -> None:
    ratings = label_set(name)
    plain = weighted_vote(ratings, np.ones(len(ratings.labelers)))
    assert score(name, dawid_skene(ratings)) >= score(name, plain)


def test_the_prior_saves_sparse_labels_from_overfitting() -> None:
    ratings = label_set("cf_weather")
    assert score("cf_weather", dawid_skene(ratings)) > score("cf_weather", dawid_skene_ml(ratings)) + 0.05


def test_the_1979_patients_come_out_as_published() -> None:
    result = dawid_skene_ml(example("dawid_skene_1979", repeats="all"), smoothing=0.0, tolerance=1e-13)
    mle = json.loads((EXAMPLES / "dawid_skene_1979_mle.json").read_text())
    assert result.facts.log_likelihood == pytest.approx(mle["loglik"], abs=1e-6)
    assert result.confusion is not None
    np.testing.assert_allclose(result.confusion, mle["error_rates"], atol=2e-6)
    for k, marginal in enumerate(result.posterior.mean(axis=0), start=1):
        published, measured = expected("dawid_skene_1979")[f"class_marginal_{k}"]
        assert f"{marginal:.2f}".rstrip("0") == published.rstrip("0")
        assert marginal == pytest.approx(measured, abs=6e-6)
    with (EXAMPLES / "dawid_skene_1979_mle_posteriors.csv").open(newline="") as file:
        rows = {int(r["item"]): [float(r[f"c{k}"]) for k in range(1, 5)] for r in csv.DictReader(file)}
    for item, posterior in zip(result.items[result.item].tolist(), result.posterior, strict=True):
        np.testing.assert_allclose(posterior, rows[int(item)], atol=1e-3)


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=25, deadline=None)
@given(ratings=votes())
def test_posteriors_are_distributions_over_the_answered_items(method: str, ratings: Ratings) -> None:
    result = METHODS[method](ratings)
    assert result.item.tolist() == sorted(set(ratings.item.tolist()))
    np.testing.assert_allclose(result.posterior.sum(axis=1), 1, atol=1e-9)
    assert (result.posterior >= 0).all()
    answered = np.bincount(ratings.labeler, minlength=len(ratings.labelers)) > 0
    assert ((result.accuracy[answered] >= 0) & (result.accuracy[answered] <= 1)).all()
    assert (result.label[result.tied] == -1).all()


@pytest.mark.parametrize("method", [name for name in METHODS if name != "mace"])
@settings(max_examples=25, deadline=None)
@given(ratings=votes(max_items=6))
def test_renaming_and_reordering_changes_nothing(method: str, ratings: Ratings) -> None:
    order = np.random.default_rng(len(ratings)).permutation(len(ratings))
    turned = from_arrays(
        ratings.item[order], ratings.labeler[order], (ratings.code[order] + 1) % 3, classes=[0, 1, 2]
    )
    before, after = METHODS[method](ratings), METHODS[method](turned)
    np.testing.assert_allclose(np.roll(before.posterior, 1, axis=1), after.posterior, atol=1e-4)


@pytest.mark.parametrize("method", METHODS)
def test_unanimous_items_keep_their_class(method: str) -> None:
    truth = np.arange(60) % 3
    ratings = from_arrays(np.repeat(np.arange(60), 4), np.tile(np.arange(4), 60), np.repeat(truth, 4))
    result = METHODS[method](ratings)
    assert result.label.tolist() == truth.tolist()
    assert not result.differs_from_vote.any()


@pytest.mark.parametrize("method", ["dawid-skene", "one-coin", "glad", "mace", "bwa", "ibcc", "wawa"])
def test_a_labeler_who_guesses_is_rated_below_the_others(method: str) -> None:
    rng = np.random.default_rng(7)
    truth = rng.integers(0, 3, 400)
    codes = [np.where(rng.random(400) < p, truth, rng.integers(0, 3, 400)) for p in (0.8, 0.8, 0.8, 0.8, 0.0)]
    ratings = from_arrays(np.tile(np.arange(400), 5), np.repeat(np.arange(5), 400), np.concatenate(codes))
    result = METHODS[method](ratings)
    assert result.accuracy.argmin() == 4
    assert float(np.mean(result.label == truth)) > 0.9


def test_planted_confusion_is_recovered() -> None:
    rng = np.random.default_rng(11)
    planted = np.array([[0.9, 0.1], [0.3, 0.7]])
    truth = rng.integers(0, 2, 3000)
    codes = [(rng.random(3000) < planted[truth, 1]).astype(np.int64) for _ in range(6)]
    ratings = from_arrays(np.tile(np.arange(3000), 6), np.repeat(np.arange(6), 3000), np.concatenate(codes))
    result = dawid_skene(ratings)
    assert result.confusion is not None
    share = planted * (1 - planted) / 1500
    within = np.abs(result.confusion - planted) < 4 * np.sqrt(2 * share)
    assert within.all()


def test_items_the_model_turns_against_the_vote_are_flagged() -> None:
    ratings = label_set("bluebird")
    result = dawid_skene(ratings)
    flagged = result.differs_from_vote
    assert 0 < flagged.sum() < len(result.item)
    gold = gold_of("bluebird")
    names = result.items[result.item]
    model_right = [result.classes[result.label[r]] == gold[int(names[r])] for r in np.flatnonzero(flagged)]
    assert float(np.mean(model_right)) > 0.5


def test_restarts_never_lower_the_objective_and_need_a_seed() -> None:
    ratings = label_set("cf_weather")
    once = dawid_skene_ml(ratings, max_iterations=60)
    more = dawid_skene_ml(ratings, max_iterations=60, restarts=2, rng=np.random.default_rng(1))
    assert more.facts.log_likelihood >= once.facts.log_likelihood
    assert more.facts.starts == 3
    with pytest.raises(ValueError, match="rng: needed"):
        dawid_skene(ratings, restarts=1)
    with pytest.raises(ValueError, match="rng: needed"):
        glad(ratings, restarts=1)


def test_the_end_is_told_where_the_iterations_run_out() -> None:
    codes = np.random.default_rng(2).integers(0, 5, 900)
    ratings = from_arrays(np.repeat(np.arange(300), 3), np.tile(np.arange(3), 300), codes)
    told: list[int] = []
    result = dawid_skene_ml(ratings, max_iterations=9, tolerance=0.0, watch=told.append)
    assert (result.facts.iterations, result.facts.converged) == (9, False)
    assert told == list(range(1, 10))
    np.testing.assert_allclose(result.posterior.sum(axis=1), 1)


def plain_em(ratings: Ratings, iterations: int) -> float:
    """Dawid and Skene's EM written out over a loop of votes: the log likelihood it reaches."""
    n_labelers, n_classes = len(ratings.labelers), len(ratings.classes)
    posterior = incidence(ratings).vote_shares()
    rows = list(zip(ratings.item.tolist(), ratings.labeler.tolist(), ratings.code.tolist(), strict=True))
    for _ in range(iterations):
        confusion = np.full((n_labelers, n_classes, n_classes), 1e-6)
        for item, labeler, code in rows:
            confusion[labeler, :, code] += posterior[item]
        confusion /= confusion.sum(axis=2, keepdims=True)
        share = posterior.sum(axis=0) + 1e-6
        joint = np.tile(np.log(share / share.sum()), (len(posterior), 1))
        for item, labeler, code in rows:
            joint[item] += np.log(confusion[labeler, :, code])
        posterior, evidence = normalized(joint)
    return float(evidence.sum())


def test_the_likelihood_is_that_of_em_written_out_as_loops() -> None:
    ratings = label_set("face")
    told = dawid_skene_ml(ratings, max_iterations=20).facts.log_likelihood
    assert told == pytest.approx(plain_em(ratings, 20), abs=1e-6)


def test_an_unfinished_climb_says_so() -> None:
    assert not dawid_skene_ml(label_set("cf_weather"), max_iterations=3).facts.converged


def test_a_strong_prior_turns_the_model_into_the_vote() -> None:
    ratings = label_set("rte")
    result = dawid_skene(ratings, prior=Prior(1e6, 1e5, 1e6))
    plain = agreement_with_vote(ratings)
    assert len(plain) == len(ratings.labelers)
    decided = result.vote.label >= 0
    assert (result.label[decided] == result.vote.label[decided]).all()


def test_weights_must_be_one_a_labeler_and_not_negative() -> None:
    ratings = from_arrays([1, 1], ["a", "b"], [0, 1])
    with pytest.raises(ValueError, match="2 entries expected"):
        weighted_vote(ratings, np.ones(3))
    with pytest.raises(ValueError, match="labeler 1 has no weight"):
        weighted_vote(ratings, np.array([1.0, -1.0]))


def test_no_votes_are_refused() -> None:
    empty = from_arrays([1], ["a"], [0]).where(np.array([False]))
    with pytest.raises(ValueError, match="at least one vote"):
        dawid_skene(empty)


def test_every_listed_method_runs_under_its_name() -> None:
    ratings = label_set("bluebird")
    for name, method in LISTED.items():
        assert method(ratings, np.random.default_rng(0)).method.replace(" ", "-") == name
