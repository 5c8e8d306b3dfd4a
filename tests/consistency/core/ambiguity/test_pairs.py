import numpy as np
import pytest
from hypothesis import given, settings

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.gwet import gwet_ac
from consistency.core.ambiguity.pairs import ConfusedPairs, confused_pairs
from consistency.core.ambiguity.what_if import ACTIONS, Action
from consistency.core.arrays import IntArray
from consistency.core.mapping import map_codes
from consistency.core.profiles import profiles
from consistency.core.ratings import Ratings, from_arrays
from tests.consistency.core.sets import votes

UNEVEN = (8.0, 5.0, 3.0, 2.0, 1.2, 0.8)


def planted(
    seed: int,
    *,
    confused: float,
    n_items: int = 1500,
    frequency: tuple[float, ...] = (1.0,) * 6,
    errors_by_frequency: bool = False,
) -> Ratings:
    """Labelers who err by one of the two models, and who besides swap classes 1 and 2 in ``confused`` of the cases."""
    rng = np.random.default_rng(seed)
    share = np.array(frequency) / sum(frequency)
    truth = np.repeat(rng.choice(len(share), n_items, p=share), 4)
    slip = rng.choice(len(share), len(truth), p=share if errors_by_frequency else None)
    code = np.where(rng.random(len(truth)) < 0.15, slip, truth)
    swap = (rng.random(len(truth)) < confused) & np.isin(code, [1, 2])
    code = np.where(swap, 3 - code, code)
    return from_arrays(np.repeat(np.arange(n_items), 4), np.tile(np.arange(4), n_items), code)


def decided(ratings: Ratings, action: Action, a: int, b: int) -> Ratings:
    """The votes as the decision would read them, one by one."""
    if action == "merge":
        return map_codes(ratings, {b: a})
    drew_a = np.bincount(ratings.item[ratings.code == a], minlength=len(ratings.items)) > 0
    drew_b = np.bincount(ratings.item[ratings.code == b], minlength=len(ratings.items)) > 0
    inside = (drew_a & drew_b)[ratings.item]
    pairable = (ratings.votes_per_item() >= 2)[ratings.item]
    often = np.bincount(ratings.code[pairable], minlength=len(ratings.classes))
    moved = [a, b] if action == "borderline" else [a if often[a] >= often[b] else b]
    code: IntArray = np.where(inside & np.isin(ratings.code, moved), len(ratings.classes), ratings.code)
    classes = np.arange(len(ratings.classes) + 1)
    return from_arrays(ratings.item, ratings.labeler, code, classes=classes)


def ambiguous(pairs: ConfusedPairs) -> set[tuple[int, int]]:
    chosen = pairs.ambiguous
    return set(zip(pairs.first[chosen].tolist(), pairs.second[chosen].tolist(), strict=True))


@settings(deadline=None)  # a dozen fits an example
@given(votes(n_classes=4, max_items=8))
def test_every_change_is_the_one_of_really_deciding(ratings: Ratings) -> None:
    pairs = confused_pairs(ratings)
    alpha, ac1 = nominal_alpha(ratings).value, gwet_ac(profiles(ratings).pairable()).value
    used = np.count_nonzero(profiles(ratings).pairable().class_votes())
    for row, (a, b) in enumerate(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)):
        for action in ACTIONS:
            after = decided(ratings, action, a, b)
            leaves_one = action == "merge" and used == 2
            alpha_change = np.nan if leaves_one else nominal_alpha(after).value - alpha
            ac1_change = np.nan if leaves_one else gwet_ac(profiles(after).pairable()).value - ac1
            of_alpha, of_ac1 = (pairs.effects[action, name].change[row] for name in ("alpha", "ac1"))
            assert of_alpha == pytest.approx(alpha_change, nan_ok=True, abs=1e-9)
            assert of_ac1 == pytest.approx(ac1_change, nan_ok=True, abs=1e-9)


def test_intervals_are_those_of_a_paired_bootstrap() -> None:
    ratings = planted(1, confused=0.2, n_items=400, frequency=UNEVEN)
    names = [(action, coefficient) for action in ACTIONS for coefficient in ("alpha", "ac1")]
    rng = np.random.default_rng(2)
    by_item = ratings.code.reshape(400, 4)
    item, labeler = np.repeat(np.arange(400), 4), np.tile(np.arange(4), 400)
    draws = []
    for _ in range(200):
        again = from_arrays(item, labeler, by_item[rng.integers(0, 400, 400)].ravel())
        draws.append(figures(confused_pairs(again))[0])
    values, errors = figures(confused_pairs(ratings))
    spread = np.std(np.array(draws), axis=0)
    assert len(values) == 2 * len(names) + 1
    np.testing.assert_allclose(errors, spread, rtol=0.2)


