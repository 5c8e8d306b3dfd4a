"""A crowd worker on a whole Concord: from the platform's link to the code, and those who try another way."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.people import Person
from tests.e2e.harness.scene import Scene

pytestmark = MARKS


def link_of(scene: Scene, worker: str) -> str:
    return f"/crowd/{scene.study.slug}/?PROLIFIC_PID={worker}&STUDY_ID=s1"


def begun(browser: Any, scene: Scene, worker: str) -> Person:
    person = Person(browser, scene.url)
    person.open(link_of(scene, worker))
    person.press_button("main form button.primary")
    person.page.wait_for_selector(".msg")
    return person


def test_a_worker_goes_from_the_link_to_the_code_by_keyboard(browser: Any, scene: Scene) -> None:
    person = begun(browser, scene, "kb-7")
    page = person.page
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=You have answered all that was asked of you")
    page.get_by_role("link", name="Finish").click()
    page.wait_for_url("**/crowd/end/")
    assert "C7XQ2P" not in page.content()
    person.press_button("button[value=finish]")
    assert page.locator("#code").inner_text() == "C7XQ2P"
    assert page.get_by_role("link", name="Back to the platform").get_attribute("href") == (
        "https://platform.example/done?cc=C7XQ2P"
    )
    person.open(link_of(scene, "kb-7"))
    assert page.url.endswith("/crowd/end/")
    assert person.errors == []
    person.close()


def test_neither_another_browser_nor_another_id_nor_a_shortcut_gets_further(
    browser: Any, scene: Scene
) -> None:
    first = begun(browser, scene, "ab-1")
    second = Person(browser, scene.url)
    assert second.page.goto(scene.url + link_of(scene, "ab-1")).status == 409
    assert "another browser" in second.page.inner_text("main")
    assert second.page.goto(f"{scene.url}/crowd/{scene.study.slug}/").status == 422
    assert "PROLIFIC_PID" in second.page.inner_text("main")
    second.close()
    first.open(link_of(scene, "ab-2"))
    assert "/label/" in first.page.url
    first.open("/crowd/end/")
    first.press_button("button[value=finish]")
    assert "still something to label" in first.page.inner_text("main")
    assert "C7XQ2P" not in first.page.content()
    for path in ("/people/", f"/projects/{scene.messages.project}/items/", f"/items/{scene.messages.item}/"):
        assert first.page.goto(scene.url + path).status in (403, 404)
    first.open("/crowd/end/")
    first.press_button("button[value=leave]")
    assert "You have left this study" in first.page.inner_text("h1")
    assert first.page.goto(f"{scene.url}/projects/{scene.messages.project}/label/").status == 404
    first.close()
