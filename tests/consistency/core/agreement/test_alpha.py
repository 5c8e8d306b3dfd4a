import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consistency.core.agreement.alpha import alpha_from_profiles, nominal_alpha
from consistency.core.profiles import add, profiles, profiles_of_tuples
from consistency.core.ratings import Ratings, from_arrays
from tests.consistency.core.sets import example, expected, votes


@pytest.mark.parametrize("name", ["krippendorff2011", "wikipedia_alpha_3coders"])
def test_published_examples_come_out_to_the_printed_digit(name: str) -> None:
    published, measured = expected(name)["alpha_nominal"]
    value = nominal_alpha(example(name)).value
    assert f"{value:.3f}" == published
    assert value == pytest.approx(measured, abs=5e-6)


def test_fleiss_diagnoses_agree_with_an_independent_implementation() -> None:
    assert nominal_alpha(example("fleiss1971_diagnoses")).value == pytest.approx(
        expected("fleiss1971_diagnoses")["krippendorff"][1], abs=5e-6
    )


def by_definition(ratings: Ratings) -> float:
    """Alpha from explicit pairs, the slow way round."""
    by_item: dict[int, list[int]] = {}
    for item, code in zip(ratings.item.tolist(), ratings.code.tolist(), strict=True):
        by_item.setdefault(item, []).append(code)
    units = [codes for codes in by_item.values() if len(codes) > 1]
    flat = [code for codes in units for code in codes]
    observed = sum(
        sum(a != b for i, a in enumerate(codes) for j, b in enumerate(codes) if i != j) / (len(codes) - 1)
        for codes in units
    )
    expected_pairs = sum(a != b for i, a in enumerate(flat) for j, b in enumerate(flat) if i != j)
    return 1 - (len(flat) - 1) * observed / expected_pairs if expected_pairs else float("nan")


@given(votes())
def test_alpha_is_what_the_definition_says(ratings: Ratings) -> None:
    assert nominal_alpha(ratings).value == pytest.approx(by_definition(ratings), nan_ok=True, abs=1e-12)


@given(votes())
def test_the_profiles_path_equals_the_ratings_path(ratings: Ratings) -> None:
    rows = profiles(ratings).as_tuples()
    again = profiles_of_tuples(rows)  # type: ignore[arg-type]
    assert nominal_alpha(again).value == pytest.approx(nominal_alpha(ratings).value, nan_ok=True, abs=1e-12)


@given(votes())
def test_renaming_classes_and_permuting_votes_changes_nothing(ratings: Ratings) -> None:
    order = np.random.default_rng(len(ratings)).permutation(len(ratings))
    renamed = from_arrays(
        (ratings.item[order] * 7 + 3) % 1009,
        -ratings.labeler[order],
        np.array(["z", "m", "a"], dtype=object)[ratings.code[order]],
    )
    assert nominal_alpha(renamed).value == pytest.approx(nominal_alpha(ratings).value, nan_ok=True, abs=1e-12)


@given(votes(), st.integers(0, 2**16))
def test_parts_added_are_the_whole(ratings: Ratings, seed: int) -> None:
    first = (np.random.default_rng(seed).random(len(ratings.items)) < 0.5)[ratings.item]
    whole = add(profiles(ratings.where(first)), profiles(ratings.where(~first)))
    assert nominal_alpha(whole).value == pytest.approx(nominal_alpha(ratings).value, nan_ok=True, abs=1e-12)


@given(votes(max_items=8))
def test_an_item_with_one_answer_changes_nothing_and_is_counted(ratings: Ratings) -> None:
    lonely = from_arrays(
        np.append(ratings.item, 999),
        np.append(ratings.labeler, 0),
        np.append(ratings.code, 1),
        classes=[0, 1, 2],
    )
    before, after = nominal_alpha(ratings), nominal_alpha(lonely)
    assert after.value == pytest.approx(before.value, nan_ok=True, abs=1e-12)
    assert after.left_out["items with one answer"] == before.left_out["items with one answer"] + 1


@given(st.lists(st.integers(0, 2), min_size=2), st.integers(2, 6))
def test_unanimous_labelers_over_two_classes_have_alpha_one(truth: list[int], n_labelers: int) -> None:
    assume(len(set(truth)) > 1)
    n = len(truth)
    ratings = from_arrays(
        list(range(n)) * n_labelers, [w for w in range(n_labelers) for _ in range(n)], truth * n_labelers
    )
    assert nominal_alpha(ratings).value == 1.0


def test_one_class_only_is_undefined_and_says_so() -> None:
    estimate = alpha_from_profiles([((1, 1), 500)], rng=np.random.default_rng(0))
    assert np.isnan(estimate.value)
    assert "only one class" in estimate.reason


def test_no_item_with_two_answers_is_undefined_and_says_so() -> None:
    estimate = alpha_from_profiles([((1,), 500)], rng=np.random.default_rng(0))
    assert np.isnan(estimate.value)
    assert estimate.reason == "no item has two answers"
    assert estimate.left_out == {"items with one answer": 500}


def test_the_interval_is_withheld_below_100_items_or_5_of_the_rarer_class() -> None:
    rng = np.random.default_rng(0)
    few = alpha_from_profiles([((1, 1), 50), ((1, 2), 20), ((2, 2), 29)], rng=rng)
    assert np.isnan(few.low)
    assert "99 items, 100 needed" in few.reason
    rare = alpha_from_profiles([((1, 1), 1000), ((2, 2), 4)], rng=rng)
    assert np.isnan(rare.low)
    assert "4.0 items expected outside the commonest class" in rare.reason
    alike = alpha_from_profiles([((1, 1), 500), ((1, 2), 4), ((2, 2), 500)], rng=rng)
    assert np.isnan(alike.low)
    assert "4 items with differing answers, 5 needed" in alike.reason
    enough = alpha_from_profiles([((1, 1), 988), ((1, 2), 6), ((2, 2), 3)], rng=rng)
    assert enough.low < enough.value < enough.high
    assert enough.reason == ""


def test_the_same_seed_gives_the_same_interval() -> None:
    rows = [((1, 1), 500), ((1, 2), 40), ((2, 2), 300)]
    first, second = (alpha_from_profiles(rows, rng=np.random.default_rng(8)) for _ in range(2))
    assert (first.low, first.high) == (second.low, second.high)


def test_intervals_of_many_rare_patterns_agree_with_naming_each_item() -> None:
    rng = np.random.default_rng(2)
    item = np.repeat(np.arange(2000), 5)
    truth = rng.integers(0, 50, 2000)[item]
    code = np.where(rng.random(len(item)) < 0.7, truth, rng.integers(0, 50, len(item)))
    ratings = from_arrays(item, np.tile(np.arange(5), 2000), code)
    estimate = nominal_alpha(ratings, rng=np.random.default_rng(3))
    draws = []
    by_item = code.reshape(2000, 5)
    for _ in range(200):
        rows = by_item[rng.integers(0, 2000, 2000)]
        draws.append(
            nominal_alpha(
                from_arrays(np.repeat(np.arange(2000), 5), np.tile(np.arange(5), 2000), rows.ravel())
            ).value
        )
    assert estimate.high - estimate.low == pytest.approx(3.92 * float(np.std(draws)), rel=0.2)
