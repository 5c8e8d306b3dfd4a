"""Several classes and ratings, labeled by keyboard alone in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types import choices, rating
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import MOOD, TOPICS, DeskState

pytestmark = MARKS


def test_five_items_get_several_classes_by_keyboard_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="choices"))
    presses = [("1",), ("2", "5"), ("3", "1", "3"), ("0",), ("4", "0", "2")]
    for number, keys in enumerate(presses, start=1):
        desk.wait_shown(number)
        desk.press(*keys, "Enter")
        desk.wait_received(number)
    given = [one["answers"]["topics"] for one in desk.state.received]
    assert given == [{"classes": codes} for codes in ([1], [2, 5], [1], [], [2])]
    spec = choices.LABEL_TYPE.check_spec(TOPICS["spec"])
    assert [choices.LABEL_TYPE.dump(choices.LABEL_TYPE.parse(one, spec, {})) for one in given] == given


def test_one_class_too_many_is_said_at_its_place_and_not_sent(bench: Any) -> None:
    desk = bench(DeskState(kind="choices"))
    desk.press("1", "2", "3", "4", "5", "Enter")
    assert desk.page.locator(".problem").inner_text() == "Choose at most 4."
    assert desk.state.received == []
    desk.press("5", "Enter")
    assert desk.wait_received(1)[0]["answers"] == {"topics": {"classes": [1, 2, 3, 4]}}


def test_undo_takes_back_one_press(bench: Any) -> None:
    desk = bench(DeskState(kind="choices"))
    desk.press("1", "2", "Control+z", "Enter")
    assert desk.wait_received(1)[0]["answers"] == {"topics": {"classes": [1]}}


def test_five_items_are_rated_by_keyboard_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="rating"))
    presses = [
        ("1",),
        ("5",),
        ("2", "ArrowRight"),
        ("4", "3"),
        ("1", "ArrowRight", "ArrowRight", "ArrowLeft"),
    ]
    for number, keys in enumerate(presses, start=1):
        desk.wait_shown(number)
        desk.press(*keys, "Enter")
        desk.wait_received(number)
    given = [one["answers"]["mood"] for one in desk.state.received]
    assert given == [{"level": level} for level in (1, 5, 3, 3, 2)]
    spec = rating.LABEL_TYPE.check_spec(MOOD["spec"])
    assert [rating.LABEL_TYPE.dump(rating.LABEL_TYPE.parse(one, spec, {})) for one in given] == given


def test_three_questions_about_one_picture_are_answered_without_the_mouse(bench: Any) -> None:
    desk = bench(DeskState(kind="several"))
    desk.press("n", "Enter")
    assert desk.page.locator(".problem").count() == 2
    desk.press("q", "e", "i", "Enter")
    answers = desk.wait_received(1)[0]["answers"]
    assert len(answers["damage"]["elements"]) == 1
    assert answers["topics"] == {"classes": [1, 3]}
    assert answers["mood"]["level"] in (1, 2, 3, 4, 5)