def figures(pairs: ConfusedPairs) -> tuple[list[float], list[float]]:
    """Changes, gains and lift of classes 1 and 2, and their standard errors."""
    row = int(np.flatnonzero((pairs.first == 1) & (pairs.second == 2))[0])
    effects = pairs.effects.values()
    values = [float(one.change[row]) for one in effects] + [float(one.gain[row]) for one in effects]
    errors = [float(one.change_se[row]) for one in effects] + [float(one.gain_se[row]) for one in effects]
    return [*values, float(pairs.lift[row])], [*errors, float(pairs.lift_se[row])]


@pytest.mark.parametrize("frequency", [(1.0,) * 6, UNEVEN])
def test_planted_pairs_are_found_and_chance_is_not_called_ambiguous(frequency: tuple[float, ...]) -> None:
    found = false = 0
    for seed in range(20):
        pairs = confused_pairs(planted(seed, confused=0.08, frequency=frequency))
        found += (1, 2) in ambiguous(pairs)
        false += bool(ambiguous(pairs) - {(1, 2)})
        assert (pairs.first[0], pairs.second[0]) == (1, 2)
    assert found >= 18
    assert false <= 1


@pytest.mark.parametrize("errors_by_frequency", [False, True])
@pytest.mark.parametrize("frequency", [(1.0,) * 6, UNEVEN])
def test_random_merges_show_no_gain(frequency: tuple[float, ...], errors_by_frequency: bool) -> None:
    gains = []
    for seed in range(40):
        ratings = planted(
            100 + seed, confused=0.0, frequency=frequency, errors_by_frequency=errors_by_frequency
        )
        gains.append(bool(ambiguous(confused_pairs(ratings))))
    assert sum(gains) <= 2


def test_a_merge_at_random_changes_both_coefficients_as_predicted() -> None:
    pairs = confused_pairs(planted(3, confused=0.0, n_items=20_000))
    for name in ("alpha", "ac1"):
        merge = pairs.effects["merge", name]
        np.testing.assert_allclose(merge.change, merge.at_random, atol=0.003)
    np.testing.assert_allclose(pairs.lift, 1, atol=0.12)
    assert pairs.impact.sum() == pytest.approx(1)


def test_a_split_takes_no_disagreement_away_and_a_borderline_class_takes_the_pairs() -> None:
    ratings = planted(4, confused=0.2)
    pairs = confused_pairs(ratings)
    merge, borderline = pairs.effects["merge", "alpha"], pairs.effects["borderline", "alpha"]
    assert pairs.effects["split", "alpha"].change.max() < borderline.change[0]
    assert borderline.gain[0] > 0
    assert merge.gain[0] > 5 * merge.gain_se[0]


def test_ambiguous_pairs_that_share_a_class_form_a_cluster() -> None:
    rng = np.random.default_rng(0)
    truth = np.repeat(rng.integers(0, 6, 2000), 3)
    code = np.where((truth < 3) & (rng.random(len(truth)) < 0.3), rng.integers(0, 3, len(truth)), truth)
    stray = rng.random(len(truth)) < 0.05
    code = np.where(stray, rng.integers(0, 6, len(truth)), code)
    ratings = from_arrays(np.repeat(np.arange(2000), 3), np.tile(np.arange(3), 2000), code)
    assert confused_pairs(ratings).clusters() == [[0, 1, 2]]


def test_full_agreement_has_no_pairs() -> None:
    pairs = confused_pairs(from_arrays([1, 1, 2, 2], list("abab"), [0, 0, 1, 1]))
    assert len(pairs.first) == 0
    assert pairs.alpha == 1.0


def test_too_little_to_judge_says_so() -> None:
    two = confused_pairs(from_arrays([1, 1, 2, 2], list("abab"), [0, 1, 1, 1]))
    assert two.reason == ("two classes only: there is no other pair to compare with",)
    few = confused_pairs(from_arrays([1, 1, 2, 2], list("abab"), [0, 1, 1, 2]))
    assert few.reason == ("interval withheld: 2 items, 100 needed",) * 2
    assert not few.ambiguous.any()
