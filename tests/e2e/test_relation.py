"""Relations between spans, made by keyboard alone, by mouse and by finger in a real browser."""

from __future__ import annotations

import sys
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types import relation
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import RELATED, TEXT, DeskState

pytestmark = MARKS

HEBREW = "דנה עובדת במפעל הגדול שבעיר חיפה ומכירה את רונית מהמשרד " * 4


def span(number: int, start: int, end: int, code: int = 1) -> dict[str, Any]:
    geometry = {"start": start, "end": end}
    return {"id": f"e{number}", "class": code, "part": "text", "geometry": geometry, "attributes": {}}


def place(desk: Any, words: str, text: str = TEXT) -> tuple[float, float]:
    """The middle of these words on the screen."""
    start = text.index(words)
    return tuple(
        desk.page.evaluate(
            """([start, end]) => {
                const node = [...document.querySelector('.body').childNodes].find(one => one.nodeType === 3);
                const range = document.createRange();
                range.setStart(node, start); range.setEnd(node, end);
                const box = range.getClientRects()[0];
                return [box.left + box.width / 2, box.top + box.height / 2];
            }""",
            [start, start + len(words)],
        )
    )


def said(one: dict[str, Any], text: str = TEXT) -> list[tuple[str, str, str]]:
    """Every link as the words it joins."""
    answer = one["answers"]["facts"]
    words = {e["id"]: text[e["geometry"]["start"] : e["geometry"]["end"]] for e in answer["elements"]}
    return [(words[link["from"]], link["relation"], words[link["to"]]) for link in answer["links"]]


def begin(desk: Any, answer: dict[str, Any]) -> None:
    """What this device kept of the first item when it was left."""
    desk.page.evaluate(
        "answers => localStorage.setItem('concord.7.1.draft.1', JSON.stringify({answers, active_ms: 5, saved_at: Date.now()}))",
        {"facts": answer},
    )
    desk.open()


MARKED = {
    "elements": [span(1, 17, 31), span(2, 32, 44, 3), span(3, 53, 61, 2), span(4, 110, 114)],
    "links": [],
}


def test_spans_and_links_are_made_by_keyboard_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="related"))
    to_aria, to_silent = ["ArrowRight"] * 5, ["ArrowRight"] * 9
    desk.press(*to_aria, "n", *to_silent, "2")
    desk.press("Shift+Tab", "l")
    assert "Link from “Aria”" in desk.heard()
    assert desk.page.locator(".mark.begun").count() == 1
    desk.press("ArrowRight", "Enter")
    assert "has fault" in desk.heard()
    assert desk.page.locator(".linkname").inner_text() == "has fault"
    desk.press("Enter")
    (one,) = desk.wait_received(1)
    assert [entry[1] for entry in said(one)] == ["has fault"]
    assert said(one)[0][0] == "Aria"
    spec = relation.LABEL_TYPE.check_spec(RELATED["spec"])
    facts = {"parts": {"text": {"characters": len(TEXT)}}}
    given = one["answers"]["facts"]
    assert relation.LABEL_TYPE.dump(relation.LABEL_TYPE.parse(given, spec, facts)) == given


def test_a_link_is_changed_turned_removed_and_given_back(bench: Any) -> None:
    desk = bench(DeskState(kind="related"))
    begin(desk, MARKED)
    desk.page.locator(".body").focus()
    desk.press("Tab", "l", "Tab", "2")
    assert "bought on" in desk.heard()
    desk.press(",")
    assert "does not go from" in desk.page.locator(".toast").last.inner_text()
    desk.press("3")
    assert desk.page.locator(".linkname").inner_text() == "goes with"
    desk.press("Control+z")
    assert desk.page.locator(".linkname").inner_text() == "bought on"
    desk.press("]", "Delete")
    assert desk.page.locator(".linkname").count() == 0
    desk.press("Control+z", "Enter")
    assert [entry[1] for entry in said(desk.wait_received(1)[0])] == ["bought on"]


def test_links_go_with_a_deleted_span_and_come_back_with_it(bench: Any) -> None:
    desk = bench(DeskState(kind="related"))
    link = {"id": "l1", "relation": "goes with", "from": "e1", "to": "e4"}
    begin(desk, {**MARKED, "links": [link]})
    desk.page.locator(".body").focus()
    desk.press("Tab", "Delete")
    assert "1 of its links" in desk.heard()
    assert desk.page.locator(".linkname").count() == 0
    desk.press("Control+z", "Enter")
    assert desk.wait_received(1)[0]["answers"]["facts"]["links"] == [link]


def test_a_mouse_links_two_spans_and_takes_the_link_by_its_name(bench: Any) -> None:
    desk = bench(DeskState(kind="related"))
    begin(desk, MARKED)
    desk.page.mouse.click(*place(desk, "Aria 5 earbuds"))
    desk.page.locator(".links button", has_text="Link from here").click()
    desk.page.mouse.click(*place(desk, "left one"))
    assert desk.page.locator(".linkname").inner_text() == "has fault"
    desk.page.mouse.click(5, 5)
    desk.page.mouse.click(*place(desk, "last Tuesday"))
    assert desk.page.locator(".linkname.on").count() == 0
    desk.page.locator(".linkname").click()
    assert desk.page.locator(".linkname.on").count() == 1
    desk.page.locator(".links .pick", has_text="goes with").click()
    desk.press("Enter")
    assert said(desk.wait_received(1)[0]) == [("Aria 5 earbuds", "goes with", "left one")]


