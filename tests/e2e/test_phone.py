"""The label page at the width of a phone: everything in reach of a thumb, nothing beside the edge."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import DeskState

pytestmark = MARKS
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
THUMB = 44
TOO_SMALL = """least => [...document.querySelectorAll(
        '.work button, .work a, .work summary, .work .option, .work textarea, .work select, .work input[type=range]')]
    .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.disabled && !one.closest('[hidden], .toolstrip'))
    .map(one => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 0 && (box.height < least - .5 || box.width < least - .5))
    .map(([one, box]) => `${one.tagName}.${one.className} ${one.textContent.trim().slice(0, 20)} ${Math.round(box.width)}x${Math.round(box.height)}`)"""
BESIDE = """() => [...document.querySelectorAll('.work *')].filter(one => {
    const box = one.getBoundingClientRect();
    return one.checkVisibility() && box.width > 1 && box.height > 1 && box.right > innerWidth + 1
        && !one.closest('.sr, .toolstrip, [style*="overflow"], canvas, svg, .ticks, .marks, .wave');
}).map(one => `${one.tagName}.${one.className}`).slice(0, 5)"""


@pytest.mark.parametrize("kind", ["choice", "choices", "rating", "spoken"])
def test_on_a_phone_nothing_lies_beside_the_edge_and_every_target_fits_a_thumb(bench: Any, kind: str) -> None:
    desk = bench(DeskState(kind=kind), **PHONE)
    page = desk.page
    page.wait_for_timeout(300)
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390
    assert page.evaluate(BESIDE) == []
    assert page.evaluate(TOO_SMALL, THUMB) == []


@pytest.mark.parametrize(
    ("kind", "tap"), [("choice", ".option"), ("choices", ".option"), ("rating", ".option")]
)
def test_on_a_phone_an_item_is_answered_with_two_taps(bench: Any, kind: str, tap: str) -> None:
    desk = bench(DeskState(kind=kind), **PHONE)
    desk.page.locator(tap).first.tap()
    submit = desk.page.locator('[data-action="submit"]')
    box = submit.bounding_box()
    assert box["y"] + box["height"] <= 844, "in sight without scrolling"
    submit.tap()
    assert len(desk.wait_received(1)) == 1
