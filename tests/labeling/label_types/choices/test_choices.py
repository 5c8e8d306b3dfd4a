"""Choices by example; what holds for every type is in test_contract.py."""

import pytest

from labeling.label_types.base import Ballot, Difference, Tie, Vote
from labeling.label_types.choices import LABEL_TYPE
from labeling.label_types.choices.value import Choices
from labeling.label_types.errors import InvalidValue

CLASSES = [{"code": code, "name": name} for code, name in [(3, "rude"), (1, "urgent"), (2, "billing")]]
SPEC = LABEL_TYPE.check_spec({"classes": CLASSES, "max": 2})


def chosen(*codes: int) -> Choices:
    return Choices(frozenset(codes))


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ([1, 1], "classes.1"),
        ([4], "classes.0"),
        ([True], "classes.0"),
        ([1, 2, 3], "classes"),
        ("12", "classes"),
    ],
)
def test_a_wrong_set_is_refused_by_its_field(raw: object, field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.parse({"classes": raw}, SPEC, {})
    assert list(refused.value.fields) == [field]


def test_the_order_of_choosing_does_not_matter() -> None:
    assert LABEL_TYPE.parse({"classes": [2, 1]}, SPEC, {}) == LABEL_TYPE.parse({"classes": [1, 2]}, SPEC, {})
    assert LABEL_TYPE.dump(chosen(2, 1)) == {"classes": [1, 2]}


def test_every_class_gets_a_yes_or_a_no() -> None:
    assert LABEL_TYPE.votes(chosen(1), SPEC) == [Vote("3", 0), Vote("1", 1), Vote("2", 0)]


@pytest.mark.parametrize(
    ("a", "b", "jaccard", "masi"),
    [
        (chosen(1, 2), chosen(1, 2), 0, 0),
        (chosen(1), chosen(1, 2), 1 / 2, 1 - 1 / 2 * 2 / 3),
        (chosen(1, 2), chosen(2, 3), 2 / 3, 1 - 1 / 3 * 1 / 3),
        (chosen(1), chosen(2), 1, 1),
        (chosen(), chosen(2), 1, 1),
        (chosen(), chosen(), 0, 0),
    ],
)
def test_distances_are_those_of_the_books(a: Choices, b: Choices, jaccard: float, masi: float) -> None:
    by_masi = LABEL_TYPE.check_spec({"classes": CLASSES, "measure": "masi"})
    assert LABEL_TYPE.distance(a, b, SPEC) == pytest.approx(jaccard)
    assert LABEL_TYPE.distance(a, b, by_masi) == pytest.approx(masi)


def test_one_class_for_another_is_a_class_difference_and_more_are_missed() -> None:
    assert LABEL_TYPE.differences(chosen(1, 2), chosen(1, 3), SPEC) == [
        Difference("class", class_a=2, class_b=3)
    ]
    assert LABEL_TYPE.differences(chosen(1, 2), chosen(1), SPEC) == [Difference("missed", class_a=2)]


def test_merging_takes_each_class_that_most_chose() -> None:
    merged = LABEL_TYPE.merge(
        [Ballot("a", chosen(1, 2)), Ballot("b", chosen(1)), Ballot("c", chosen(3, 1))], SPEC
    )
    assert merged.value == chosen(1)
    assert merged.support == {"1": 1.0}
    assert merged.distribution["2"] == pytest.approx({0: 2 / 3, 1: 1 / 3})


def test_half_the_weight_is_a_tie_and_left_out() -> None:
    merged = LABEL_TYPE.merge([Ballot("a", chosen(1)), Ballot("b", chosen())], SPEC)
    assert (merged.value, merged.ties) == (chosen(), (Tie("1", (0, 1)),))


def test_a_merge_keeps_to_the_limits_of_the_question() -> None:
    at_least_one = LABEL_TYPE.check_spec({"classes": CLASSES, "min": 1})
    ballots = [Ballot("a", chosen(1)), Ballot("b", chosen(2)), Ballot("c", chosen(3))]
    assert LABEL_TYPE.merge(ballots, at_least_one).value == chosen(3)


def test_remapping_joins_drops_and_names_the_split() -> None:
    carried = LABEL_TYPE.remap(chosen(1, 2), {2: [1]}, SPEC)
    assert carried.value == chosen(1)
    assert LABEL_TYPE.remap(chosen(1, 2), {2: []}, SPEC).dropped == ("2",)
    assert LABEL_TYPE.remap(chosen(1, 2), {2: [2, 3]}, SPEC).needs_person == ("2",)
