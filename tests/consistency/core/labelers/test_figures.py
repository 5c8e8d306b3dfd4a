"""Consensus, habits, drift and speed of synthetic labelers whose truth is known."""

import numpy as np
import pytest

from consistency.core.labelers.bias import class_bias
from consistency.core.labelers.consensus import consensus_scores
from consistency.core.labelers.drift import drift
from consistency.core.labelers.gold import gold_scores
from consistency.core.labelers.human_level import human_level
from consistency.core.labelers.speed import speed
from consistency.core.ratings import Ratings, from_arrays


def synthetic(
    matrices: list[list[list[float]]], n_items: int, rng: np.random.Generator
) -> tuple[Ratings, dict[int, int]]:
    """Everybody answers every item, by a confusion matrix each."""
    truth = rng.integers(0, len(matrices[0]), n_items)
    answers = [[rng.choice(len(matrix), p=matrix[k]) for k in truth] for matrix in matrices]
    item = np.tile(np.arange(n_items), len(matrices))
    labeler = np.repeat(np.arange(len(matrices)), n_items)
    ratings = from_arrays(item, labeler, np.concatenate(answers), classes=list(range(len(matrices[0]))))
    return ratings, dict(enumerate(truth.tolist()))


def test_confusion_is_recovered_within_its_interval() -> None:
    matrices = [[[0.9, 0.1], [0.3, 0.7]], [[0.8, 0.2], [0.1, 0.9]], [[0.6, 0.4], [0.2, 0.8]]]
    inside = []
    for seed in range(20):
        ratings, truth = synthetic(matrices, 300, np.random.default_rng(seed))
        scores = gold_scores(ratings, truth)
        share = np.bincount(list(truth.values()), minlength=2) / 300
        for g, matrix in enumerate(matrices):
            right = share @ np.diagonal(np.array(matrix))
            inside.append(scores.low[g] <= right <= scores.high[g])
            counted = scores.confusion[g].sum(axis=1)
            assert counted.sum() == 300
    assert 0.85 <= np.mean(inside) <= 1


def test_consensus_in_blocks_is_consensus_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from consistency.core.labelers import consensus

    matrices = [[[0.9, 0.1], [0.3, 0.7]]] * 3
    ratings, _ = synthetic(matrices, 60, np.random.default_rng(5))
    whole = consensus_scores(ratings)
    monkeypatch.setattr(consensus, "BLOCK_CELLS", 10)
    parts = consensus_scores(ratings)
    np.testing.assert_allclose(parts.credit, whole.credit)
    assert parts.confusion is not None
    assert whole.confusion is not None
    np.testing.assert_allclose(parts.confusion, whole.confusion)
    assert whole.confusion.sum() == pytest.approx(180)


def test_an_unbiased_labeler_is_rarely_called_biased() -> None:
    found = []
    for seed in range(40):
        ratings, _ = synthetic([[[0.8, 0.2], [0.2, 0.8]]] * 4, 200, np.random.default_rng(100 + seed))
        bias = class_bias(ratings)
        found.append((bias.low[:, 0] > 0) | (bias.high[:, 0] < 0))
    assert np.mean(found) <= 0.08


def test_biases_of_a_labeler_sum_to_nothing() -> None:
    ratings, _ = synthetic(
        [[[0.9, 0.1], [0.5, 0.5]], [[0.8, 0.2], [0.2, 0.8]]], 100, np.random.default_rng(3)
    )
    np.testing.assert_allclose(class_bias(ratings).difference.sum(axis=1), 0, atol=1e-12)


def test_a_steady_labeler_is_rarely_called_drifting() -> None:
    rng = np.random.default_rng(8)
    n = 400
    labeler = np.repeat(np.arange(n), 60)
    found = drift(
        labeler,
        rng.permutation(len(labeler)).astype(float),
        np.where(rng.random(len(labeler)) < 0.7, 1.0, 0.0),
        n,
    )
    outside = (found.low > 0) | (found.high < 0)
    assert found.enough.all()
    assert outside.mean() <= 0.09


def test_drift_needs_its_minimum() -> None:
    found = drift(np.zeros(30, dtype=np.int64), np.arange(30.0), np.ones(30), 1)
    assert not found.enough[0]
    assert np.isnan(found.low[0])


def test_the_interval_of_the_median_covers_it() -> None:
    rng = np.random.default_rng(9)
    n = 1000
    labeler = np.repeat(np.arange(n), 40)
    found = speed(labeler, rng.lognormal(3.0, 1.0, len(labeler)), n)
    covered = ((found.low <= np.exp(3.0)) & (np.exp(3.0) <= found.high)).mean()
    assert covered >= 0.93


def test_a_negative_duration_is_refused_naming_its_row() -> None:
    with pytest.raises(ValueError, match="seconds: row 1 is negative"):
        speed(np.zeros(2, dtype=np.int64), np.array([1.0, -1.0]), 1)


def test_thousands_of_classes_give_what_each_answer_earns_by_itself() -> None:
    rng = np.random.default_rng(4)
    n_items, n_labelers = 700, 3
    truth = rng.integers(0, 3000, n_items)
    item = np.repeat(np.arange(n_items), n_labelers)
    said = np.where(rng.random(item.size) < 0.7, truth[item], rng.integers(0, 3000, item.size))
    ratings = from_arrays(item, np.tile(np.arange(n_labelers), n_items), said, classes=list(range(3000)))
    earned = []
    for at, (of, own) in enumerate(zip(item.tolist(), said.tolist(), strict=True)):
        others = [int(said[k]) for k in range(of * n_labelers, (of + 1) * n_labelers) if k != at]
        most = max(others.count(one) for one in others)
        best = {one for one in others if others.count(one) == most}
        earned.append((own in best) / len(best))
    assert human_level(ratings, {}).people.value == pytest.approx(np.mean(earned), abs=1e-12)
