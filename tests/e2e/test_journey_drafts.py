"""Unsent work on a whole Concord: a crash, a lapsed session, and a second window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.people import Person
from tests.e2e.harness.scene import Scene

pytestmark = MARKS


def chosen(person: Person) -> str | None:
    person.page.wait_for_selector(".msg")
    checked = person.page.locator("input:checked")
    return str(checked.get_attribute("value")) if checked.count() else None


def test_unsent_work_outlives_a_crash_a_lapsed_session_and_a_second_window(
    browser: Any, scene: Scene, states: Mapping[str, Any]
) -> None:
    state = states["crowd_worker"]
    address = f"{scene.url}/projects/{scene.messages.project}/label/"
    first = Person(browser, scene.url, storage_state=state)
    first.page.goto(address)
    first.page.wait_for_selector(".msg")
    with first.page.expect_response(
        lambda answer: answer.url.endswith("/draft") and answer.ok, timeout=5_000
    ):
        first.page.keyboard.press("2")
    kept = chosen(first)
    assert kept is not None
    second = first.context.new_page()
    second.goto(address)
    assert "open in another window" in second.locator(".empty.fill").inner_text()
    second.close()
    first.context.clear_cookies()
    first.page.goto(address)
    assert "/sign-in/" in first.page.url
    first.context.close()
    again = Person(browser, scene.url, storage_state=state)
    again.page.goto(address)
    assert chosen(again) == kept
    again.close()
