import pytest
from hypothesis import given
from hypothesis import strategies as st

from augmentation.core.recipe import Recipe, dump_recipe, parse_recipe
from labeling.label_types.errors import InvalidValue
from tests.labeling.label_types.situation import damaged, json_values

PLAIN: dict[str, object] = {
    "steps": [{"change": "darken", "factor": [0.3, 0.6], "gamma": 1.5}],
    "copies": 2,
    "seed": 7,
}


def test_a_recipe_is_read_back_as_it_was_written() -> None:
    recipe = parse_recipe(PLAIN)
    assert parse_recipe(dump_recipe(recipe)) == recipe
    assert (recipe.part, recipe.copies, recipe.seed, recipe.steps[0].factor.high) == ("image", 2, 7, 0.6)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"steps": []}, "steps"),
        ({"steps": "darken"}, "steps"),
        ({"steps": [3]}, "steps.0"),
        ({"steps": [{"change": "blur"}]}, "steps.0.change"),
        ({"steps": [{"change": ["darken"]}]}, "steps.0.change"),
        ({"steps": [{"change": "darken", "factor": 0}]}, "steps.0.factor"),
        ({"steps": [{"change": "darken", "factor": True}]}, "steps.0.factor"),
        ({"steps": [{"change": "darken", "factor": [0.5]}]}, "steps.0.factor"),
        ({"steps": [{"change": "darken", "factor": [0.6, 0.5]}]}, "steps.0.factor"),
        ({"steps": [{"change": "darken", "gamma": [1, float("nan")]}]}, "steps.0.gamma.1"),
        ({"steps": [{"change": "darken", "hue": 1}]}, "steps.0"),
        ({"copies": 0}, "copies"),
        ({"copies": 21}, "copies"),
        ({"seed": -1}, "seed"),
        ({"part": ""}, "part"),
    ],
)
def test_a_wrong_setting_is_refused_by_its_name(more: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        parse_recipe({**PLAIN, **more})
    assert list(refused.value.fields) == [field]


@given(nonsense=json_values, path=st.lists(st.integers(0, 4), max_size=4))
def test_nonsense_raises_invalid_value_and_nothing_else(nonsense: object, path: list[int]) -> None:
    try:
        recipe = parse_recipe(damaged(PLAIN, nonsense, path))
    except InvalidValue:
        return
    assert isinstance(recipe, Recipe)
