"""A manager sets up a question of every label type in a real Concord, and looks at each as a labeler does."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types.registry import LABEL_TYPES
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.desk_server import DeskState
from tests.e2e.harness.people import Person

pytestmark = MARKS

SEEN = {
    "choice": "input[type=radio]",
    "choices": ".option.none",
    "rating": ".scale input[type=radio]",
    "pairwise": ".question.form .muted",
    "box": "[role=application]",
    "polygon": "[role=application]",
    "keypoint": "[role=application]",
    "span": ".body.spans[role=textbox]",
    "relation": ".body.linked[role=textbox]",
    "transcript": "textarea.said",
    "segment": ".question.form .muted",
    "record": ".recordform input[type=radio]",
}
SETTINGS = {
    "choices": {"max": "2"},
    "rating": {"scale": "interval"},
    "pairwise": {"strength": "2"},
    "segment": {"overlapping": "on", "text": "on"},
    "record": {"fields": "Amount due | number | 0 to 100 | whole | optional\npaid | yes or no"},
    "polygon": {"min_area": "9"},
    "keypoint": {"points": "left eye | right eye\nright eye\nnose", "lines": "left eye | nose | right eye"},
    "span": {"overlapping": "on"},
    "relation": {"relations": "is part of | from one | to one; another\ngoes with | both ways"},
    "transcript": {"conventions": "Um, | Um... | Filled pauses end in a comma."},
}


AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def photograph(page: Any, name: str) -> None:
    """Kept where CONCORD_SHOTS names a folder."""
    if shots := os.environ.get("CONCORD_SHOTS"):
        page.screenshot(path=Path(shots) / f"{name}.png", full_page=True)


def make_project(manager: Person, dataset: str, name: str) -> str:
    """Makes a project that asks one question of this type, and returns its address."""
    page = manager.open("/projects/new/")
    page.fill("[name=name]", f"All about {name}")
    page.select_option("[name=dataset]", label=dataset)
    page.fill("[name=prompt]", "What do you find?")
    page.locator(f"[name=label_type][value={name}]").check()
    assert (
        page.locator(f"[name='{name}-settings']").count() == page.locator("fieldset.setgrid:visible").count()
    )
    for setting, value in SETTINGS.get(name, {}).items():
        field = page.locator(f"[name='{name}-{setting}']")
        kind = field.evaluate("one => one.type")
        if kind == "checkbox":
            field.check()
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(value)
    if page.locator(".classrows").is_visible():
        for at, words in enumerate(("one", "another")):
            page.fill(f"[name=classes-{at}-name]", words)
    photograph(page, f"set-up-{name}")
    manager.press_button("main form button.primary")
    assert "/projects/new/" not in page.url, page.locator(".error, .banner").all_inner_texts()
    return str(page.url)


def test_a_question_of_every_type_is_made_on_the_page_and_previewed(browser: Any, concord: Concord) -> None:
    manager = Person(browser, concord.url)
    manager.come_in(concord.new_account("sets-up@journey.example", "--admin"), "Uma")
    page = manager.open("/projects/new/")
    datasets = page.locator("[name=dataset] option").all_inner_texts()
    texts = next(one for one in datasets if "message" in one.lower())
    pictures = next(one for one in datasets if "phone" in one.lower() or "picture" in one.lower())
    assert set(SEEN) == {one.name for one in LABEL_TYPES}
    for one in LABEL_TYPES:
        project = make_project(manager, texts if "text" in one.modalities else pictures, one.name)
        page.goto(f"{project}setup/")
        for setting, value in SETTINGS.get(one.name, {}).items():
            assert page.locator(f"[name='{one.name}-{setting}']").first.input_value() == value
        manager.press_button(".pagehead a.primary")
        page.wait_for_selector(SEEN[one.name])
        photograph(page, f"preview-{one.name}")
    assert manager.errors == []


def test_the_preview_follows_what_is_typed_and_leaves_the_focus_there(browser: Any, concord: Concord) -> None:
    manager = Person(browser, concord.url)
    manager.come_in(concord.new_account("previews@journey.example", "--admin"), "Uma")
    page = manager.open("/projects/new/?start=detection")
    pictures = next(
        one for one in page.locator("[name=dataset] option").all_inner_texts() if "phone" in one.lower()
    )
    page.select_option("[name=dataset]", label=pictures)
    page.fill("[name=name]", "Previewed")
    manager.press_button("main form button.primary")
    project = page.url
    page.goto(f"{project}items/")
    address = page.locator("a.tile[href*='/items/']").first.get_attribute("href")
    number = next(part for part in str(address).split("?")[0].split("/") if part.isdecimal())
    page.goto(f"{project}setup/")
    page.locator("[data-preview]").first.click()
    frame = page.frame_locator("iframe[name=preview]")
    frame.locator(".viewer").wait_for()
    page.locator(".rowmore summary").first.click()
    page.locator("[name=classes-0-typical]").first.fill(number)
    frame.locator(".examples.typical img").wait_for()
    page.locator("[name=prompt]").first.click()
    page.keyboard.press("End")
    page.keyboard.type(", please")
    frame.get_by_text("Mark everything that is damaged, please").first.wait_for()
    page.keyboard.type(" now")
    assert page.locator("[name=prompt]").first.input_value() == "Mark everything that is damaged, please now"
    assert manager.errors == []
    page.goto(f"{project}setup/")
    assert page.locator("[name=prompt]").first.input_value() == "Mark everything that is damaged"
    manager.close()


def test_examples_are_picked_and_parents_named_before_anything_is_saved(
    browser: Any, concord: Concord
) -> None:
    manager = Person(browser, concord.url, bypass_csp=True)
    manager.come_in(concord.new_account("picks@journey.example", "--admin"), "Uma")
    page = manager.open("/projects/new/?start=detection")
    pictures = next(
        one for one in page.locator("[name=dataset] option").all_inner_texts() if "phone" in one.lower()
    )
    page.select_option("[name=dataset]", label=pictures)
    page.fill("[name=name]", "Picked")
    for at, name in enumerate(("damage", "scratch")):
        page.fill(f"[name=classes-{at}-name]", name)
    page.locator("[data-preview]").click()
    frame = page.frame_locator("iframe[name=preview]")
    frame.locator(".viewer").wait_for()

    first, row = page.locator(".classrow").nth(0), page.locator(".classrow").nth(1)
    first.locator("summary").click()
    row.locator("summary").click()
    first.locator("[data-pick]").first.focus()
    page.keyboard.press("Enter")
    page.locator("#examples [data-item] img").first.wait_for()
    photograph(page, "pick-examples")
    if AXE.is_file():
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate("async () => (await axe.run()).violations.map(one => one.id)") == []
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Space")
    picked = page.locator("#examples [data-item][aria-pressed=true]")
    assert picked.count() == 1
    number = picked.get_attribute("data-item")
    page.keyboard.press("Escape")
    assert first.locator("[name=classes-0-typical]").input_value() == number
    row.locator("select").select_option(label="damage")
    page.fill("[name=classes-0-name]", "harm")
    assert row.locator("select option:checked").inner_text() == "harm"
    frame.locator(".examples.typical img").wait_for(state="attached")
    frame.locator("details.guide summary").click()
    frame.locator(".examples.typical img").wait_for()
    manager.press_button("main form button.primary")
    page.goto(f"{page.url}setup/")
    assert page.locator("[name=classes-0-typical]").first.input_value() == number
    assert row.locator("select option:checked").first.inner_text() == "harm"
    assert manager.errors == []
    manager.close()


def test_a_class_is_looked_up_by_key_without_answering(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    desk.press("Alt+2")
    assert desk.page.locator(".right h3").inner_text() == "Replacement or repair"
    assert desk.page.locator("input:checked").count() == 0
    desk.press("1", "Alt+2", "Enter")
    assert desk.wait_received(1)[0]["answers"] == {"intent": {"class": 1}}
