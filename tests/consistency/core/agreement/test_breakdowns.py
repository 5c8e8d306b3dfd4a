"""Agreement by class, pair, team, slice and time, against the same figures computed another way."""

import numpy as np
import pytest
from hypothesis import assume, given

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.classes import by_class
from consistency.core.agreement.cohen import cohen_kappa
from consistency.core.agreement.groups import between_teams, by_group, by_time
from consistency.core.agreement.pairs import pair_matrix, pair_tables
from consistency.core.arrays import Indexed
from consistency.core.ratings import Ratings, from_arrays, map_ratings
from tests.consistency.core.sets import label_set, votes


@given(votes())
def test_a_class_is_compared_with_all_others_taken_as_one(ratings: Ratings) -> None:
    for found in by_class(ratings):
        merged = map_ratings(ratings, {int(c): -1 for c in ratings.classes.tolist() if c != found.name})
        assert found.alpha.value == pytest.approx(nominal_alpha(merged).value, nan_ok=True, abs=1e-9)


@given(votes())
def test_specific_agreement_is_the_chance_that_a_second_answer_is_the_same(ratings: Ratings) -> None:
    for found in by_class(ratings):
        agreeing, seen = 0.0, 0
        for item in set(ratings.item.tolist()):
            said = ratings.classes[ratings.code[ratings.item == item]].tolist()
            if len(said) > 1:
                k = said.count(found.name)
                agreeing += k * (k - 1) / (len(said) - 1)
                seen += k
        expected = agreeing / seen if seen else float("nan")
        assert found.specific.value == pytest.approx(expected, nan_ok=True, abs=1e-9)
        assert found.answers == seen


def test_classes_of_a_real_set_have_intervals_around_their_figures() -> None:
    for found in by_class(label_set("face"), rng=np.random.default_rng(1), replicates=300):
        assert found.alpha.low < found.alpha.value < found.alpha.high
        assert found.specific.low < found.specific.value < found.specific.high
        assert 0.8 < (found.specific.high - found.specific.low) / (3.92 * found.specific.se) < 1.25


@given(votes(max_labelers=4))
def test_pair_tables_hold_what_the_matrix_counts(ratings: Ratings) -> None:
    matrix, tables = pair_matrix(ratings), pair_tables(ratings)
    assert tables.first.tolist() == matrix.first.tolist()
    assert tables.second.tolist() == matrix.second.tolist()
    assert tables.tables.sum(axis=(1, 2)).tolist() == matrix.items.tolist()
    agreeing = np.trace(tables.tables, axis1=1, axis2=2)
    np.testing.assert_allclose(agreeing / matrix.items, matrix.agreement)


@given(votes(complete=True, max_labelers=2))
def test_two_teams_of_one_agree_as_cohen_says(ratings: Ratings) -> None:
    kappa = cohen_kappa(ratings)
    assume(kappa.defined)
    assert between_teams(ratings, ratings.labeler == 0).value == pytest.approx(kappa.value, abs=1e-9)


def test_teams_that_read_the_guideline_apart_agree_inside_and_not_between() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 2, 300)
    item, labeler = np.repeat(np.arange(300), 4), np.tile(np.arange(4), 300)
    said = truth[item] ^ (labeler >= 2) ^ (rng.random(1200) < 0.05)
    ratings = from_arrays(item, labeler, said)
    team = Indexed((ratings.labeler >= 2).astype(np.int64), np.array(["north", "south"], dtype=object))
    inside = by_group(ratings, team)
    assert [group.name for group in inside] == ["north", "south"]
    assert all(group.alpha.low > 0.7 for group in inside)
    between = between_teams(ratings, ratings.labeler < 2)
    assert between.high < -0.7


def test_the_interval_between_teams_covers_as_promised() -> None:
    covered, truth_values = 0, []
    rng = np.random.default_rng(3)

    def draw(n: int) -> Ratings:
        truth = rng.integers(0, 2, n)
        item, labeler = np.repeat(np.arange(n), 4), np.tile(np.arange(4), n)
        return from_arrays(item, labeler, truth[item] ^ (rng.random(4 * n) < 0.2))

    big = draw(200_000)
    truth = between_teams(big, big.labeler < 2).value
    for _ in range(600):
        sample = draw(150)
        figure = between_teams(sample, sample.labeler < 2)
        covered += figure.low <= truth <= figure.high
        truth_values.append(figure.value)
    assert 0.93 <= covered / 600 <= 0.97


def test_a_vote_without_a_group_is_in_none() -> None:
    ratings = from_arrays([1, 1, 2, 2], ["a", "b"] * 2, [1, 1, 2, 2])
    found = by_group(ratings, Indexed(np.array([0, 0, 1, 1]), np.array(["", "x"], dtype=object)))
    assert [(group.name, group.items) for group in found] == [("x", 1)]


def test_agreement_that_falls_is_seen_over_time() -> None:
    rng = np.random.default_rng(4)
    truth = rng.integers(0, 3, 600)
    item, labeler = np.repeat(np.arange(600), 3), np.tile(np.arange(3), 600)
    noise = rng.random(1800) < np.where(item < 300, 0.05, 0.4)
    said = np.where(noise, rng.integers(0, 3, 1800), truth[item])
    stretches = by_time(from_arrays(item, labeler, said, time=item.astype(np.float64)))
    assert [stretch.items for stretch in stretches] == [100] * 6
    assert min(s.alpha.low for s in stretches[:3]) > max(s.alpha.high for s in stretches[3:])
