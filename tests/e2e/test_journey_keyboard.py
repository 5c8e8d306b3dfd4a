"""Thirty items in a row without the mouse: the next one is there at once, and nothing jumps."""

from __future__ import annotations

import statistics
import sys
import time
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.people import Person, until
from tests.e2e.harness.script import Script
from tests.e2e.harness.tokens import token_of

pytestmark = MARKS

ITEMS = 30
# Generous for a machine that runs other tests as well; a request to the server and back would not fit in.
NEXT_WITHIN_MS = 250

# From the key to the frame that shows the next item; a shift of the layout since is noted by the browser itself.
WATCH = """() => {
    window.shown = [];
    window.jumps = [];
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            for (const source of entry.sources)
                if (source.node?.isConnected) window.jumps.push(`${entry.value.toFixed(4)} ${source.node.outerHTML?.slice(0, 120)}`);
    }).observe({type: 'layout-shift', buffered: false});
    let pressed = 0;
    document.addEventListener('keydown', event => { if (event.key === 'Enter') pressed = performance.now(); }, true);
    new MutationObserver(() => {
        if (!pressed || !document.querySelector('.msg')) return;
        const since = pressed;
        pressed = 0;
        requestAnimationFrame(() => window.shown.push(performance.now() - since));
    }).observe(document.querySelector('#stage'), {childList: true, subtree: true});
}"""
FRAME = """() => ['bar', 'stage', 'right', 'foot'].map(id => {
    const box = document.getElementById(id).getBoundingClientRect();
    return [id, box.x, box.y, box.width, box.height].join(' ');
})"""


def test_thirty_items_are_labeled_by_keyboard_without_a_jump_or_a_wait(
    browser: Any, concord: Concord, capsys: pytest.CaptureFixture[str]
) -> None:
    link = concord.new_account("fast@keys.example", "--admin")
    script = Script(concord.url, token_of(concord, "fast@keys.example"))
    projects = script.get("/api/v1/projects/")["results"]
    (project,) = [one["id"] for one in projects if one["name"] == "Support messages: topic (demo)"]
    person = Person(browser, concord.url)
    person.come_in(link, "Fay")
    me = script.get("/api/v1/me/")["agent"]
    script.post(f"/api/v1/projects/{project}/members/", {"agent": me, "role": "labeler"}, 201)

    page = person.open(f"/projects/{project}/label/")
    page.wait_for_selector(".msg")
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)
    frame = page.evaluate(FRAME)
    texts: list[str] = []
    for at in range(ITEMS):
        texts.append(page.locator(".msg").inner_text())
        page.keyboard.press(str(at % 4 + 1))
        page.wait_for_timeout(200)  # nobody reads faster
        page.keyboard.press("Enter")
        page.wait_for_function("count => window.shown.length >= count", arg=at + 1)
        assert page.evaluate(FRAME) == frame
    jumps = page.evaluate("window.jumps")
    assert jumps == [], jumps
    waits = page.evaluate("window.shown")
    with capsys.disabled():
        sys.stdout.write(
            f"\nFrom Enter to the next item: median {statistics.median(waits):.0f} ms, worst {max(waits):.0f} ms\n"
        )
    assert statistics.median(waits) < NEXT_WITHIN_MS

    page.wait_for_load_state("networkidle")
    progress = script.get(f"/api/v1/projects/{project}/progress/")
    assert page.locator(".counter").inner_text().startswith(f"{ITEMS} of")
    assert {one["agent"]: one["answers"] for one in progress["people"]}[me] == ITEMS
    person.close()


LONG_RUN = 200
SHOWN_WITHIN_MS = 100


def test_two_hundred_choices_by_keyboard_change_in_less_than_a_tenth_of_a_second(
    browser: Any, concord: Concord, capsys: pytest.CaptureFixture[str]
) -> None:
    link = concord.new_account("long@keys.example", "--admin")
    script = Script(concord.url, token_of(concord, "long@keys.example"))
    dataset = script.post("/api/v1/datasets/", {"name": "A long run"}, 201)["id"]
    lines = "".join(
        f'{{"key": "m{n}", "text": "Message {n}: where is parcel {n * 7}?"}}\n' for n in range(LONG_RUN)
    )
    address = f"/api/v1/datasets/{dataset}/imports/lines"
    assert script.send(address, lines.encode(), "application/x-ndjson", 200)["created"] == LONG_RUN
    classes = [{"name": name} for name in ("delivery", "refund", "praise", "other")]
    question = {"key": "topic", "prompt": "What about?", "label_type": "choice", "spec": {"classes": classes}}
    made = script.post("/api/v1/projects/", {"dataset": dataset, "name": "Run", "questions": [question]}, 201)
    script.post(f"/api/v1/projects/{made['id']}/rounds/", {"name": "One", "places_per_task": 1}, 201)
    person = Person(browser, concord.url)
    person.come_in(link, "Lo")
    page = person.open(f"/projects/{made['id']}/label/")
    page.wait_for_selector(".msg")
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)
    began = time.monotonic()
    for at in range(LONG_RUN):
        page.keyboard.press(str(at % 4 + 1))
        page.wait_for_timeout(200)  # nobody reads faster
        page.keyboard.press("Enter")
        if at < LONG_RUN - 1:
            page.wait_for_function("count => window.shown.length >= count", arg=at + 1)
    took = (time.monotonic() - began) / LONG_RUN
    page.wait_for_selector(".empty.fill")
    waits = page.evaluate("window.shown")
    with capsys.disabled():
        sys.stdout.write(
            f"\n{LONG_RUN} choices by keyboard: {took:.2f} s an item with 0.2 s to read; from Enter to the next item "
            f"median {statistics.median(waits):.0f} ms, worst {max(waits):.0f} ms\n"
        )
    assert statistics.median(waits) < SHOWN_WITHIN_MS
    until(
        lambda: script.get(f"/api/v1/projects/{made['id']}/progress/")["taken"] == LONG_RUN,
        page,
        what="every answer arrived",
    )
    person.close()
