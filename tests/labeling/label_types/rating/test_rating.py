"""Ratings by example; what holds for every type is in test_contract.py."""

import pytest

from labeling.label_types.base import WHOLE, Ballot, Tie, Vote
from labeling.label_types.changes import Flip, Photometric
from labeling.label_types.errors import InvalidValue
from labeling.label_types.rating import LABEL_TYPE
from labeling.label_types.rating.value import Rating

LEVELS = [{"code": code, "name": f"level {code}"} for code in (5, 1, 9, 2, 7)]
SPEC = LABEL_TYPE.check_spec({"classes": LEVELS})


@pytest.mark.parametrize("spec", [{"classes": LEVELS[:1]}, {"classes": LEVELS, "scale": "ratio"}])
def test_one_level_or_an_unknown_scale_is_refused(spec: object) -> None:
    with pytest.raises(InvalidValue):
        LABEL_TYPE.check_spec(spec)


def test_distance_counts_steps_in_the_listed_order_not_codes() -> None:
    assert LABEL_TYPE.distance(Rating(5), Rating(9), SPEC) == 0.5
    assert LABEL_TYPE.distance(Rating(5), Rating(7), SPEC) == 1.0
    assert LABEL_TYPE.differences(Rating(5), Rating(9), SPEC)[0].amount == 0.5


def test_a_rating_is_one_vote() -> None:
    assert LABEL_TYPE.votes(Rating(9), SPEC) == [Vote("", 9)]


def test_merging_takes_the_weighted_median_level() -> None:
    ballots = [Ballot("a", Rating(5)), Ballot("b", Rating(7)), Ballot("c", Rating(1))]
    merged = LABEL_TYPE.merge(ballots, SPEC)
    assert (merged.value, merged.ties) == (Rating(1), ())
    assert merged.support == {WHOLE: pytest.approx(1 / 3)}
    heavy = [*ballots, Ballot("d", Rating(7), 5.0)]
    assert LABEL_TYPE.merge(heavy, SPEC).value == Rating(7)


def test_halves_that_meet_between_two_levels_are_a_tie() -> None:
    merged = LABEL_TYPE.merge([Ballot("a", Rating(2)), Ballot("b", Rating(1))], SPEC)
    assert (merged.value, merged.ties) == (Rating(1), (Tie(WHOLE, (1, 2)),))


def test_on_an_interval_scale_a_level_nobody_chose_can_be_the_middle() -> None:
    interval = LABEL_TYPE.check_spec({"classes": LEVELS, "scale": "interval"})
    merged = LABEL_TYPE.merge([Ballot("a", Rating(5)), Ballot("b", Rating(7))], interval)
    assert (merged.value, merged.support) == (Rating(9), {WHOLE: 0.0})
    assert merged.ties == (Tie(WHOLE, (5, 7)),)


def test_how_an_item_looks_may_be_what_was_rated() -> None:
    assert LABEL_TYPE.transform(Rating(1), Photometric("image"), SPEC).needs_person == (WHOLE,)
    assert LABEL_TYPE.transform(Rating(1), Flip("image", "vertical", 8, 8), SPEC).needs_person == ()


def test_a_split_level_leaves_no_value() -> None:
    assert LABEL_TYPE.remap(Rating(1), {1: [5, 9]}, SPEC).value is None
    assert LABEL_TYPE.remap(Rating(1), {1: [5]}, SPEC).value == Rating(5)
