"""Planted habits of drawing are found by labeler and measure, and nobody else's are made up."""

from typing import Any

import numpy as np
import pytest

from consistency.core.conventions.boxes import Box, box_conventions
from labeling.label_types.geometry import Rect

World = list[tuple[int, list[tuple[int, list[Box]]]]]


def world(
    seed: int,
    *,
    labelers: int = 4,
    looseness: dict[int, float] | None = None,
    offset: dict[int, float] | None = None,
    one_for_many: frozenset[int] = frozenset(),
    smallest: dict[int, float] | None = None,
) -> World:
    """Thirty pictures with single things of all sizes and one pair of neighbors each."""
    rng = np.random.default_rng(seed)
    pictures: World = []
    for picture in range(30):
        single = []
        for column in range(int(rng.integers(2, 5))):
            side = float(np.exp(rng.uniform(np.log(8), np.log(90))))
            single.append(
                (200 * column + rng.uniform(20, 80), rng.uniform(20, 300), side, side * rng.uniform(0.7, 1.3))
            )
        x, y = rng.uniform(900, 1000), rng.uniform(50, 300)
        people = []
        for who in range(labelers):
            pair = (
                [(x, y, 84.0, 40.0)] if who in one_for_many else [(x, y, 40.0, 40.0), (x + 44, y, 40.0, 40.0)]
            )
            boxes = [
                drawn(rng, *thing, (looseness or {}).get(who, 0.0), (offset or {}).get(who, 0.0))
                for thing in [*single, *pair]
                if np.sqrt(thing[2] * thing[3]) >= (smallest or {}).get(who, 0.0) and rng.random() > 0.03
            ]
            people.append((who, boxes))
        pictures.append((picture, people))
    return pictures


def drawn(
    rng: np.random.Generator, x: float, y: float, w: float, h: float, loose: float, shift: float
) -> Box:
    shaken = 1.5 * min(1.0, float(np.sqrt(w * h)) / 30) * np.clip(rng.normal(size=4), -2.5, 2.5)
    left, top = x - loose * w + shift * w + shaken[0], y - loose * h + shaken[1]
    right, bottom = x + w + loose * w + shift * w + shaken[2], y + h + loose * h + shaken[3]
    return Box("thing", Rect(left, top, right, bottom))


@pytest.mark.parametrize(
    ("planted", "expected", "value"),
    [
        ({"looseness": {1: 0.05}}, ("looseness", 1), 0.1),
        ({"looseness": {2: -0.05}}, ("looseness", 2), -0.1),
        ({"offset": {2: 0.06}}, ("offset_x", 2), 0.06),
        ({"one_for_many": frozenset({3})}, ("one_for_many", 3), 0.5),
        ({"smallest": {0: 20.0}}, ("smallest", 0), 20.0),
    ],
)
def test_a_planted_habit_is_found_and_no_other(
    planted: dict[str, Any], expected: tuple[str, int], value: float
) -> None:
    hits = false = close = 0
    for seed in range(20):
        found = {
            (one.measure, one.labeler): one
            for one in box_conventions(world(seed, **planted)).habits
            if one.found
        }
        hits += expected in found
        false += bool(set(found) - {expected})
        close += expected in found and found[expected].value == pytest.approx(value, rel=0.2)
    assert hits >= 18
    assert close >= 18
    assert false <= 1


def test_people_without_habits_are_given_none() -> None:
    found = sum(any(one.found for one in box_conventions(world(100 + seed)).habits) for seed in range(40))
    assert found <= 2


def test_of_two_who_differ_neither_is_called_usual() -> None:
    habits = box_conventions(world(1, labelers=2, looseness={0: 0.05})).habits
    assert {one.labeler for one in habits if one.found and one.measure == "looseness"} == {0, 1}


def test_what_was_counted_is_told() -> None:
    one, other = Box("cat", Rect(0, 0, 10, 10)), Box("dog", Rect(1, 0, 11, 10))
    far = Box("cat", Rect(100, 100, 104, 104))
    found = box_conventions(
        [(0, [(0, [one, far]), (1, [other])]), (1, [(0, [one])]), (2, [(0, []), (1, [])])]
    )
    assert (found.items, found.things, found.missed, found.other_class) == (2, 2, 1, 1)
    assert found.smallest_drawn == {0: 4.0, 1: 10.0}
    assert {one.reason for one in found.habits if one.measure == "looseness"} == {"1 things, 8 needed"}
