import numpy as np
import pytest

from consistency.core.ambiguity.items import ambiguous_items, items_of_pair
from consistency.core.ratings import from_arrays


def test_a_spammers_disagreement_does_not_make_an_item_ambiguous() -> None:
    ratings = from_arrays([1, 1, 1, 2, 2, 2], ["good1", "good2", "spam"] * 2, ["a", "a", "b", "a", "b", "b"])
    weight = np.array([0.9, 0.9, 0.0])
    result = ambiguous_items(ratings, labeler_weight=weight)
    assert ratings.items[result.item].tolist() == [2, 1]
    assert result.disputed.tolist() == pytest.approx([1.0, 0.0])


def test_entropy_is_in_bits_and_items_with_one_answer_are_left_out() -> None:
    ratings = from_arrays([1, 1, 1, 1, 2], list("abcda"), [0, 1, 2, 3, 0])
    result = ambiguous_items(ratings)
    assert result.entropy.tolist() == [2.0]
    assert result.disputed.tolist() == [1.0]


def test_items_of_a_pair_hold_votes_for_both() -> None:
    ratings = from_arrays([1, 1, 2, 2, 3, 3], list("ababab"), [0, 1, 0, 2, 1, 0])
    assert ratings.items[items_of_pair(ratings, 0, 1)].tolist() == [1, 3]


def test_weights_must_fit_the_labelers() -> None:
    with pytest.raises(ValueError, match="labeler_weight: 2 numbers"):
        ambiguous_items(from_arrays([1, 1], ["a", "b"], [0, 1]), labeler_weight=np.ones(3))
