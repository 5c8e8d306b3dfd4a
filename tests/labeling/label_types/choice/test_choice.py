"""Choices by example; what holds for every type is in test_contract.py."""

import pytest

from labeling.label_types.base import WHOLE, Ballot, Difference, Tie, Vote
from labeling.label_types.changes import Crop, Photometric
from labeling.label_types.choice import LABEL_TYPE
from labeling.label_types.choice.value import Choice
from labeling.label_types.errors import InvalidValue

SPEC = LABEL_TYPE.check_spec({"classes": [{"code": 3, "name": "billing"}, {"code": 1, "name": "delivery"}]})


@pytest.mark.parametrize(
    "raw", [{"class": 2}, {"class": "3"}, {"class": True}, {"class": 3.0}, {"class": None}, {"class": 0}]
)
def test_anything_but_a_code_of_the_question_is_refused(raw: object) -> None:
    with pytest.raises(InvalidValue) as refused:
        LABEL_TYPE.parse(raw, SPEC, {})
    assert list(refused.value.fields) == ["class"]


def test_a_choice_is_one_vote() -> None:
    assert LABEL_TYPE.votes(Choice(3), SPEC) == [Vote("", 3)]


def test_two_classes_differ_entirely() -> None:
    assert LABEL_TYPE.distance(Choice(3), Choice(1), SPEC) == 1.0
    assert LABEL_TYPE.differences(Choice(3), Choice(1), SPEC) == [Difference("class", class_a=3, class_b=1)]


def test_the_class_with_most_weight_wins_and_the_shares_are_kept() -> None:
    merged = LABEL_TYPE.merge(
        [Ballot("a", Choice(3)), Ballot("b", Choice(1)), Ballot("c", Choice(1), 2.0)], SPEC
    )
    assert merged.value == Choice(1)
    assert merged.support == {WHOLE: 0.75}
    assert merged.distribution == {"": {1: 0.75, 3: 0.25}}


def test_an_even_vote_goes_to_the_class_listed_first_and_is_said_to_be_a_tie() -> None:
    merged = LABEL_TYPE.merge([Ballot("a", Choice(1)), Ballot("b", Choice(3))], SPEC)
    assert (merged.value, merged.ties) == (Choice(3), (Tie(WHOLE, (3, 1)),))


def test_a_choice_stays_when_the_item_gets_darker_and_is_looked_at_again_when_it_is_cut() -> None:
    assert LABEL_TYPE.transform(Choice(3), Photometric("image"), SPEC).needs_person == ()
    assert LABEL_TYPE.transform(Choice(3), Crop("image", 0, 0, 4, 4), SPEC).needs_person == (WHOLE,)


def test_a_split_or_dropped_class_leaves_no_value() -> None:
    assert LABEL_TYPE.remap(Choice(3), {3: [1]}, SPEC).value == Choice(1)
    split = LABEL_TYPE.remap(Choice(3), {3: [1, 3]}, SPEC)
    assert (split.value, split.needs_person) == (None, (WHOLE,))
    gone = LABEL_TYPE.remap(Choice(3), {3: []}, SPEC)
    assert (gone.value, gone.dropped) == (None, (WHOLE,))
