import numpy as np
import pytest
from hypothesis import given

from consistency.core.agreement.percent import percent_agreement
from consistency.core.profiles import profiles_of_tuples
from consistency.core.ratings import Ratings
from tests.consistency.core.sets import example, votes


def test_krippendorffs_example_has_the_observed_agreement_of_other_software() -> None:
    assert percent_agreement(example("krippendorff2011")).value == pytest.approx(0.818182, abs=5e-7)


@given(votes())
def test_it_is_the_mean_over_items_of_agreeing_pairs(ratings: Ratings) -> None:
    shares = []
    for item in np.unique(ratings.item):
        codes = ratings.code[ratings.item == item]
        if len(codes) > 1:
            pairs = [(a == b) for i, a in enumerate(codes) for j, b in enumerate(codes) if i != j]
            shares.append(np.mean(pairs))
    expected = float(np.mean(shares)) if shares else float("nan")
    assert percent_agreement(ratings).value == pytest.approx(expected, nan_ok=True, abs=1e-12)


def test_the_interval_is_the_one_of_a_mean_over_items() -> None:
    estimate = percent_agreement(profiles_of_tuples([((1, 1), 150), ((2, 2), 150), ((1, 2), 100)]))
    assert estimate.value == 0.75
    assert estimate.se == pytest.approx((0.75 * 0.25 / 399) ** 0.5)
    assert estimate.high - estimate.low == pytest.approx(2 * 1.959964 * estimate.se, rel=1e-6)
