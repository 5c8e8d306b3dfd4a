"""The label page in a real browser, against a stand-in for the server that can fail at will."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import DeskState

pytestmark = MARKS


@pytest.mark.parametrize("density", [1, 1.5, 3])
def test_a_drawn_box_lies_on_the_pixels_it_was_drawn_on_at_any_zoom_and_density(
    bench: Any, density: float
) -> None:
    desk = bench(device_scale_factor=density)
    desk.drag(100, 50, 300, 250)
    desk.press("Escape", "+", "+", "+", "+", "+", "+", "+")
    desk.drag(480, 360, 520, 400)
    shapes = desk.submit()
    assert [one["geometry"] for one in shapes] == [
        {"x0": 100, "y0": 50, "x1": 300, "y1": 250},
        {"x0": 480, "y0": 360, "x1": 520, "y1": 400},
    ]
    assert {one["part"] for one in shapes} == {"image"}


@pytest.mark.parametrize("kind", ["box", "polygon"])
def test_at_zoom_three_and_two_screen_pixels_each_what_is_stored_is_within_half_a_pixel(
    bench: Any, kind: str
) -> None:
    desk = bench(DeskState(kind=kind), device_scale_factor=2)
    desk.page.locator(".zoombar .level").click()
    desk.page.mouse.move(*desk.at(500, 375))
    desk.page.mouse.wheel(0, -2 * math.log(3) / 0.0015)  # a browser of that density halves it
    desk.page.wait_for_function("() => document.querySelector('.zoombar .level').textContent === '300%'")
    assert desk.page.evaluate("devicePixelRatio") == 2
    truth = [(450.3, 330.7), (541.6, 402.2)]
    if kind == "box":
        desk.drag(*truth[0], *truth[1])
    else:
        truth.insert(1, (520.4, 340.9))
        for point in [*truth, truth[0]]:
            desk.page.mouse.click(*desk.at(*point))
    desk.press("Enter")
    (answer,) = desk.wait_received(1)[0]["answers"].values()
    geometry = answer["elements"][0]["geometry"]
    stored = geometry.get("points") or [
        (geometry["x0"], geometry["y0"]),
        (geometry["x1"], geometry["y1"]),
    ]
    assert [
        max(abs(x - near_x), abs(y - near_y)) <= 0.5
        for (x, y), (near_x, near_y) in zip(truth, stored, strict=True)
    ] == [True] * len(truth)


def test_light_changes_what_is_seen_and_no_pixel(bench: Any) -> None:
    desk = bench()
    desk.press("l")
    desk.page.locator("[data-light=brightness]").fill("150")
    desk.page.locator("[data-light=contrast]").fill("80")
    desk.page.locator("[data-light=invert]").check()
    look = desk.page.locator(".picture")
    assert look.evaluate("one => getComputedStyle(one).filter") == "brightness(1.5) contrast(0.8) invert(1)"
    assert look.get_attribute("src") == "/media/1.png"
    desk.page.get_by_role("button", name="Reset").click()
    assert look.evaluate("one => getComputedStyle(one).filter") == "none"


def test_a_box_released_outside_ends_at_the_edge(bench: Any) -> None:
    desk = bench()
    desk.page.mouse.move(*desk.at(900, 700))
    desk.page.mouse.down()
    desk.page.mouse.move(1190, 30)
    desk.page.mouse.move(1195, 795)
    desk.page.mouse.up()
    assert desk.submit()[0]["geometry"] == {"x0": 900, "y0": 700, "x1": 1000, "y1": 750}


def test_a_box_is_made_moved_resized_reclassed_and_deleted_by_keyboard_alone(bench: Any) -> None:
    desk = bench()
    desk.press("n")
    desk.press("3", "ArrowRight", "Alt+ArrowDown", "Shift+ArrowRight", "Alt+Shift+ArrowUp")
    desk.press("n", "Delete")
    made = desk.submit()
    assert len(made) == 1
    assert made[0]["class"] == 3
    geometry = made[0]["geometry"]
    assert (geometry["x1"] - geometry["x0"]) % 1 == 0
    assert geometry["x0"] + geometry["x1"] == pytest.approx(1000 + 2 + 1, abs=1.01)
    assert geometry["y0"] + geometry["y1"] == pytest.approx(750 + 20 - 10, abs=1.01)


def test_tab_walks_the_boxes_and_then_leaves_the_picture(bench: Any) -> None:
    desk = bench()
    desk.drag(100, 100, 200, 200)
    desk.drag(400, 100, 500, 200)
    desk.press("Escape", "Tab")
    focused = "document.activeElement.className"
    desk.page.locator(".viewer").focus()
    desk.press("Tab")
    assert "1 of 2" in desk.heard()
    desk.press("Tab")
    assert "2 of 2" in desk.heard()
    assert desk.page.evaluate(focused) == "viewer"
    desk.press("Tab")
    assert desk.page.evaluate(focused) != "viewer"


def test_handles_resize_and_the_inside_moves(bench: Any) -> None:
    desk = bench()
    desk.drag(200, 200, 400, 300)
    desk.drag(400, 300, 500, 350)
    desk.drag(300, 250, 310, 240)
    assert desk.submit()[0]["geometry"] == {"x0": 210, "y0": 190, "x1": 510, "y1": 340}


def test_undo_walks_back_through_this_item_only(bench: Any) -> None:
    desk = bench()
    desk.drag(100, 100, 200, 200)
    desk.submit()
    desk.press("Control+z", "Control+z")
    desk.drag(300, 300, 400, 400)
    desk.drag(500, 300, 600, 400)
    desk.press("Control+z", "Control+z", "Control+y")
    assert [one["geometry"]["x0"] for one in desk.submit()] == [300]


def test_an_id_stays_through_move_and_undo(bench: Any) -> None:
    desk = bench()
    desk.drag(100, 100, 200, 200)
    before = desk.page.locator("[role=option]").get_attribute("id")
    desk.press("ArrowRight", "2", "Control+z")
    assert desk.page.locator("[role=option]").get_attribute("id") == before
    assert desk.submit()[0]["id"] == before.rpartition("-")[2]


def test_two_fingers_move_the_view_and_draw_nothing(bench: Any) -> None:
    desk = bench(has_touch=True, viewport={"width": 390, "height": 800})
    before = desk.page.locator(".picture").bounding_box()
    desk.page.evaluate(
        """() => {
            const viewer = document.querySelector('.viewer');
            viewer.setPointerCapture = () => {};
            const send = (type, pointerId, clientX, clientY) => viewer.dispatchEvent(new PointerEvent(type,
                {pointerId, clientX, clientY, pointerType: 'touch', button: 0, bubbles: true}));
            send('pointerdown', 1, 150, 300); send('pointermove', 1, 170, 320);
            send('pointerdown', 2, 250, 300);
            send('pointermove', 1, 100, 300); send('pointermove', 2, 300, 300);
            send('pointerup', 1, 100, 300); send('pointerup', 2, 300, 300);
        }"""
    )
    desk.page.wait_for_timeout(100)
    assert desk.page.locator(".picture").bounding_box()["width"] > 1.5 * before["width"]
    assert desk.page.locator("[role=option]").count() == 0


def test_answers_given_offline_are_sent_in_order_once_each(bench: Any) -> None:
    desk = bench()
    desk.page.wait_for_timeout(200)
    desk.state.failing = 2
    desk.press("Enter")
    desk.page.wait_for_selector('[data-notice="offline"]')
    desk.drag(100, 100, 200, 200)
    desk.press("Enter")
    received = desk.wait_received(2)
    assert [one["task"] for one in received] == [1, 2]
    assert len({one["key"] for one in received}) == 2
    desk.page.wait_for_selector('[data-notice="offline"]', state="detached")


def test_work_survives_a_reload(bench: Any) -> None:
    desk = bench()
    desk.drag(100, 100, 200, 200)
    desk.page.wait_for_timeout(600)
    desk.page.reload()
    desk.page.wait_for_selector("[role=option]")
    assert desk.submit()[0]["geometry"]["x0"] == 100


def test_an_ended_session_keeps_the_answers_until_the_next_one(bench: Any) -> None:
    desk = bench()
    desk.drag(100, 100, 200, 200)
    desk.state.signed_out = True
    desk.press("Enter")
    desk.page.wait_for_selector('[data-notice="lapsed"], .empty.fill')
    assert desk.state.received == []
    desk.state.signed_out = False
    desk.page.reload()
    desk.wait_received(1)
    assert desk.elements()[0]["geometry"]["x0"] == 100


def test_a_refused_answer_comes_back_with_the_reason_at_its_place(bench: Any) -> None:
    refusal = {
        "code": "invalid",
        "message": "Invalid.",
        "fields": {"answers.damage.elements.0.geometry": "is too thin"},
    }
    desk = bench(DeskState(refuse={"status": 400, "body": refusal}))
    desk.drag(100, 100, 200, 200)
    desk.press("Enter")
    desk.page.locator('[data-notice="returned"] button').click()
    assert desk.page.locator(".problem").inner_text() == "is too thin"
    assert desk.page.locator("[role=option]").count() == 1
    assert desk.submit()[0]["geometry"]["x0"] == 100


@pytest.mark.parametrize("kind", ["box", "polygon", "keypoint", "span"])
def test_a_refusal_takes_the_element_it_is_about_in_hand(bench: Any, kind: str) -> None:
    key = {"box": "damage", "polygon": "outlines", "keypoint": "figures", "span": "facts"}[kind]
    field = f"answers.{key}.elements.1.geometry"
    refusal = {"code": "invalid_answers", "message": "Invalid.", "fields": {field: "lies outside"}}
    desk = bench(DeskState(kind=kind, refuse={"status": 422, "body": refusal}))
    made = {"box": ["n"], "polygon": ["n", "."], "keypoint": ["n", "v"], "span": ["ArrowRight", "n"]}[kind]
    desk.press(*made * 3, "Enter")
    desk.page.locator('[data-notice="returned"] button').click()
    assert desk.page.locator(".problem").inner_text() == "lies outside"
    chosen = desk.page.locator("[role=option]").evaluate_all(
        "all => all.map(one => one.getAttribute('aria-selected'))"
    )
    assert chosen == ["false", "true", "false"]


@pytest.mark.parametrize(
    ("kind", "key", "begun", "shown", "keys", "sent"),
    [
        ("choice", "intent", {"class": 99}, 0, ["2"], {"class": 2}),
        ("choices", "topics", {"classes": [1, 99]}, 1, ["2"], {"classes": [1, 2]}),
        ("rating", "mood", {"level": 99}, 0, ["4"], {"level": 4}),
    ],
)
def test_work_begun_with_a_class_that_is_gone_keeps_the_rest_and_says_so(
    bench: Any, kind: str, key: str, begun: Any, shown: int, keys: list[str], sent: Any
) -> None:
    desk = bench(DeskState(kind=kind))
    begin(desk, {key: begun, "gone": {"class": 1}})
    assert "The questions changed" in desk.page.locator(".toast").last.inner_text()
    assert "no longer in the guideline" in desk.page.locator(".problem").inner_text()
    assert desk.page.locator("input:checked").count() == shown
    desk.press(*keys, "Enter")
    assert desk.wait_received(1)[0]["answers"] == {key: sent}


@pytest.mark.parametrize("kind", ["box", "polygon", "keypoint", "span"])
def test_what_was_drawn_with_a_class_that_is_gone_stays_and_asks_for_another(bench: Any, kind: str) -> None:
    key, part, geometry = {
        "box": ("damage", "image", {"x0": 10, "y0": 10, "x1": 90, "y1": 90}),
        "polygon": ("outlines", "image", {"points": [[10, 10], [90, 10], [50, 90]]}),
        "keypoint": ("figures", "image", {"points": {"nose": {"x": 10, "y": 10, "visible": True}}}),
        "span": ("facts", "text", {"start": 4, "end": 5}),
    }[kind]
    desk = bench(DeskState(kind=kind))
    one = {"id": "e1", "class": 99, "part": part, "geometry": geometry, "attributes": {}}
    begin(desk, {key: {"elements": [one]}})
    desk.press("Enter")
    assert "no longer in the guideline" in desk.page.locator(".problem").inner_text()
    assert desk.state.received == []
    desk.press("2", "Enter")
    assert desk.wait_received(1)[0]["answers"][key]["elements"] == [one | {"class": 2}]


def begin(desk: Any, answers: Any) -> None:
    """What this device kept of the first item when it was left."""
    desk.page.evaluate(
        "answers => localStorage.setItem('concord.7.1.draft.1', JSON.stringify({answers, active_ms: 5, saved_at: Date.now()}))",
        answers,
    )
    desk.open()


def test_a_place_that_others_took_is_said_and_not_asked_again(bench: Any) -> None:
    taken = {"code": "place_taken", "message": "Taken.", "fields": {}}
    desk = bench(DeskState(refuse={"status": 409, "body": taken}))
    desk.press("Enter")
    desk.page.wait_for_selector(".toast")
    assert desk.page.locator('[data-notice="returned"]').count() == 0


def test_a_required_choice_is_asked_for_at_its_place_and_then_sent(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    desk.press("Enter")
    assert desk.page.locator(".problem").count() == 1
    desk.press("2", "Enter")
    received = desk.wait_received(1)
    assert received[0]["answers"] == {"intent": {"class": 2}}
    assert received[0]["guideline_version"] == 3
    assert received[0]["active_ms"] >= 0


def test_a_second_question_has_keys_of_its_own_and_may_stay_open(bench: Any) -> None:
    desk = bench(DeskState(kind="both"))
    desk.press("Enter")
    desk.wait_received(1)
    desk.press("w", "Enter")
    first, second = desk.wait_received(2)
    assert first["answers"] == {"damage": {"elements": []}}
    assert second["answers"] == {"damage": {"elements": []}, "state": {"class": 2}}


def test_a_skip_says_why(bench: Any) -> None:
    desk = bench()
    desk.press("s")
    desk.page.wait_for_selector("dialog[open]")
    desk.press("2")
    desk.page.fill("#skip-comment", "too dark, see 1")
    desk.page.locator("dialog .primary").click()
    assert desk.wait_skipped() == [{"task": 1, "reason": "unsure", "comment": "too dark, see 1"}]


def test_a_flag_leaves_the_item_on_the_desk(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    desk.press("2", "f")
    desk.page.locator('dialog input[value="needs_expert"]').check()
    desk.page.fill("#flag-comment", "which edition?")
    desk.page.locator("dialog .primary").click()
    desk.page.locator(".toast", has_text="Marked for a reviewer").wait_for()
    assert desk.state.flagged == [{"task": 1, "kind": "needs_expert", "comment": "which edition?"}]
    desk.press("Enter")
    assert desk.wait_received(1)[0]["task"] == 1
    assert desk.state.skipped == []


def slowly(page: Any, address: str, *, never: bool = False) -> None:
    """What the page asks for there comes a while later, or it is told then that it never will."""

    def after(route: Any) -> None:
        page.wait_for_timeout(400)
        if never:
            route.abort()
        else:
            route.continue_()

    page.context.route(address, after)


@pytest.mark.parametrize(
    ("late", "keys", "then"),
    [
        ("**/dialogs.js", ["s", "3", "Enter"], {"skipped": [("needs_expert", "")]}),
        ("**/review.js", ["f", "Tab", "Enter"], {"flagged": [("ambiguous", "")]}),
        ("**/review.js", ["2", "f", "4", "Escape", "Enter"], {"answered": [2]}),
        ("**/dialogs.js", ["3", "?", "5", "Escape", "Enter"], {"answered": [3]}),
        ("**/dialogs.js", ["4", "s", "1", "Escape", "Enter"], {"answered": [4]}),
    ],
)
def test_keys_pressed_before_a_dialog_stands_go_to_it_and_answer_nothing(
    bench: Any, late: str, keys: list[str], then: dict[str, Any]
) -> None:
    desk = bench(DeskState(kind="choice"))
    slowly(desk.page, late)
    desk.page.reload()
    desk.page.wait_for_selector(".msg")
    desk.press(*keys)
    for _ in range(100):
        did = {
            "skipped": [(one["reason"], one["comment"]) for one in desk.state.skipped],
            "flagged": [(one["kind"], one["comment"]) for one in desk.state.flagged],
            "answered": [one["answers"]["intent"]["class"] for one in desk.state.received],
        }
        if any(did.values()):
            break
        desk.page.wait_for_timeout(50)
    assert did == {"skipped": [], "flagged": [], "answered": []} | then


def test_keys_pressed_on_the_way_back_are_for_the_answer_gone_back_to(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    desk.press("2", "Enter")
    desk.wait_received(1)
    desk.wait_shown(2)
    slowly(desk.page, "**/past*")
    desk.press("j", "3", "Enter")
    corrected = desk.wait_received(2)[1]
    assert (corrected["task"], corrected["answers"], corrected["revises"]) == (
        1,
        {"intent": {"class": 3}},
        1000,
    )


def test_a_dialog_that_cannot_be_had_is_said_and_its_keys_answer_nothing(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    slowly(desk.page, "**/review.js", never=True)
    desk.press("f", "2", "Enter")
    desk.page.wait_for_selector(".toast")
    desk.page.wait_for_timeout(300)
    assert (desk.state.received, desk.page.locator("input:checked").count()) == ([], 0)
    desk.press("1", "Enter")
    assert desk.wait_received(1)[0]["answers"] == {"intent": {"class": 1}}


def test_a_preview_claims_and_sends_nothing(bench: Any) -> None:
    desk = bench(DeskState(preview=True))
    desk.drag(100, 100, 200, 200)
    desk.press("Enter")
    assert '"damage"' in desk.page.locator("dialog .json").inner_text()
    assert (desk.state.received, desk.state.next_id) == ([], 1)


def test_without_a_task_the_page_says_why(bench: Any) -> None:
    desk = bench(DeskState(tasks=0))
    assert "Everything is labeled." in desk.page.locator(".empty.fill").inner_text()


@pytest.mark.parametrize(
    ("kind", "key"), [("box", "damage"), ("polygon", "outlines"), ("keypoint", "figures")]
)
def test_panning_ten_thousand_shapes_touches_no_node_for_each_of_them(
    bench: Any, kind: str, key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    desk = bench(DeskState(kind=kind, size=(4000, 3000)))
    task = desk.page.evaluate("() => Object.keys(localStorage).length")
    assert task == 0
    elements = [
        {
            "id": f"e{n}",
            "class": n % 4 + 1,
            "part": "image",
            "geometry": small_shape(kind, n % 100 * 39, n // 100 * 29),
            "attributes": {},
        }
        for n in range(10_000)
    ]
    desk.page.evaluate(
        "answers => localStorage.setItem('concord.7.1.draft.1', JSON.stringify({answers, active_ms: 5, saved_at: Date.now()}))",
        {key: {"elements": elements}},
    )
    desk.open()
    desk.page.wait_for_selector("[role=option]")
    panned = desk.page.evaluate(
        """async () => {
            const viewer = document.querySelector('.viewer');
            viewer.setPointerCapture = () => {};
            const box = viewer.getBoundingClientRect();
            const send = (type, x) => viewer.dispatchEvent(new PointerEvent(type,
                {pointerId: 1, clientX: box.x + x, clientY: box.y + 300, pointerType: 'mouse', button: 1, bubbles: true}));
            let changes = 0;
            const watch = new MutationObserver((all) => { changes += all.length; });
            watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
            const start = performance.now();
            let frames = 0;
            send('pointerdown', 100);
            while (performance.now() - start < 1500) {
                send('pointermove', 100 + 300 * Math.abs(Math.sin(frames / 20)));
                await new Promise(requestAnimationFrame);
                frames += 1;
            }
            send('pointerup', 100);
            watch.disconnect();
            return {rate: frames / ((performance.now() - start) / 1000), changes: changes / frames,
                nodes: viewer.querySelectorAll('*').length};
        }"""
    )
    with capsys.disabled():
        sys.stdout.write(f"\n10,000 shapes ({kind}): {panned['rate']:.0f} frames a second while panning\n")
    assert panned["nodes"] < 200
    assert panned["changes"] < 20


def small_shape(kind: str, x: int, y: int) -> dict[str, Any]:
    """One of the shapes that lie all over the picture."""
    if kind == "box":
        return {"x0": x, "y0": y, "x1": x + 30, "y1": y + 24}
    if kind == "keypoint":
        places = {"nose": (14, 0), "left hand": (0, 20), "right hand": (30, 22)}
        return {
            "points": {name: {"x": x + a, "y": y + b, "visible": b < 22} for name, (a, b) in places.items()}
        }
    return {"points": [[x, y + 4], [x + 14, y], [x + 30, y + 6], [x + 26, y + 22], [x + 12, y + 24]]}


SCRIPT_BYTES = 150_000
SLOW_LAPTOP = 4


@pytest.mark.parametrize(
    "kind", ["choice", "choices", "rating", "box", "polygon", "keypoint", "span", "spoken", "several"]
)
def test_a_label_page_loads_little_script(bench: Any, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As it was built, with everything the page loads by itself. How soon its first item is there is only printed."""
    desk = bench(DeskState(kind=kind))
    scripts: dict[str, int] = {}
    desk.page.on(
        "response",
        lambda answer: (
            scripts.update({answer.url: len(answer.body())}) if answer.url.endswith(".js") else None
        ),
    )
    session = desk.context.new_cdp_session(desk.page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_LAPTOP})
    desk.page.add_init_script(
        """new MutationObserver((_, observer) => {
            if (!document.querySelector('#foot [data-action=submit]:not([disabled])')) return;
            observer.disconnect();
            requestAnimationFrame(() => requestAnimationFrame(() => window.seen = performance.now()));
        }).observe(document, {childList: true, subtree: true, attributes: true});"""
    )
    waits = []
    for _ in range(3):
        desk.open()
        desk.page.wait_for_function("window.seen > 0")
        waits.append(float(desk.page.evaluate("window.seen")))
    desk.page.wait_for_load_state("networkidle")
    total = sum(scripts.values())
    with capsys.disabled():
        sys.stdout.write(
            f"\nThe label page of {kind}: {total / 1000:.0f} kB of script; its first item after"
            f" {min(waits):.0f} ms on a laptop {SLOW_LAPTOP} times slower\n"
        )
    assert len(scripts) > 3
    assert total <= SCRIPT_BYTES


AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
@pytest.mark.parametrize(
    "kind",
    ["box", "choice", "both", "picked", "choices", "rating", "several", "span", "related", "heard", "shapes"],
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_the_label_page(bench: Any, kind: str, scheme: str) -> None:
    desk = bench(DeskState(kind=kind), color_scheme=scheme, bypass_csp=True)
    if kind in ("box", "both", "several", "shapes"):
        desk.drag(100, 100, 200, 200)
    if kind == "span":
        desk.press("ArrowRight", "n")
    if kind == "related":
        desk.press("ArrowRight", "n", "ArrowRight", "2", "l", "Shift+Tab", "Enter")
        assert desk.page.locator(".linkname").count() == 1
    if kind == "shapes":
        desk.press("q", "n", ".")
    if kind == "heard":
        desk.page.keyboard.type("Um... ok")
        desk.press("Escape")
    desk.page.add_script_tag(path=str(AXE))
    found = "async () => (await axe.run()).violations.map(one => [one.id, one.nodes.map(node => node.html)])"
    assert desk.page.evaluate(found) == []
    desk.press("?")
    assert desk.page.evaluate(found) == []


def test_keys_rest_while_somebody_writes(bench: Any) -> None:
    desk = bench()
    desk.press("s", "1")
    desk.page.locator("#skip-comment").click()
    desk.page.keyboard.type("nsf 2?")
    desk.press("Escape")
    desk.page.wait_for_selector("dialog", state="detached")
    assert desk.submit() == []


def test_going_back_corrects_the_last_answer_and_returns_to_the_work_left_aside(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    desk.press("2", "Enter")
    desk.wait_received(1)
    desk.wait_shown(2)
    desk.press("4", "j")
    desk.page.wait_for_selector('[data-notice="past"]')
    assert desk.page.locator("input:checked").get_attribute("value") == "2"
    desk.press("3", "Enter")
    corrected = desk.wait_received(2)[1]
    assert (corrected["task"], corrected["answers"], corrected["revises"]) == (
        1,
        {"intent": {"class": 3}},
        1000,
    )
    desk.page.wait_for_selector('[data-notice="past"]', state="detached")
    assert desk.page.locator("input:checked").get_attribute("value") == "4"
    desk.press("Enter")
    assert desk.wait_received(3)[2]["task"] == 2
    assert "revises" not in desk.state.received[2]


def test_going_back_further_and_returning_changes_nothing(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    for at, answer in enumerate("12"):
        desk.press(answer, "Enter")
        desk.wait_received(at + 1)
        desk.wait_shown(at + 2)
    desk.press("j")
    desk.page.wait_for_selector('input[value="2"]:checked')
    desk.press("j")
    desk.page.wait_for_selector('input[value="1"]:checked')
    assert desk.page.locator("button[data-action=skip]").is_disabled()
    desk.press("j")
    assert "nothing older" in desk.page.locator(".toast").last.inner_text()
    desk.page.locator('[data-notice="past"] button').click()
    desk.page.wait_for_selector('[data-notice="past"]', state="detached")
    assert desk.page.locator("input:checked").count() == 0
    assert len(desk.state.received) == 2


def test_the_list_of_last_answers_says_what_was_said_and_opens_it_by_keyboard(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    for at, answer in enumerate("12"):
        desk.press(answer, "Enter")
        desk.wait_received(at + 1)
        desk.wait_shown(at + 2)
    desk.press("Alt+j")
    rows = desk.page.locator(".pastrow b")
    rows.first.wait_for()
    assert rows.all_inner_texts() == ["Replacement or repair", "Refund"]
    desk.press("ArrowDown", "Enter")
    desk.page.wait_for_selector('input[value="1"]:checked')
    desk.press("5", "Enter")
    assert desk.wait_received(3)[2]["task"] == 1


def test_a_correction_that_was_begun_is_there_again(bench: Any) -> None:
    desk = bench(DeskState(kind="choice"))
    desk.press("1", "Enter")
    desk.wait_received(1)
    desk.wait_shown(2)
    desk.press("j")
    desk.page.wait_for_selector('[data-notice="past"]')
    desk.press("6")
    desk.page.locator('[data-notice="past"] button').click()
    desk.page.wait_for_selector('[data-notice="past"]', state="detached")
    desk.press("j")
    desk.page.wait_for_selector('input[value="6"]:checked')
