"""Vote by vote comes to the same figures as all votes at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.agreement.percent import percent_agreement
from consistency.core.agreement.running import RunningAgreement, running_agreement
from consistency.core.ratings import Ratings
from tests.consistency.core.sets import votes


@given(votes(), st.integers(0, 2**32))
def test_delta_is_batch_whatever_the_order(ratings: Ratings, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(ratings))
    running = RunningAgreement()
    for at in order.tolist():
        running.add(int(ratings.item[at]), int(ratings.code[at]))
    assert running.alpha == pytest.approx(nominal_alpha(ratings).value, nan_ok=True, abs=1e-9)
    assert running.percent_agreement == pytest.approx(percent_agreement(ratings).value, nan_ok=True, abs=1e-9)


@given(votes(), votes())
def test_what_is_added_and_taken_back_leaves_nothing(ratings: Ratings, extra: Ratings) -> None:
    running = running_agreement(ratings)
    for item, code in zip(extra.item.tolist(), extra.code.tolist(), strict=True):
        running.add(item, code)
    for item, code in zip(extra.item.tolist(), extra.code.tolist(), strict=True):
        running.remove(item, code)
    assert running.alpha == pytest.approx(nominal_alpha(ratings).value, nan_ok=True, abs=1e-9)


@given(votes())
def test_parts_make_the_whole(ratings: Ratings) -> None:
    first = running_agreement(ratings.where(ratings.item % 2 == 0))
    first.merge(running_agreement(ratings.where(ratings.item % 2 == 1)))
    assert first.alpha == pytest.approx(nominal_alpha(ratings).value, nan_ok=True, abs=1e-9)


def test_a_vote_that_is_not_there_cannot_be_taken_back() -> None:
    running = RunningAgreement()
    running.add(1, "x")
    with pytest.raises(ValueError, match="no vote 'y' on item 1"):
        running.remove(1, "y")
