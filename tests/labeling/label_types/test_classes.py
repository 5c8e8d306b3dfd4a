import pytest

from labeling.label_types.classes import ClassDef, classes_at
from labeling.label_types.errors import InvalidValue


def test_a_class_without_a_color_gets_one_of_the_twelve_by_its_code() -> None:
    assert classes_at([{"code": 13, "name": " scratch "}]) == (ClassDef(13, "scratch", 1),)


@pytest.mark.parametrize(
    ("second", "field"),
    [
        ({"code": 1, "name": "b"}, "classes.1.code"),
        ({"code": 2, "name": "A"}, "classes.1.name"),
        ({"code": 2, "name": "b", "hotkey": "X"}, "classes.1.hotkey"),
        ({"code": 2, "name": "b", "hotkey": "ab"}, "classes.1.hotkey"),
        ({"code": 2, "name": "b", "hotkey": " "}, "classes.1.hotkey"),
        ({"code": 2, "name": "b", "hotkey": 0}, "classes.1.hotkey"),
        ({"code": 2, "name": "b", "color": 13}, "classes.1.color"),
        ({"code": 2, "name": "b", "parent": 9}, "classes.1.parent"),
        ({"code": 2, "name": "b", "parent": 2}, "classes.1.parent"),
        ({"code": 2, "name": "b", "colour": 2}, "classes.1"),
        ({"code": 0, "name": "b"}, "classes.1.code"),
        ({"code": 40_000, "name": "b"}, "classes.1.code"),
        ({"code": 2, "name": "  "}, "classes.1.name"),
        ({"code": 2, "name": "\ud800"}, "classes.1.name"),
        ({"code": 2}, "classes.1.name"),
    ],
)
def test_a_wrong_class_is_refused_by_its_field(second: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        classes_at([{"code": 1, "name": "a", "hotkey": "x"}, second])
    assert list(refused.value.fields) == [field]


def test_two_classes_above_one_another_are_refused() -> None:
    with pytest.raises(InvalidValue):
        classes_at([{"code": 1, "name": "a", "parent": 2}, {"code": 2, "name": "b", "parent": 1}])


def test_no_class_at_all_is_refused() -> None:
    with pytest.raises(InvalidValue):
        classes_at([])
