"""All chance-corrected coefficients against published and independently computed values, and what holds for each."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consistency.core.agreement.alpha import alpha, alpha_of_distance, weighted_alpha
from consistency.core.agreement.brennan_prediger import brennan_prediger
from consistency.core.agreement.cohen import cohen_kappa, kappa_of_table
from consistency.core.agreement.conger import conger_kappa
from consistency.core.agreement.fleiss import fleiss_kappa
from consistency.core.agreement.gwet import gwet_ac
from consistency.core.agreement.scott import scott_pi
from consistency.core.agreement.weights import Scheme
from consistency.core.estimate import Estimate
from consistency.core.ratings import Level, Ratings, from_arrays
from tests.consistency.core.sets import EXAMPLES, example, expected, votes

Coefficient = Callable[..., Estimate]
COEFFICIENTS: dict[str, Coefficient] = {
    "gwet": gwet_ac,
    "fleiss": fleiss_kappa,
    "conger": conger_kappa,
    "bp": brennan_prediger,
    "krippendorff": weighted_alpha,
}
WEIGHTED: tuple[Scheme, ...] = ("identity", "linear", "quadratic", "ordinal")


@pytest.mark.parametrize("name", COEFFICIENTS)
@pytest.mark.parametrize("scheme", WEIGHTED)
def test_the_1_to_5_example_with_missing_answers_agrees_with_other_software(
    name: str, scheme: Scheme
) -> None:
    measured = expected("krippendorff2011")[f"{name}_{scheme}"][1]
    assert COEFFICIENTS[name](example("krippendorff2011"), weights=scheme).value == pytest.approx(
        measured, abs=6e-6
    )


SE = {
    ("gwet", "identity"): 0.14295,
    ("fleiss", "identity"): 0.153019,
    ("conger", "identity"): 0.149168,
    ("bp", "identity"): 0.144717,
    ("gwet", "linear"): 0.117329,
    ("fleiss", "linear"): 0.148504,
    ("conger", "linear"): 0.145085,
    ("bp", "linear"): 0.123356,
    ("gwet", "quadratic"): 0.103962,
    ("fleiss", "quadratic"): 0.146034,
    ("conger", "quadratic"): 0.143671,
    ("bp", "quadratic"): 0.110894,
    ("gwet", "ordinal"): 0.106904,
    ("fleiss", "ordinal"): 0.147036,
    ("conger", "ordinal"): 0.1441,
    ("bp", "ordinal"): 0.113906,
    ("krippendorff", "identity"): 0.145574,
    ("krippendorff", "linear"): 0.135478,
    ("krippendorff", "quadratic"): 0.12913,
    ("krippendorff", "ordinal"): 0.131073,
}


@pytest.mark.parametrize(("name", "scheme"), SE)
def test_standard_errors_agree_with_other_software(name: str, scheme: Scheme) -> None:
    text = (EXAMPLES / "expected.csv").read_text()
    assert f"se={SE[name, scheme]}" in text
    assert COEFFICIENTS[name](example("krippendorff2011"), weights=scheme).se == pytest.approx(
        SE[name, scheme], abs=6e-7
    )


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_fleiss_diagnoses_agree_with_other_software(name: str) -> None:
    measured = expected("fleiss1971_diagnoses")[name][1]
    assert COEFFICIENTS[name](example("fleiss1971_diagnoses")).value == pytest.approx(measured, abs=6e-6)


def test_fleiss_kappa_is_the_printed_one() -> None:
    assert f"{fleiss_kappa(example('fleiss1971_diagnoses')).value:.3f}" == "0.430"
    assert f"{fleiss_kappa(example('wikipedia_fleiss')).value:.3f}" == "0.210"


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_krippendorffs_example_comes_out_at_every_level(level: Level) -> None:
    published, measured = expected("krippendorff2011")[f"alpha_{level}"]
    value = alpha(example("krippendorff2011"), level=level).value
    assert f"{value:.3f}" == published
    assert value == pytest.approx(measured, abs=6e-6)


def test_the_three_coders_come_out_at_interval_level() -> None:
    assert f"{alpha(example('wikipedia_alpha_3coders'), level='interval').value:.3f}" == "0.811"


def test_fleiss_cohen_and_everitts_table_has_their_kappas_and_variances() -> None:
    table = np.array([[106.0, 10, 4], [22, 28, 10], [2, 12, 6]])
    weights = np.array([[9.0, 0, 4], [0, 9, 6], [4, 6, 9]]) / 9
    plain, weighted = kappa_of_table(table, np.eye(3)), kappa_of_table(table, weights)
    assert (round(plain.value, 3), round(plain.se**2, 6)) == (0.429, 0.002885)
    assert (round(weighted.value, 3), round(weighted.se**2, 6)) == (0.507, 0.003248)


@given(votes())
def test_interval_alpha_by_moments_is_alpha_of_squared_differences(ratings: Ratings) -> None:
    scores = ratings.classes.astype(np.float64)
    distance = (scores[:, None] - scores[None, :]) ** 2
    assert alpha(ratings, level="interval").value == pytest.approx(
        alpha_of_distance(ratings, distance).value, nan_ok=True, abs=1e-9
    )


@given(votes(n_classes=4))
def test_ordinal_alpha_uses_krippendorffs_sums_between_two_ranks(ratings: Ratings) -> None:
    pairable = ratings.where((ratings.votes_per_item() >= 2)[ratings.item])
    n = np.bincount(pairable.code, minlength=4).astype(np.float64)
    distance = np.zeros((4, 4))
    for a in range(4):
        for b in range(a + 1, 4):
            distance[a, b] = distance[b, a] = (n[a : b + 1].sum() - (n[a] + n[b]) / 2) ** 2
    assert alpha(ratings, level="ordinal").value == pytest.approx(
        alpha_of_distance(ratings, distance).value, nan_ok=True, abs=1e-9
    )


@given(votes(complete=True, max_labelers=2))
def test_with_two_labelers_conger_is_cohen_and_fleiss_is_scott(ratings: Ratings) -> None:
    assume(len(set(ratings.code.tolist())) > 1)
    by_labeler = [set(ratings.code[ratings.labeler == g].tolist()) for g in (0, 1)]
    assume(by_labeler[0] != by_labeler[1] or len(by_labeler[0]) > 1)
    assert conger_kappa(ratings).value == pytest.approx(cohen_kappa(ratings).value, abs=1e-9)
    assert fleiss_kappa(ratings).value == pytest.approx(scott_pi(ratings).value, abs=1e-12)


@given(votes(max_items=8), st.sampled_from(sorted(COEFFICIENTS)))
def test_order_and_names_change_nothing(ratings: Ratings, name: str) -> None:
    order = np.random.default_rng(len(ratings)).permutation(len(ratings))
    renamed = from_arrays(
        (ratings.item[order] * 7 + 3) % 1009,
        (ratings.labeler[order] * 5 + 1) % 11,
        np.array(["z", "m", "a"], dtype=object)[ratings.code[order]],
        classes=["a", "m", "z"],
    )
    before, after = COEFFICIENTS[name](ratings), COEFFICIENTS[name](renamed)
    assert after.value == pytest.approx(before.value, nan_ok=True, abs=1e-9)
    assert after.se == pytest.approx(before.se, nan_ok=True, abs=1e-9)


@pytest.mark.parametrize("name", COEFFICIENTS)
def test_unanimous_labelers_over_two_classes_reach_one(name: str) -> None:
    ratings = from_arrays(
        np.repeat(np.arange(200), 3), np.tile(np.arange(3), 200), np.repeat(np.arange(200) % 2, 3)
    )
    assert COEFFICIENTS[name](ratings).value == pytest.approx(1.0)


@pytest.mark.parametrize("name", ["fleiss", "conger", "krippendorff", "gwet", "bp"])
def test_one_declared_class_is_undefined_with_a_reason(name: str) -> None:
    estimate = COEFFICIENTS[name](from_arrays([1, 1], ["a", "b"], [3, 3]))
    assert np.isnan(estimate.value)
    assert "one class" in estimate.reason


def test_gwet_and_brennan_prediger_are_defined_where_one_of_two_declared_classes_was_used() -> None:
    ratings = from_arrays([1, 1, 2, 2], ["a", "b"] * 2, [3, 3, 3, 3], classes=[3, 4])
    assert gwet_ac(ratings).value == 1.0
    assert brennan_prediger(ratings).value == 1.0


def test_cohen_refuses_three_labelers_and_names_how_many() -> None:
    with pytest.raises(ValueError, match="two labelers expected, got 3"):
        cohen_kappa(from_arrays([1, 1, 1], ["a", "b", "c"], [1, 1, 1]))


def test_a_distance_that_is_none_is_refused() -> None:
    ratings = from_arrays([1, 1], ["a", "b"], [1, 2])
    with pytest.raises(ValueError, match="shape"):
        alpha_of_distance(ratings, np.zeros((3, 3)))
    with pytest.raises(ValueError, match="symmetric"):
        alpha_of_distance(ratings, np.array([[0.0, 1.0], [2.0, 0.0]]))
    with pytest.raises(ValueError, match="0 on the diagonal"):
        alpha_of_distance(ratings, np.ones((2, 2)))


@pytest.mark.parametrize("level", ["ordinal", "interval", "ratio"])
def test_bootstrap_intervals_exist_at_every_level(level: Level) -> None:
    rng = np.random.default_rng(4)
    truth = rng.integers(1, 6, 300)
    code = np.clip(np.repeat(truth, 3) + rng.integers(-1, 2, 900), 1, 5)
    ratings = from_arrays(np.repeat(np.arange(300), 3), np.tile(np.arange(3), 300), code)
    estimate = alpha(ratings, level=level, rng=rng)
    assert estimate.low < estimate.value < estimate.high
    assert 0.5 < (estimate.high - estimate.low) / (3.92 * estimate.se) < 1.5
