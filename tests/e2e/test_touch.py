"""Fingers and pens on what is drawn or marked: real touch events in a phone's and a tablet's browser."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import DeskState

pytestmark = MARKS

TABLET: dict[str, Any] = {"viewport": {"width": 1024, "height": 768}, "has_touch": True, "is_mobile": True}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 800}, "has_touch": True, "is_mobile": True}
HELD_MS = 700
KINDS = {"box": "damage", "turned": "damage", "polygon": "outlines", "keypoint": "figures"}


class Fingers:
    """Touch events as a screen sends them."""

    def __init__(self, desk: Any) -> None:
        self.desk = desk
        self.session = desk.context.new_cdp_session(desk.page)

    def send(self, kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    def screen(self, x: float, y: float) -> tuple[float, float]:
        return tuple(self.desk.at(x, y))

    def tap(self, x: float, y: float) -> None:
        self.send("touchStart", self.screen(x, y))
        self.send("touchEnd")

    def drag(self, *places: tuple[float, float]) -> None:
        on_screen = [self.screen(*place) for place in places]
        self.send("touchStart", on_screen[0])
        for start, end in pairwise(on_screen):
            for part in (0.25, 0.5, 0.75, 1.0):
                self.send(
                    "touchMove",
                    (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])),
                )
        self.send("touchEnd")

    def hold(self, x: float, y: float) -> None:
        self.send("touchStart", self.screen(x, y))
        self.desk.page.wait_for_timeout(HELD_MS)
        self.send("touchEnd")


Touched = Callable[..., tuple[Any, Fingers]]


@pytest.fixture
def touched(bench: Any) -> Touched:
    def make(kind: str, screen: dict[str, Any] = TABLET) -> tuple[Any, Fingers]:
        desk = bench(DeskState(kind=kind), **screen)
        return desk, Fingers(desk)

    return make


def elements(desk: Any, kind: str) -> list[dict[str, Any]]:
    desk.press("Enter")
    return list(desk.wait_received(1)[0]["answers"][KINDS[kind]]["elements"])


def menu(desk: Any) -> list[str]:
    return [str(words) for words in desk.page.locator("[role=menu] [role=menuitem]").all_inner_texts()]


def draw(kind: str, fingers: Fingers) -> None:
    """One shape about the middle of the picture."""
    if kind in ("box", "turned"):
        fingers.drag((400, 300), (600, 450))
    elif kind == "polygon":
        for corner in ((400, 300), (600, 300), (600, 450), (400, 450), (400, 300)):
            fingers.tap(*corner)
    else:
        for point in ((500, 300), (400, 400), (600, 400)):
            fingers.tap(*point)


@pytest.mark.parametrize("kind", KINDS)
def test_a_finger_draws_and_nothing_scrolls_away(touched: Touched, kind: str) -> None:
    desk, fingers = touched(kind, PHONE)
    draw(kind, fingers)
    fingers.drag((100, 100), (300, 280))
    fingers.drag((700, 700), (900, 500))
    scrolled = desk.page.evaluate(
        "[scrollX, scrollY, document.querySelector('.viewer').scrollTop, visualViewport.scale]"
    )
    assert scrolled == [0, 0, 0, 1]
    desk.press("Escape")
    assert desk.page.locator("[role=option]").count() >= 1


@pytest.mark.parametrize("kind", KINDS)
def test_handles_are_as_large_as_a_fingertip(touched: Touched, kind: str) -> None:
    desk, fingers = touched(kind)
    draw(kind, fingers)
    sizes = desk.page.evaluate(
        """() => [...document.querySelectorAll('.active .handle')]
            .filter(one => getComputedStyle(one).visibility === 'visible' && one.tagName === (document.querySelector('.active rect.handle') ? 'rect' : 'circle'))
            .map(one => one.getBoundingClientRect().width)"""
    )
    assert sizes
    assert min(sizes) >= 24


@pytest.mark.parametrize("kind", KINDS)
def test_two_fingers_zoom_and_move_the_picture_and_draw_nothing(touched: Touched, kind: str) -> None:
    desk, fingers = touched(kind)
    before = desk.page.locator(".picture").bounding_box()
    (x, y) = fingers.screen(500, 375)
    fingers.send("touchStart", (x - 50, y), (x + 50, y))
    fingers.send("touchMove", (x - 100, y), (x + 100, y))
    fingers.send("touchMove", (x - 100, y + 60), (x + 100, y + 60))
    fingers.send("touchEnd")
    after = desk.page.locator(".picture").bounding_box()
    assert after["width"] == pytest.approx(2 * before["width"], rel=0.02)
    middle = after["y"] + after["height"] / 2
    assert middle == pytest.approx(before["y"] + before["height"] / 2 + 60, abs=3)
    assert elements(desk, kind) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_finger_that_rests_on_a_shape_opens_what_can_be_done_with_it(touched: Touched, kind: str) -> None:
    desk, fingers = touched(kind)
    draw(kind, fingers)
    place = (450, 350) if kind == "keypoint" else (500, 375)
    fingers.hold(*place)
    words = menu(desk)
    assert words[0] == ("Delete the figure" if kind == "keypoint" else "Delete shape")
    desk.page.locator("[role=menuitem]").nth(1).tap()
    fingers.hold(*place)
    desk.page.keyboard.press("Escape")
    assert menu(desk) == []
    (one,) = elements(desk, kind)
    assert one["class"] == 2


def test_a_corner_is_deleted_from_its_menu_and_an_outline_closed(touched: Touched) -> None:
    desk, fingers = touched("polygon")
    draw("polygon", fingers)
    fingers.hold(400, 300)
    assert menu(desk)[0] == "Delete this corner"
    desk.page.locator("[role=menuitem]").first.tap()
    desk.press("Escape", "Escape")
    for corner in ((100, 100), (200, 100), (200, 200)):
        fingers.tap(*corner)
    fingers.hold(300, 600)
    assert menu(desk)[0] == "Close the outline"
    desk.page.locator("[role=menuitem]").first.tap()
    assert [len(one["geometry"]["points"]) for one in elements(desk, "polygon")] == [3, 3]


def test_a_point_is_hidden_from_its_menu(touched: Touched) -> None:
    desk, fingers = touched("keypoint")
    draw("keypoint", fingers)
    fingers.hold(400, 400)
    assert menu(desk)[:3] == ["Visible or hidden", "Delete this point", "Swap left and right"]
    desk.page.locator("[role=menuitem]").first.tap()
    (one,) = elements(desk, "keypoint")
    assert one["geometry"]["points"]["left hand"]["visible"] is False


def test_a_finger_paints_and_a_second_one_takes_it_back(touched: Touched) -> None:
    desk, fingers = touched("polygon")
    desk.page.locator("button", has_text="Brush").tap()
    fingers.drag((300, 300), (500, 300), (500, 450))
    assert desk.page.locator("[role=option]").count() == 1
    (x, y) = fingers.screen(700, 600)
    fingers.send("touchStart", (x, y))
    fingers.send("touchMove", (x + 20, y))
    fingers.send("touchStart", (x + 20, y), (x + 80, y))
    fingers.send("touchEnd")
    (one,) = elements(desk, "polygon")
    assert max(x for x, _ in one["geometry"]["points"]) < 600


def test_a_finger_that_rests_on_a_span_can_delete_it(touched: Touched) -> None:
    desk, fingers = touched("span")
    desk.page.locator(".body.spans").focus()
    desk.press("ArrowRight", *["Shift+ArrowRight"] * 5, "n")
    place = desk.page.locator(".marks > :not(.grip)").first.bounding_box()
    at = (place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    fingers.send("touchStart", at)
    desk.page.wait_for_timeout(HELD_MS)
    fingers.send("touchEnd")
    assert menu(desk)[0] == "Delete span"
    desk.page.locator("[role=menuitem]").first.tap()
    assert desk.page.locator("[role=option]").count() == 0


def test_a_pen_draws_and_holds_like_a_finger(bench: Any) -> None:
    desk = bench(DeskState(kind="box"))
    session = desk.context.new_cdp_session(desk.page)

    def pen(kind: str, x: float, y: float) -> None:
        at = desk.at(x, y)
        event = {
            "type": kind,
            "x": at[0],
            "y": at[1],
            "button": "left",
            "buttons": 1,
            "clickCount": 1,
            "pointerType": "pen",
        }
        session.send("Input.dispatchMouseEvent", event)

    pen("mousePressed", 300, 300)
    pen("mouseMoved", 400, 350)
    pen("mouseMoved", 500, 400)
    pen("mouseReleased", 500, 400)
    assert desk.page.locator("[role=option]").count() == 1
    pen("mousePressed", 400, 350)
    desk.page.wait_for_timeout(HELD_MS)
    pen("mouseReleased", 400, 350)
    assert menu(desk)[0] == "Delete shape"


def test_a_finger_turns_a_box_by_the_handle_above_it(touched: Touched) -> None:
    desk, fingers = touched("turned")
    draw("turned", fingers)
    scale = desk.page.locator(".picture").bounding_box()["width"] / 1000
    above = 300 - 26 / scale
    fingers.drag((500, above), (500 + (375 - above) * 0.5774, above))
    (one,) = elements(desk, "turned")
    assert one["geometry"]["angle"] == pytest.approx(30, abs=1.5)


def on_line(desk: Any, share: float, y: float = 80) -> tuple[float, float]:
    box = desk.page.locator(".timeline").bounding_box()
    return box["x"] + share * box["width"], box["y"] + y


def swipe(fingers: Fingers, start: tuple[float, float], end: tuple[float, float]) -> None:
    fingers.send("touchStart", start)
    for part in (0.3, 0.6, 1.0):
        fingers.send("touchMove", (start[0] + part * (end[0] - start[0]), end[1]))
    fingers.send("touchEnd")


@pytest.mark.parametrize("screen", [TABLET, PHONE])
def test_a_finger_marks_turns_of_a_sound_moves_their_edges_and_deletes_them(
    touched: Touched, screen: dict[str, Any]
) -> None:
    desk, fingers = touched("turns", screen)
    desk.page.wait_for_function(
        "() => document.querySelector('.clipbar .mono')?.textContent.includes('00:03')"
    )
    swipe(fingers, on_line(desk, 0.1), on_line(desk, 0.3))
    swipe(fingers, on_line(desk, 0.3), on_line(desk, 0.4))
    swipe(fingers, on_line(desk, 0.6), on_line(desk, 0.8))
    assert desk.page.locator("[role=option]").count() == 2
    fingers.send("touchStart", on_line(desk, 0.7))
    desk.page.wait_for_timeout(HELD_MS)
    fingers.send("touchEnd")
    assert menu(desk)[0].startswith("Delete")
    desk.page.locator("[role=menuitem]").first.tap()
    desk.press("Enter")
    (one,) = desk.wait_received(1)[0]["answers"]["turns"]["elements"]
    assert one["geometry"]["start"] == pytest.approx(300, abs=20)
    assert one["geometry"]["end"] == pytest.approx(1200, abs=20)


def test_two_fingers_zoom_a_sound_and_mark_nothing(touched: Touched) -> None:
    desk, fingers = touched("turns")
    desk.page.wait_for_function(
        "() => document.querySelector('.clipbar .mono')?.textContent.includes('00:03')"
    )
    fingers.send("touchStart", on_line(desk, 0.4), on_line(desk, 0.6))
    fingers.send("touchMove", on_line(desk, 0.3), on_line(desk, 0.7))
    fingers.send("touchEnd")
    assert desk.page.locator("[role=option]").count() == 0
    swipe(fingers, on_line(desk, 0.5), on_line(desk, 0.75))
    desk.press("Enter")
    (one,) = desk.wait_received(1)[0]["answers"]["turns"]["elements"]
    # Twice as near: a quarter of the line is an eighth of the three seconds.
    assert one["geometry"]["end"] - one["geometry"]["start"] == pytest.approx(375, abs=25)


def test_a_finger_prefers_one_of_two_pictures(touched: Touched) -> None:
    desk, _ = touched("seen", PHONE)
    desk.page.locator(".contender img").nth(1).tap()
    desk.page.locator("[data-action=submit]").tap()
    answer = desk.wait_received(1)[0]["answers"]["better"]
    assert answer["ranking"][0] == [answer["shown"][1]]


def test_a_form_is_filled_in_by_tapping(touched: Touched) -> None:
    desk, _ = touched("form", PHONE)
    desk.page.get_by_label("Order number").tap()
    desk.page.keyboard.type("7")
    desk.page.locator("label.option", has_text="a repair").tap()
    desk.page.locator("label.option", has_text="No").tap()
    smallest = desk.page.evaluate(
        "Math.min(...[...document.querySelectorAll('label.option')].map(one => one.getBoundingClientRect().height))"
    )
    assert smallest >= 44
    desk.page.locator("[data-action=submit]").tap()
    given = desk.wait_received(1)[0]["answers"]
    assert next(iter(given.values()))["fields"] == {"order": "7", "wish": "a repair", "polite": False}