def test_fingers_link_from_a_menu_and_by_a_press(bench: Any) -> None:
    desk = bench(
        DeskState(kind="related"), viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    begin(desk, MARKED)
    session = desk.context.new_cdp_session(desk.page)
    x, y = place(desk, "Aria 5 earbuds"[:8])
    session.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y, "id": 0}]}
    )
    desk.page.wait_for_timeout(700)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    desk.page.locator("[role=menuitem]", has_text="Link from here").tap()
    desk.page.touchscreen.tap(*place(desk, "left one"[:4]))
    assert desk.page.locator(".linkname").first.inner_text() == "has fault"
    desk.page.locator("[data-action=submit]").first.tap()
    assert said(desk.wait_received(1)[0]) == [("Aria 5 earbuds", "has fault", "left one")]


def test_what_the_question_does_not_take_is_said_and_not_made(bench: Any) -> None:
    desk = bench(DeskState(kind="related"))
    begin(desk, {**MARKED, "elements": MARKED["elements"][:3]})
    desk.page.locator(".body").focus()
    desk.press("Tab", "Tab", "l", "Shift+Tab", "1")
    assert "“has fault” does not go from “last Tuesday”" in desk.page.locator(".toast").last.inner_text()
    desk.press("Escape")
    assert "dropped" in desk.heard()
    desk.press("Escape", "Escape", "l")
    assert "Select a span first" in desk.page.locator(".toast").last.inner_text()


@pytest.mark.parametrize("text", [TEXT * 3, HEBREW])
def test_names_of_links_lie_over_no_word_and_over_no_other_name(bench: Any, text: str) -> None:
    desk = bench(DeskState(kind="related", text=text), viewport={"width": 900, "height": 800})
    words = [at for at, letter in enumerate(text) if letter == " "][:40:2]
    spans = [span(at, start + 1, start + 4) for at, start in enumerate(words)]
    links = [
        {"id": f"l{a}-{b}", "relation": "goes with", "from": f"e{a}", "to": f"e{b}"}
        for a, b in [(0, 1), (0, 5), (1, 12), (3, 4), (2, 6), (7, 19), (8, 9), (10, 3)]
    ]
    begin(desk, {"elements": spans, "links": links})
    covered = desk.page.evaluate(
        """() => {
            const names = [...document.querySelectorAll('.linkname')].map(one => one.getBoundingClientRect());
            const node = [...document.querySelector('.body').childNodes].find(one => one.nodeType === 3);
            const range = document.createRange(); range.selectNodeContents(node);
            const lines = [...range.getClientRects()].map(one => ({left: one.left, right: one.right, top: one.top + 4, bottom: one.bottom - 4}));
            const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
            const body = document.querySelector('.msg').getBoundingClientRect();
            return {
                count: names.length,
                words: names.filter(one => lines.some(line => over(one, line))).length,
                names: names.filter((one, at) => names.some((other, place) => place > at && over(one, other))).length,
                outside: names.filter(one => one.left < body.left || one.right > body.right || one.top < body.top).length,
            };
        }"""
    )
    assert covered["count"] >= len(links)
    assert (covered["words"], covered["names"], covered["outside"]) == (0, 0, 0)


def test_a_key_among_two_hundred_spans_rebuilds_only_what_it_changes(
    bench: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    text = " ".join(f"word{number}" for number in range(400))
    starts = [text.index(f"word{number} ") for number in range(0, 398, 2)]
    spans = [span(at, start, start + 5) for at, start in enumerate(starts)]
    links = [
        {"id": f"l{at}", "relation": "goes with", "from": f"e{at}", "to": f"e{at + 1}"} for at in range(100)
    ]
    desk = bench(DeskState(kind="related", text=text))
    begin(desk, {"elements": spans, "links": links})
    desk.page.locator(".body").focus()
    desk.press("Tab")
    each = desk.page.evaluate(
        """async () => {
            let changes = 0;
            const watch = new MutationObserver((all) => { changes += all.length; });
            watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
            const frame = () => new Promise(done => requestAnimationFrame(done));
            const times = [];
            for (let at = 0; at < 15; at += 1) {
                await frame();
                const begun = performance.now();
                document.querySelector('.body').dispatchEvent(new KeyboardEvent('keydown', {key: 'Tab', bubbles: true, cancelable: true}));
                document.body.getBoundingClientRect();
                times.push(performance.now() - begun);
            }
            await frame();
            watch.disconnect();
            return {ms: times.sort((a, b) => a - b)[7], changes: changes / times.length};
        }"""
    )
    with capsys.disabled():
        sys.stdout.write(
            f"\n199 spans, 100 links: {each['ms']:.0f} ms a key, {each['changes']:.0f} nodes changed\n"
        )
    assert desk.page.locator("[aria-selected=true]").count() == 1
    assert each["changes"] < 60
