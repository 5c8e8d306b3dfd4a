"""Forms over an item, by keyboard alone in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types import record
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import FORM, DeskState

pytestmark = MARKS


def form(desk: Any, count: int = 1) -> Any:
    return desk.wait_received(count)[-1]["answers"]["form"]["fields"]


def test_a_form_is_filled_in_by_keyboard_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="form"))
    keyboard = desk.page.keyboard
    keyboard.type("88-2041")
    desk.press("Tab")
    keyboard.type("49,90")
    desk.press("Tab")
    keyboard.type("03122026")
    desk.press("Control+ArrowDown", "2", "Tab", "y", "Enter")
    assert form(desk) == {
        "order": "88-2041", "amount": 49.9, "bought": "2026-03-12", "wish": "the money", "polite": True
    }  # fmt: skip
    spec = record.LABEL_TYPE.check_spec(FORM["spec"])
    (answer,) = [one["answers"]["form"] for one in desk.state.received]
    assert record.LABEL_TYPE.dump(record.LABEL_TYPE.parse(answer, spec, {})) == answer


def test_the_first_wrong_field_is_named_and_has_the_focus(bench: Any) -> None:
    desk = bench(DeskState(kind="form"))
    desk.page.keyboard.type("88-2041")
    desk.press("Tab")
    desk.page.keyboard.type("900")
    desk.press("Enter")
    assert desk.page.locator(".problem").inner_text() == "amount: At most 500."
    assert desk.page.locator("input:focus").input_value() == "900"
    desk.press("Backspace")
    desk.press("Enter")
    assert desk.page.locator(".problem").inner_text() == "wish: An answer is needed here."
    assert desk.state.received == []
    desk.press("4", "Enter")
    assert form(desk) == {"order": "88-2041", "amount": 90, "wish": "advice"}


def test_an_optional_answer_is_taken_back_by_its_key(bench: Any) -> None:
    desk = bench(DeskState(kind="form"))
    desk.page.keyboard.type("1")
    desk.press(
        "Control+ArrowDown",
        "Control+ArrowDown",
        "Control+ArrowDown",
        "1",
        "Control+ArrowDown",
        "n",
        "n",
        "Enter",
    )
    assert form(desk) == {"order": "1", "wish": "a new pair"}


def test_a_form_is_filled_in_with_the_mouse(bench: Any) -> None:
    desk = bench(DeskState(kind="form"))
    desk.page.get_by_label("Order number").fill("7")
    desk.page.locator("label.option", has_text="a repair").click()
    desk.page.locator("label.option", has_text="No").click()
    desk.page.locator("[data-action=submit]").click()
    assert form(desk) == {"order": "7", "wish": "a repair", "polite": False}
    desk.wait_shown(2)
    desk.page.get_by_label("Order number").fill("8")
    desk.page.locator("label.option", has_text="a repair").click()
    desk.page.locator("label.option", has_text="No").click()
    desk.page.locator("label.option", has_text="No").click()
    desk.page.locator("[data-action=submit]").click()
    assert form(desk, 2) == {"order": "8", "wish": "a repair"}


def test_undo_takes_back_what_was_typed_in_one_go(bench: Any) -> None:
    desk = bench(DeskState(kind="form"))
    desk.page.keyboard.type("88")
    desk.press("Tab")
    desk.page.keyboard.type("12")
    desk.press("Escape", "Control+z")
    assert [desk.page.locator(".recordform input").nth(at).input_value() for at in (0, 1)] == ["88", ""]
