import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.label_types.ballots import leaders, shares, weighted_median

numbers = st.integers(-50, 50).map(float)


@given(st.lists(numbers, min_size=1, max_size=9))
def test_with_equal_weights_it_is_the_median(values: list[float]) -> None:
    ranked = sorted(values)
    middle = (ranked[(len(ranked) - 1) // 2] + ranked[len(ranked) // 2]) / 2
    assert weighted_median(values, [0.1] * len(values)) == middle


@given(st.lists(st.tuples(numbers, st.integers(1, 5)), min_size=1, max_size=6))
def test_a_weight_is_worth_as_many_copies(weighted: list[tuple[float, int]]) -> None:
    copies = [value for value, weight in weighted for _ in range(weight)]
    found = weighted_median([value for value, _ in weighted], [weight for _, weight in weighted])
    assert found == weighted_median(copies, [1] * len(copies))


def test_sums_of_tenths_that_differ_only_by_rounding_stand_even() -> None:
    assert leaders(shares([(1, 0.1), (1, 0.2), (2, 0.3)]), [2, 1]) == (2, 1)


def test_shares_of_one_ballot_are_whole() -> None:
    assert shares([(7, 0.3)]) == {7: pytest.approx(1.0)}
