"""Preferences and rankings, by keyboard and with the mouse in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types import pairwise
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import BETTER, RANKED, DeskState

pytestmark = MARKS

FACTS: dict[str, dict[str, object]] = {
    "parts": {role: {} for role in ("asked", "one", "two", "three", "four")}
}


def ranking(desk: Any, count: int) -> Any:
    return desk.wait_received(count)[-1]["answers"]["better"]["ranking"]


def test_five_items_are_compared_by_keyboard_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="better"))
    presses = [("1",), ("2",), ("0",), ("ArrowRight",), ("1", "ArrowRight")]
    for number, keys in enumerate(presses, start=1):
        desk.wait_shown(number)
        desk.press(*keys, "Enter")
        desk.wait_received(number)
    given = [one["answers"]["better"] for one in desk.state.received]
    places = [[one["shown"].index(code) for group in one["ranking"] for code in group] for one in given]
    assert places[:2] == [[0, 1], [1, 0]]
    assert [len(one["ranking"]) for one in given] == [2, 2, 1, 2, 1]
    assert places[3] == [1, 0]
    spec = pairwise.LABEL_TYPE.check_spec(BETTER["spec"])
    assert [pairwise.LABEL_TYPE.dump(pairwise.LABEL_TYPE.parse(one, spec, FACTS)) for one in given] == given


def test_the_order_on_the_page_changes_from_item_to_item_and_is_stored(bench: Any) -> None:
    desk = bench(DeskState(kind="better"))
    seen = []
    for number in range(1, 11):
        desk.wait_shown(number)
        first = desk.page.locator(".contender").first.inner_text()
        desk.press("1", "Enter")
        answer = desk.wait_received(number)[-1]["answers"]["better"]
        assert ("The case closes" in first) == (answer["shown"] == [1, 2])
        assert answer["ranking"] == [[code] for code in answer["shown"]]
        seen.append(answer["shown"])
    assert [1, 2] in seen
    assert [2, 1] in seen


def test_names_that_tell_which_is_which_are_not_shown_where_the_order_is_each_persons_own(bench: Any) -> None:
    desk = bench(DeskState(kind="better"))
    desk.press("1")
    assert "model" not in desk.page.locator("body").inner_text()


def test_pressed_again_the_preference_gets_stronger_and_arrows_walk_back_through_the_tie(bench: Any) -> None:
    desk = bench(DeskState(kind="stronger"))
    desk.press("1", "1")
    assert desk.heard() == "A is clearly better"
    desk.press("ArrowRight", "ArrowRight")
    assert desk.heard() == "Equally good"
    desk.press("ArrowRight", "ArrowRight", "Enter")
    answer = desk.wait_received(1)[0]["answers"]["better"]
    assert (answer["ranking"][0][0], answer["strength"]) == (answer["shown"][1], 2)


def test_four_answers_are_ranked_by_keyboard_and_the_last_one_follows_by_itself(bench: Any) -> None:
    desk = bench(DeskState(kind="ranked"))
    desk.press("3", "1", "4", "Enter")
    assert ranking(desk, 1) == [[3], [1], [4], [2]]
    desk.wait_shown(2)
    desk.press("3", "1", "0", "4", "ArrowUp", "Enter")
    assert ranking(desk, 2) == [[1, 3, 4], [2]]
    spec = pairwise.LABEL_TYPE.check_spec(RANKED["spec"])
    for one in desk.state.received:
        assert pairwise.LABEL_TYPE.parse(one["answers"]["better"], spec, FACTS)


def test_an_unfinished_ranking_is_said_and_not_sent(bench: Any) -> None:
    desk = bench(DeskState(kind="ranked"))
    desk.press("3", "Enter")
    assert desk.page.locator(".problem").inner_text() == "3 are not ranked yet."
    assert desk.state.received == []
    desk.press("Control+z", "2", "1", "3", "Enter")
    assert ranking(desk, 1) == [[2], [1], [3], [4]]


def test_a_ranking_is_made_with_the_mouse_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="ranked"))
    for name in ("model 2", "model 1", "model 3"):
        desk.page.locator(f".contender[aria-label='{name}'] button[aria-pressed]").click()
    desk.page.locator(".contender[aria-label='model 3'] button[aria-label='Better']").click()
    desk.page.locator(".contender[aria-label='model 3'] button[aria-label='Better']").click()
    desk.page.locator("[data-action=submit]").click()
    assert ranking(desk, 1) == [[2], [3], [1], [4]]


def test_pictures_stand_beside_each_other_and_a_click_on_one_prefers_it(bench: Any) -> None:
    desk = bench(DeskState(kind="seen"))
    pictures = desk.page.locator(".contender img")
    left, right = (pictures.nth(at).bounding_box() for at in (0, 1))
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    pictures.nth(1).click()
    desk.page.locator("[data-action=submit]").click()
    answer = desk.wait_received(1)[0]["answers"]["better"]
    assert answer["ranking"][0] == [answer["shown"][1]]


def test_sounds_are_heard_in_turn_from_the_keyboard(bench: Any) -> None:
    desk = bench(DeskState(kind="louder"))
    desk.page.wait_for_selector(".contender:nth-child(2) .clipcard .btn.primary:not([disabled])")
    play = ".contender:nth-child({}) .btn.primary[aria-label='{}']"
    desk.press("Space")
    desk.page.wait_for_selector(play.format(1, "Pause"))
    desk.press(".")
    desk.page.wait_for_selector(play.format(2, "Pause"))
    desk.page.wait_for_selector(play.format(1, "Play"))
    desk.press("2", "Enter")
    assert desk.wait_received(1)
