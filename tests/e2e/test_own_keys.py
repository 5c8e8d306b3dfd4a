"""Keys that a person changes for themselves, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import DeskState

pytestmark = MARKS


def change(desk: Any, name: str, key: str) -> None:
    """Opens the help, and asks for another key for what is called so."""
    desk.press("?")
    desk.page.get_by_role("button", name=f"{name}:").first.click()
    desk.press(key)


def test_a_class_answers_to_the_key_one_chose_also_after_a_reload(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    change(desk, "Refund", "m")
    desk.page.get_by_role("button", name="Done").click()
    assert desk.page.locator("label.option:has-text('Refund') kbd").inner_text() == "M"
    desk.press("1", "Enter")
    assert desk.state.received == []
    desk.press("m", "Enter")
    assert desk.wait_received(1)[0]["answers"] == {"intent": {"class": 1}}
    desk.open()
    desk.press("m", "Enter")
    assert desk.wait_received(2)[1]["answers"] == {"intent": {"class": 1}}


def test_a_key_that_is_taken_is_refused_and_says_by_whom(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    change(desk, "Refund", "2")
    assert desk.page.locator("dialog .note").inner_text() == "2 is taken: Replacement or repair"
    desk.press("Escape")
    desk.page.wait_for_selector("dialog", state="detached")
    desk.press("2", "Enter")
    assert desk.wait_received(1)[0]["answers"] == {"intent": {"class": 2}}


def test_what_was_answered_stays_when_a_key_is_changed(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    desk.press("3")
    change(desk, "Skip, say why", "x")
    desk.page.get_by_role("button", name="Done").click()
    assert desk.page.locator("[data-action=skip] kbd").inner_text() == "X"
    desk.press("Enter")
    assert desk.wait_received(1)[0]["answers"] == {"intent": {"class": 3}}


def test_a_change_that_does_not_fit_another_page_is_said_there_and_left_out(bench: Any) -> None:
    desk = bench(DeskState(kind="box"))
    desk.page.evaluate("localStorage.setItem('concord.7.keys', JSON.stringify({'3': 'n'}))")
    desk.open()
    assert "A key you changed has another use here" in desk.page.locator(".toast").inner_text()
    desk.press("n", "3")
    assert desk.submit()[0]["class"] == 3


def test_all_keys_become_again_what_they_were(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    change(desk, "Refund", "m")
    desk.page.get_by_role("button", name="All as at first").click()
    desk.page.get_by_role("button", name="Done").click()
    desk.press("1", "Enter")
    assert desk.wait_received(1)[0]["answers"] == {"intent": {"class": 1}}
