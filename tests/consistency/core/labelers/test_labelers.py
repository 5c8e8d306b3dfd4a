import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consistency.core.agreement.ceiling import convention_ceiling
from consistency.core.labelers.gold import gold_scores
from consistency.core.labelers.human_level import human_level
from consistency.core.labelers.proportion import wilson
from consistency.core.labelers.repeats import self_agreement
from consistency.core.ratings import Ratings, from_arrays
from tests.consistency.core.sets import gold_of, label_set


@given(st.integers(0, 500), st.integers(1, 500))
def test_wilsons_interval_holds_the_share_and_stays_within_0_and_1(hits: int, more: int) -> None:
    share, low, high = wilson(np.array([hits]), np.array([hits + more]))
    assert -1e-12 <= low[0] <= share[0] <= high[0] <= 1 + 1e-12


def test_no_trial_is_undefined() -> None:
    assert all(np.isnan(part[0]) for part in wilson(np.array([0]), np.array([0])))


def test_gold_accuracy_is_the_share_of_right_answers_on_gold_items_only() -> None:
    ratings, gold = label_set("bluebird"), gold_of("bluebird")
    half = {item: label for item, label in gold.items() if item < 54}
    scores = gold_scores(ratings, half)
    for labeler in range(len(ratings.labelers)):
        mine = (ratings.labeler == labeler) & (ratings.items[ratings.item].astype(np.int64) < 54)
        said = ratings.classes[ratings.code[mine]].tolist()
        truth = [half[int(i)] for i in ratings.items[ratings.item[mine]]]
        assert scores.accuracy[labeler] == pytest.approx(
            np.mean([a == b for a, b in zip(said, truth, strict=True)])
        )
        assert scores.confusion[labeler].sum() == len(said)
        assert np.trace(scores.confusion[labeler]) == scores.right[labeler]


def test_too_few_gold_answers_are_no_evidence() -> None:
    ratings = from_arrays(np.arange(12), ["a"] * 10 + ["b"] * 2, [0, 1] * 6)
    assert gold_scores(ratings, dict.fromkeys(range(12), 1)).enough.tolist() == [True, False]


def test_gold_of_an_unknown_class_is_refused() -> None:
    with pytest.raises(ValueError, match="gold: '9' is not among the classes"):
        gold_scores(from_arrays([1], ["a"], ["1"]), {1: "9"})


def repeated(seed: int, keeps: float) -> Ratings:
    rng = np.random.default_rng(seed)
    first = rng.integers(0, 3, 500)
    second = np.where(rng.random(500) < keeps, first, (first + 1) % 3)
    return from_arrays(np.tile(np.arange(500), 2), ["a"] * 1000, np.append(first, second), repeats="all")


def test_self_agreement_recovers_how_often_a_labeler_keeps_to_an_answer() -> None:
    result = self_agreement(repeated(1, 0.8), rng=np.random.default_rng(0))
    assert result.low[0] < 0.8 < result.high[0]
    assert result.alpha.low < result.alpha.value < result.alpha.high
    assert result.alpha.value == pytest.approx(1 - 0.2 / (2 / 3), abs=0.06)


def test_without_repeats_self_agreement_is_undefined() -> None:
    result = self_agreement(from_arrays([1, 2], ["a", "a"], [0, 1], repeats="all"))
    assert np.isnan(result.agreement[0])
    assert np.isnan(result.alpha.value)


def crowd(seed: int, n: int) -> tuple[Ratings, dict[int, int], dict[int, int]]:
    """Five people of one kind, a model of the same kind, and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 4, n)
    answers = [np.where(rng.random(n) < 0.75, truth, rng.integers(0, 4, n)) for _ in range(6)]
    people = from_arrays(np.tile(np.arange(n), 5), np.repeat(np.arange(5), n), np.concatenate(answers[:5]))
    return people, dict(enumerate(answers[5].tolist())), dict(enumerate(truth.tolist()))


def test_a_model_that_answers_like_a_person_is_at_human_level() -> None:
    gaps = []
    for seed in range(40):
        people, alike, _ = crowd(seed, 400)
        gaps.append(human_level(people, alike).gap)
    assert sum(gap.low <= 0 <= gap.high for gap in gaps) >= 35
    values = np.array([gap.value for gap in gaps])
    assert abs(values.mean()) < 3 * values.std() / 40**0.5


def test_a_perfect_model_is_above_human_level() -> None:
    people, _, truth = crowd(1, 3000)
    assert human_level(people, truth).gap.low > 0.1


def test_a_model_that_copies_one_person_does_not_gain_from_that_persons_vote() -> None:
    ratings = from_arrays([1, 1, 1], list("abc"), [0, 0, 1])
    copy = human_level(ratings, {1: 0})
    assert copy.people.value == pytest.approx((0.5 + 0.5 + 0) / 3)
    assert copy.model.value == pytest.approx((0.5 + 0.5 + 1) / 3)


def test_a_prediction_outside_the_classes_is_simply_wrong() -> None:
    ratings = from_arrays([1, 1], list("ab"), [0, 0])
    assert human_level(ratings, {1: 7}).model.value == 0.0


def test_a_convention_split_70_30_allows_58_percent() -> None:
    assert convention_ceiling(np.array([70.0, 30.0])) == pytest.approx(0.58)
    assert convention_ceiling(np.array([5.0])) == 1.0
    with pytest.raises(ValueError, match="shares"):
        convention_ceiling(np.array([-1.0, 2.0]))
