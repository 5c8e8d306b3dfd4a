import numpy as np
import pytest

from consistency.core.aggregation.dawid_skene import dawid_skene
from consistency.core.aggregation.online import ask_one_more, updated
from tests.consistency.core.sets import label_set


def test_vote_by_vote_gives_the_batch_posterior_under_the_same_parameters() -> None:
    result = dawid_skene(label_set("rte"), tolerance=1e-14, max_iterations=3000)
    assert result.confusion is not None
    ratings = result.ratings
    prior = result.posterior.mean(axis=0)
    for row in range(0, len(result.item), 97):
        posterior = prior
        mine = ratings.item == result.item[row]
        for labeler, code in zip(ratings.labeler[mine].tolist(), ratings.code[mine].tolist(), strict=True):
            posterior = updated(posterior, result.confusion[labeler], code)
        np.testing.assert_allclose(posterior, result.posterior[row], atol=0.02)


def test_the_order_of_votes_does_not_matter() -> None:
    first, second = np.array([[0.9, 0.1], [0.3, 0.7]]), np.array([[0.6, 0.4], [0.1, 0.9]])
    start = np.array([0.3, 0.7])
    one = updated(updated(start, first, 0), second, 1)
    two = updated(updated(start, second, 1), first, 0)
    np.testing.assert_allclose(one, two)


def test_an_impossible_vote_is_refused() -> None:
    with pytest.raises(ValueError, match="impossible"):
        updated(np.array([1.0, 0.0]), np.eye(2), 1)


def test_a_useless_labeler_gains_nothing_and_the_cap_stops_asking() -> None:
    posterior = np.array([[0.5, 0.5], [0.5, 0.5]])
    useless = ask_one_more(posterior, np.full((2, 2), 0.5), cost=0.0, votes=np.array([1, 1]), cap=9)
    assert useless.gain.tolist() == [0, 0]
    assert not useless.ask.any()
    capped = ask_one_more(posterior, np.eye(2), cost=0.1, votes=np.array([2, 3]), cap=3)
    assert capped.ask.tolist() == [True, False]
    assert capped.gain.tolist() == [0.5, 0.5]
