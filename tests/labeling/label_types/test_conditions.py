"""When a question is asked at all."""

import pytest

from labeling.label_types import box, choice, choices, rating, transcript
from labeling.label_types.conditions import Condition, condition_at, read_condition
from labeling.label_types.errors import InvalidValue

EARLIER = {"damage": {1, 2, 3}, "said": set[int]()}


def test_a_condition_holds_where_one_of_its_classes_is_named() -> None:
    found = condition_at({"question": "damage", "classes": [2, 3]}, "shown_if", EARLIER)
    assert found == Condition("damage", frozenset({2, 3}))
    assert found.holds({"damage": frozenset({3, 9})})
    assert not found.holds({"damage": frozenset({1})})
    assert not found.holds({})


def test_an_empty_condition_asks_always() -> None:
    assert condition_at({}, "shown_if", EARLIER) is None
    assert read_condition({}) is read_condition(None) is None


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (None, "shown_if"),
        ([], "shown_if"),
        ({"question": "damage"}, "shown_if.classes"),
        ({"question": "later", "classes": [1]}, "shown_if.question"),
        ({"question": "said", "classes": [1]}, "shown_if.question"),
        ({"question": 3, "classes": [1]}, "shown_if.question"),
        ({"question": "damage", "classes": []}, "shown_if.classes"),
        ({"question": "damage", "classes": [1, 9]}, "shown_if.classes.1"),
        ({"question": "damage", "classes": [True]}, "shown_if.classes.0"),
        ({"question": "damage", "classes": [1], "not": 1}, "shown_if"),
    ],
)
def test_nonsense_is_refused_at_its_place(raw: object, path: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        condition_at(raw, "shown_if", EARLIER)
    assert refused.value.path == path


def test_each_label_type_says_which_classes_an_answer_names() -> None:
    assert choice.LABEL_TYPE.classes_in(choice.value.Choice(2)) == {2}
    assert choices.LABEL_TYPE.classes_in(choices.value.Choices(frozenset({1, 4}))) == {1, 4}
    assert rating.LABEL_TYPE.classes_in(rating.value.Rating(5)) == {5}
    assert transcript.LABEL_TYPE.classes_in(transcript.value.Transcript("two")) == set()
    spec = box.LABEL_TYPE.check_spec({"classes": [{"code": 1, "name": "a"}, {"code": 3, "name": "b"}]})
    geometry = {"x0": 0, "y0": 0, "x1": 9, "y1": 9}
    drawn = {"elements": [{"id": "e", "class": 3, "part": "image", "geometry": geometry}]}
    facts = {"parts": {"image": {"width": 20, "height": 20}}}
    assert box.LABEL_TYPE.classes_in(box.LABEL_TYPE.parse(drawn, spec, facts)) == {3}
