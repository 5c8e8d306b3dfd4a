"""Segments of a sound, by keyboard and with the mouse in a real browser."""

from __future__ import annotations

import sys
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types import segment
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import TURNS, DeskState

pytestmark = MARKS

FACTS: dict[str, dict[str, dict[str, int]]] = {"parts": {"sound": {"duration_ms": 3_000}}}


def opened(bench: Any, kind: str = "turns") -> Any:
    desk = bench(DeskState(kind=kind))
    ready(desk)
    return desk


def ready(desk: Any) -> None:
    desk.page.wait_for_selector(".timeline")
    desk.page.wait_for_function(
        "() => document.querySelector('.clipbar .mono').textContent.includes('00:03')"
    )


def elements(desk: Any, count: int = 1) -> list[dict[str, Any]]:
    return list(desk.wait_received(count)[-1]["answers"]["turns"]["elements"])


def steps(desk: Any, n: int) -> None:
    """The playhead on by so many tenths of a second."""
    desk.press(*["ArrowRight" if n > 0 else "ArrowLeft"] * abs(n))


def near(found: list[dict[str, Any]], *expected: tuple[int, int, int]) -> None:
    given = [(one["geometry"]["start"], one["geometry"]["end"], one["class"]) for one in found]
    assert [code for *_, code in given] == [code for *_, code in expected], given
    for one, other in zip(given, expected, strict=True):
        assert one == pytest.approx(other, abs=8), given


def drag(desk: Any, start: float, end: float, y: float = 80) -> None:
    """Over the timeline, by shares of its width."""
    box = desk.page.locator(".timeline").bounding_box()
    mouse = desk.page.mouse
    mouse.move(box["x"] + start * box["width"], box["y"] + y)
    mouse.down()
    mouse.move(box["x"] + (start + end) / 2 * box["width"], box["y"] + y)
    mouse.move(box["x"] + end * box["width"], box["y"] + y)
    mouse.up()


def test_two_turns_are_marked_at_the_playhead_by_keyboard_alone(bench: Any) -> None:
    desk = opened(bench)
    steps(desk, 2)
    desk.press("n")
    steps(desk, 6)
    desk.press("n", "Escape", "2", "n")
    steps(desk, 10)
    desk.press("]", "Enter")
    found = elements(desk)
    near(found, (200, 800, 1), (800, 1800, 2))
    spec = segment.LABEL_TYPE.check_spec(TURNS["spec"])
    value = segment.LABEL_TYPE.parse({"elements": found}, spec, FACTS)
    assert segment.LABEL_TYPE.dump(value) == {"elements": found}


def test_a_turn_is_nudged_given_another_class_set_at_the_playhead_and_deleted(bench: Any) -> None:
    desk = opened(bench)
    desk.press("n")
    steps(desk, 10)
    desk.press("n", "Shift+ArrowRight", "Alt+Shift+ArrowRight", "Control+Shift+ArrowLeft", "3", "Enter")
    near(elements(desk), (50, 1040, 3))
    desk.wait_shown(2)
    ready(desk)
    desk.press("n")
    steps(desk, 10)
    desk.press("n")
    steps(desk, 5)
    desk.press("]")
    steps(desk, -12)
    desk.press("[", "Enter")
    near(elements(desk, 2), (300, 1500, 1))
    desk.wait_shown(3)
    ready(desk)
    desk.press("n")
    steps(desk, 10)
    desk.press("n", "Delete", "Enter")
    assert elements(desk, 3) == []


def test_turns_are_dragged_and_selected_with_the_mouse(bench: Any) -> None:
    desk = opened(bench)
    drag(desk, 0.1, 0.3)
    drag(desk, 0.5, 0.9)
    drag(desk, 0.5, 0.6)
    desk.page.locator(".rail .pick", has_text="customer").click()
    drag(desk, 0.2, 0.2)
    drag(desk, 0.2, 0.25)
    desk.page.locator("[data-action=submit]").click()
    near(elements(desk), (450, 1050, 1), (1800, 2700, 2))


def test_turns_do_not_overlap_where_they_may_not(bench: Any) -> None:
    desk = opened(bench)
    drag(desk, 0.4, 0.6)
    desk.press("Escape")
    drag(desk, 0.2, 0.5)
    desk.press("Shift+ArrowRight", "Enter")
    near(elements(desk), (600, 1200, 1), (1200, 1800, 1))


def test_a_stretch_is_played_and_stops_at_its_end(bench: Any) -> None:
    desk = opened(bench)
    drag(desk, 0.2, 0.3)
    desk.press("p")
    desk.page.wait_for_selector('.clipcard .btn.primary[aria-label="Pause"]')
    desk.page.wait_for_selector('.clipcard .btn.primary[aria-label="Play"]')
    assert float(desk.page.locator(".wave").get_attribute("aria-valuenow")) == pytest.approx(0.9, abs=0.02)


def test_words_are_written_from_turn_to_turn_without_the_mouse(bench: Any) -> None:
    desk = opened(bench, "diarized")
    desk.press("n")
    steps(desk, 10)
    desk.press("n", "t")
    desk.page.keyboard.type("Hello, how can I help?")
    desk.press("Escape", "Escape")
    steps(desk, -5)
    desk.press("2", "n")
    steps(desk, 8)
    desk.press("n", "t")
    desk.page.keyboard.type("It stays silent")
    desk.press("Control+ArrowUp")
    desk.page.wait_for_function("() => document.activeElement.value === 'Hello, how can I help?'")
    desk.press("Enter")
    found = elements(desk)
    near(found, (0, 1000, 1), (500, 1300, 2))
    assert [one["attributes"]["text"] for one in found] == ["Hello, how can I help?", "It stays silent"]


def test_undo_takes_a_turn_back(bench: Any) -> None:
    desk = opened(bench)
    drag(desk, 0.2, 0.3)
    drag(desk, 0.5, 0.6)
    desk.press("Control+z", "Enter")
    near(elements(desk), (600, 900, 1))


FRAMES = """async () => {
    const line = document.querySelector('.timeline');
    const { left, top, width } = line.getBoundingClientRect();
    const gaps = [];
    let changes = 0;
    const watch = new MutationObserver((all) => { changes += all.length; });
    watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const end = performance.now() + 2000;
    let before = performance.now();
    let at = 0;
    while (performance.now() < end) {
        const zoom = Math.floor(at / 30) % 2 === 1;
        line.dispatchEvent(new WheelEvent('wheel', { bubbles: true, cancelable: true, clientX: left + width / 2,
            clientY: top + 20, deltaY: zoom ? 40 * (at % 2 ? 1 : -1) : 60 * (at % 60 < 30 ? 1 : -1), ctrlKey: zoom }));
        at += 1;
        const now = await new Promise(requestAnimationFrame);
        gaps.push(now - before);
        before = now;
    }
    watch.disconnect();
    gaps.sort((a, b) => a - b);
    return { changes: changes / gaps.length, frames_s: 1000 * gaps.length / gaps.reduce((sum, gap) => sum + gap, 0), p95_ms: gaps[Math.floor(gaps.length * 0.95)] };
}"""


def test_panning_and_zooming_a_thousand_turns_touches_no_node_for_each_of_them(
    bench: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = bench(DeskState(kind="diarized", turns=1_000))
    ready(desk)
    assert desk.page.locator(".shapes .pick").count() > 100
    measured = desk.page.evaluate(FRAMES)
    with capsys.disabled():
        sys.stdout.write(
            f"\n1,000 turns: {measured['frames_s']:.0f} frames a second, p95 {measured['p95_ms']:.0f} ms\n"
        )
    assert measured["changes"] < 20, measured
