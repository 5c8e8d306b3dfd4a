"""A newcomer's first minute: from the printed link to why people disagree, and through the items behind it by key."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.people import Person

pytestmark = MARKS


def test_the_phone_demo_says_why_people_disagree_and_leads_through_the_items(
    browser: Any, concord: Concord
) -> None:
    person = Person(browser, concord.url)
    person.come_in(concord.new_account("newcomer@demo.example", "--admin"), "Noor")
    page = person.open("/first-run/")
    page.get_by_label(re.compile("Phone backs: damage")).check()
    page.get_by_role("button", name="Start").click()
    page.get_by_text("What explains it").wait_for()
    cause = page.locator(".cause", has_text="depends on scratch_mm")
    assert re.search(r"explain \d+% of the \d+ pairs of answers", cause.inner_text())
    assert page.locator(".cause", has_text="Some draw one “scratch” where others draw several.").count() == 1

    cause.get_by_role("link", name="See those items").click()
    tiles = page.locator(".itemtiles a")
    listed = tiles.count()
    assert listed > 2
    tiles.first.click()
    page.get_by_text(re.compile(rf"^1 of {listed}$")).wait_for()
    first = page.locator("h1").inner_text()
    page.keyboard.press("n")
    page.get_by_text(re.compile(rf"^2 of {listed}$")).wait_for()
    assert page.locator("h1").inner_text() != first
    page.keyboard.press("p")
    page.get_by_text(re.compile(rf"^1 of {listed}$")).wait_for()
    assert page.locator("h1").inner_text() == first
    page.get_by_role("link", name="Disagreements").first.click()
    tiles.first.wait_for()
    assert tiles.count() == listed
    person.close()
