"""A question that is asked only after certain answers, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import DeskState

pytestmark = MARKS


def test_a_question_appears_with_the_answer_that_asks_for_it_and_leaves_with_it(bench: Any) -> None:
    desk = bench(DeskState(kind="asked"))
    where = desk.page.get_by_role("heading", name="Where is it broken?")
    assert not where.is_visible()
    desk.page.get_by_label("broken").check()
    assert where.is_visible()
    desk.drag(100, 100, 200, 200)
    desk.page.get_by_label("used").check()
    assert not where.is_visible()
    desk.press("Enter")
    assert desk.wait_received(1)[0]["answers"] == {"state": {"class": 2}}


def test_what_was_drawn_comes_back_with_the_question(bench: Any) -> None:
    desk = bench(DeskState(kind="asked"))
    desk.page.get_by_label("broken").check()
    desk.drag(100, 100, 200, 200)
    desk.page.get_by_label("as new").check()
    desk.press("Control+z", "Enter")
    answers = desk.wait_received(1)[0]["answers"]
    assert answers["state"] == {"class": 3}
    assert len(answers["where"]["elements"]) == 1


def test_by_keyboard_nothing_is_drawn_for_a_question_that_is_not_asked(bench: Any) -> None:
    desk = bench(DeskState(kind="asked"))
    desk.press("n", "3", "Enter")
    assert desk.wait_received(1)[0]["answers"] == {"state": {"class": 2}}
    desk.wait_shown(2)
    desk.press("4", "Enter")
    assert desk.page.locator(".problem").inner_text() == "At least 1 boxes are needed."
    desk.press("n", "Enter")
    assert len(desk.wait_received(2)[1]["answers"]["where"]["elements"]) == 1


def test_a_box_too_large_is_refused_where_it_was_drawn(bench: Any) -> None:
    desk = bench(DeskState(kind="sized"))
    desk.drag(100, 100, 500, 200)
    assert desk.page.locator(".toast").inner_text() == "Too large: at most 300 px each way."
    desk.drag(100, 100, 400, 200)
    assert len(desk.submit()) == 1


def test_after_a_change_of_the_guideline_nothing_is_answered_under_the_old_words(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    desk.press("1", "Enter")
    desk.wait_received(1)
    desk.page.wait_for_load_state("networkidle")
    desk.state.guideline = 4
    for at in (2, 3, 4):
        desk.page.wait_for_selector("input[type=radio]:not(:checked)")
        desk.press("2", "Enter")
        desk.wait_received(at)
        desk.page.wait_for_load_state("networkidle")
        desk.page.wait_for_timeout(300)
    assert "The guideline has changed." in desk.page.locator(".toast").last.inner_text()
    versions = [one["guideline_version"] for one in desk.state.received]
    assert versions == sorted(versions)
    assert (versions[0], versions[-1]) == (3, 4)
