from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consistency.core.profiles import Profiles, _by_sorting, add, map_profiles, profiles, profiles_of_tuples
from consistency.core.ratings import Ratings, from_arrays, map_ratings
from tests.consistency.core.sets import votes


def patterns_by_hand(ratings: Ratings) -> list[tuple[tuple[object, ...], int]]:
    by_item: dict[int, list[int]] = {}
    for item, code in zip(ratings.item.tolist(), ratings.code.tolist(), strict=True):
        by_item.setdefault(item, []).append(int(ratings.classes[code]))
    return sorted(Counter(tuple(sorted(codes)) for codes in by_item.values()).items(), key=repr)


@given(votes())
def test_profiles_are_the_sorted_votes_of_each_item_counted(ratings: Ratings) -> None:
    assert profiles(ratings).as_tuples() == patterns_by_hand(ratings)


@given(votes(n_classes=6))
def test_sorting_and_numbering_find_the_same_patterns(ratings: Ratings) -> None:
    assert _by_sorting(ratings, ratings.votes_per_item()).as_tuples() == profiles(ratings).as_tuples()


def test_many_classes_and_many_votes_an_item_stay_exact() -> None:
    rng = np.random.default_rng(3)
    item = np.repeat(np.arange(40), 30)
    ratings = from_arrays(item, np.tile(np.arange(30), 40), rng.integers(0, 200, len(item)))
    assert profiles(ratings).as_tuples() == patterns_by_hand(ratings)


@given(votes(), st.integers(0, 2**16))
def test_parts_by_item_add_up_to_the_whole(ratings: Ratings, seed: int) -> None:
    in_first = np.random.default_rng(seed).random(len(ratings.items)) < 0.5
    first, second = ratings.where(in_first[ratings.item]), ratings.where(~in_first[ratings.item])
    assert add(profiles(first), profiles(second)).as_tuples() == profiles(ratings).as_tuples()


@given(votes())
def test_mapping_profiles_is_mapping_votes(ratings: Ratings) -> None:
    mapping = {2: 0}
    mapped: Profiles = map_profiles(profiles(ratings), mapping)
    assert mapped.as_tuples() == profiles(map_ratings(ratings, mapping)).as_tuples()


def test_an_unknown_class_or_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="3 is not among the classes"):
        profiles_of_tuples([((3,), 1)], classes=[1, 2])
    with pytest.raises(ValueError, match="row 0 counts -1 items"):
        profiles_of_tuples([((3,), -1)])
