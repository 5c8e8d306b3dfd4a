import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consistency.core.mapping import map_codes
from consistency.core.profiles import profiles_of_tuples
from consistency.core.ratings import Ratings, combine, from_arrays
from tests.consistency.core.sets import votes


def test_names_of_any_kind_become_dense_indices_that_lead_back() -> None:
    ratings = from_arrays([900, 5, 900], ["bo", "ann", "ann"], ["dog", "cat", "cat"])
    assert ratings.items[ratings.item].tolist() == [900, 5, 900]
    assert ratings.labelers[ratings.labeler].tolist() == ["bo", "ann", "ann"]
    assert ratings.classes[ratings.code].tolist() == ["dog", "cat", "cat"]


def test_numbers_written_as_text_are_ordered_by_value() -> None:
    assert from_arrays([1, 2, 3], [1, 1, 1], ["10", "9", "1"]).classes.tolist() == ["1", "9", "10"]


def test_a_repeated_answer_is_refused_naming_both_rows() -> None:
    with pytest.raises(ValueError, match=r"row 2 repeats row 0 \(item 7, labeler ann\)"):
        from_arrays([7, 8, 7], ["ann", "ann", "ann"], [1, 1, 2])


def test_the_latest_answer_is_the_last_row_without_times() -> None:
    ratings = from_arrays([7, 7, 8], ["a", "a", "a"], [1, 2, 1], repeats="latest")
    assert ratings.classes[ratings.code].tolist() == [2, 1]
    assert ratings.repeats_dropped == 1


def test_the_latest_answer_goes_by_time_where_there_is_one() -> None:
    ratings = from_arrays([7, 7], ["a", "a"], [1, 2], time=[20.0, 10.0], repeats="latest")
    assert ratings.classes[ratings.code].tolist() == [1]


def test_all_repeats_count_when_asked_for() -> None:
    assert len(from_arrays([7, 7], ["a", "a"], [1, 2], repeats="all")) == 2


def test_the_same_pair_on_two_facets_is_no_repeat() -> None:
    ratings = from_arrays([7, 7], ["a", "a"], [1, 0], facet=["cat", "dog"])
    assert {name: len(part) for name, part in ratings.by_facet().items()} == {"cat": 1, "dog": 1}


def test_bad_input_is_refused_naming_column_and_row() -> None:
    with pytest.raises(ValueError, match="labeler: 2 rows expected as in item, got 1"):
        from_arrays([1, 2], [1], [1, 1])
    with pytest.raises(ValueError, match="item: row 1 is not a finite number"):
        from_arrays([1.0, float("nan")], [1, 1], [1, 1])
    with pytest.raises(ValueError, match="weight: row 1 holds -1"):
        from_arrays([1, 2], [1, 1], [1, 1], weight=[1.0, -1.0])
    with pytest.raises(ValueError, match="code: row 1 holds 9, which is not among the classes"):
        from_arrays([1, 2], [1, 1], [1, 9], classes=[1, 2])
    with pytest.raises(ValueError, match="level: one of"):
        from_arrays([1], [1], [1], level="loud")  # type: ignore[arg-type]


def test_a_class_nobody_chose_stays_in_the_table() -> None:
    assert from_arrays([1], [1], [2], classes=[1, 2, 3]).classes.tolist() == [1, 2, 3]


@given(votes(), st.integers(0, 2**16))
def test_parts_combine_to_the_whole(ratings: Ratings, seed: int) -> None:
    mask = np.random.default_rng(seed).random(len(ratings)) < 0.5
    whole = combine([ratings.where(mask), ratings.where(~mask)])
    triples = sorted(
        zip(whole.items[whole.item], whole.labelers[whole.labeler], whole.classes[whole.code], strict=True)
    )
    original = sorted(
        zip(
            ratings.items[ratings.item],
            ratings.labelers[ratings.labeler],
            ratings.classes[ratings.code],
            strict=True,
        )
    )
    assert triples == original


def test_merging_classes_keeps_every_vote_and_loses_the_old_class() -> None:
    ratings = from_arrays([1, 1, 2], [1, 2, 1], [1, 2, 3])
    merged = map_codes(ratings, {2: 1})
    assert merged.classes[merged.code].tolist() == [1, 1, 3]
    assert merged.classes.tolist() == [1, 3]
    assert map_codes(profiles_of_tuples([((1, 2, 3), 4)]), {2: 1}).as_tuples() == [((1, 1, 3), 4)]
