"""Outlines on a picture, by keyboard alone and by mouse in a real browser."""

from __future__ import annotations

import math
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types import polygon
from labeling.label_types.rings import area
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import OUTLINES, DeskState

pytestmark = MARKS

FACTS = {"parts": {"image": {"width": 1000, "height": 750}}}


def drawn(one: dict[str, Any]) -> list[dict[str, Any]]:
    return list(one["answers"]["outlines"]["elements"])


def click(desk: Any, *points: tuple[float, float]) -> None:
    for x, y in points:
        desk.page.mouse.click(*desk.at(x, y))


def accepted(given: dict[str, Any]) -> Any:
    """What the server makes of it; it writes the same again."""
    value = polygon.LABEL_TYPE.parse(given, polygon.LABEL_TYPE.check_spec(OUTLINES["spec"]), FACTS)
    assert polygon.LABEL_TYPE.dump(value) == given
    return value


def test_five_items_are_outlined_by_keyboard_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="polygon"))
    presses: list[list[str]] = [
        ["n", "2"],
        ["n", ".", "Alt+ArrowLeft", "Alt+ArrowUp"],
        ["n", ".", "/", "Alt+ArrowUp", "ArrowRight"],
        ["n", ".", ".", "Delete"],
        ["n", "n", "Alt+ArrowDown", "Tab", "Shift+Tab", "Delete"],
    ]
    for number, keys in enumerate(presses, start=1):
        desk.wait_shown(number)
        desk.press(*keys, "Enter")
        desk.wait_received(number)
    found = [accepted(one["answers"]["outlines"]).elements for one in desk.state.received]
    assert [len(one) for one in found] == [1, 1, 1, 1, 1]
    assert found[0][0].class_code == 2
    assert [len(one[0].geometry.points) for one in found] == [4, 4, 5, 3, 4]
    assert area(found[1][0].geometry) > area(found[0][0].geometry) > area(found[3][0].geometry)


def test_corners_lie_where_they_were_clicked(bench: Any) -> None:
    desk = bench(DeskState(kind="polygon"))
    ring = [(100, 100), (300, 120), (280, 300), (120, 260)]
    click(desk, *ring, ring[0])
    desk.press("Enter")
    desk.wait_received(1)
    (one,) = drawn(desk.state.received[0])
    for (x, y), (seen_x, seen_y) in zip(ring, one["geometry"]["points"], strict=True):
        assert abs(x - seen_x) <= 0.5
        assert abs(y - seen_y) <= 0.5
    accepted(desk.state.received[0]["answers"]["outlines"])


def test_a_corner_is_moved_a_side_cut_and_the_whole_moved_by_mouse(bench: Any) -> None:
    desk = bench(DeskState(kind="polygon"))
    click(desk, (200, 200), (400, 200), (400, 400), (200, 400), (200, 200))
    desk.drag(400, 400, 460, 440)
    desk.drag(300, 200, 300, 150)
    desk.drag(300, 300, 320, 310)
    desk.press("Enter")
    desk.wait_received(1)
    (one,) = drawn(desk.state.received[0])
    expected = [(220, 210), (320, 160), (420, 210), (480, 450), (220, 410)]
    for (x, y), (seen_x, seen_y) in zip(expected, one["geometry"]["points"], strict=True):
        assert abs(x - seen_x) <= 1
        assert abs(y - seen_y) <= 1


def test_an_outline_that_crosses_itself_is_not_closed_and_not_lost(bench: Any) -> None:
    desk = bench(DeskState(kind="polygon"))
    click(desk, (200, 200), (400, 400), (400, 200), (200, 400))
    desk.press("Enter")
    assert desk.page.locator(".toast").inner_text() == "The outline crosses or touches itself."
    assert desk.state.received == []
    desk.press("Backspace", "Enter", "Enter")
    desk.wait_received(1)
    assert len(drawn(desk.state.received[0])[0]["geometry"]["points"]) == 3


def test_undo_takes_back_the_last_corner_and_then_the_last_shape(bench: Any) -> None:
    desk = bench(DeskState(kind="polygon"))
    click(desk, (200, 200), (400, 200), (400, 400), (200, 400), (600, 600))
    desk.press("Control+z", "Enter")
    assert desk.page.locator("[role=option]").count() == 1
    desk.press("Control+z")
    assert desk.page.locator("[role=option]").count() == 0
    desk.press("Control+y", "Enter")
    desk.wait_received(1)
    assert len(drawn(desk.state.received[0])[0]["geometry"]["points"]) == 4


def test_boxes_and_outlines_share_one_picture(bench: Any) -> None:
    desk = bench(DeskState(kind="shapes"))
    desk.drag(100, 100, 200, 200)
    desk.press("q")
    click(desk, (500, 100), (700, 100), (600, 300), (500, 100))
    desk.press("1")
    desk.drag(100, 400, 200, 500)
    desk.press("Enter")
    answers = desk.wait_received(1)[0]["answers"]
    assert [one["geometry"]["x0"] for one in answers["damage"]["elements"]] == [100, 100]
    assert [len(one["geometry"]["points"]) for one in answers["outlines"]["elements"]] == [3]


def geometry(desk: Any) -> list[Any]:
    """What was sent, as the server reads it."""
    desk.press("Enter")
    given = desk.wait_received(1)[0]["answers"]["outlines"]
    return [one.geometry for one in accepted(given).elements]


def test_a_shape_is_painted_and_a_hole_rubbed_into_it(bench: Any) -> None:
    desk = bench(DeskState(kind="polygon"))
    desk.press("v", "]", "]", "]", "]")
    desk.drag(400, 300, 600, 300)
    scale = desk.page.locator(".picture").bounding_box()["width"] / 1000
    radius = 16 * 1.25**4 / scale
    assert desk.page.locator("[role=option]").count() == 1
    desk.press("x", *["["] * 6)
    desk.page.mouse.click(*desk.at(500, 300))
    (ring,) = geometry(desk)
    assert len(ring.holes) == 1
    hole = area(ring.holes[0])
    assert hole == pytest.approx(math.pi * (radius / 1.25**6) ** 2, rel=0.1)
    assert area(ring) == pytest.approx(200 * 2 * radius + math.pi * radius**2 - hole, rel=0.03)


def test_an_outline_that_is_cut_through_becomes_two_shapes_in_one_change(bench: Any) -> None:
    desk = bench(DeskState(kind="polygon"))
    click(desk, (200, 200), (600, 200), (600, 400), (200, 400), (200, 200))
    desk.press("x")
    desk.drag(400, 150, 400, 450)
    assert desk.page.locator("[role=option]").count() == 2
    desk.press("Control+z")
    assert desk.page.locator("[role=option]").count() == 1
    desk.press("Control+y")
    assert len(geometry(desk)) == 2


def test_a_hole_is_cut_and_shaped_by_keyboard_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="polygon"))
    desk.press("n", "Alt+n", "ArrowUp", "ArrowUp", "/", "Delete", ".")
    assert "of 8" in desk.heard()
    (ring,) = geometry(desk)
    assert [len(hole.points) for hole in ring.holes] == [4]


def test_a_corner_of_a_hole_is_moved_by_mouse_and_what_crosses_is_refused(bench: Any) -> None:
    desk = bench(DeskState(kind="polygon"))
    click(desk, (200, 200), (600, 200), (600, 600), (200, 600), (200, 200))
    desk.press("Alt+n", "Escape")
    desk.drag(400, 300, 400, 250)
    desk.drag(400, 250, 400, 150)
    assert desk.page.locator(".toast").last.inner_text() == "A hole touches the outline or another hole."
    (ring,) = geometry(desk)
    assert min(y for _, y in ring.holes[0].points) == pytest.approx(250, abs=1)


def test_the_brush_is_laid_down_with_escape(bench: Any) -> None:
    desk = bench(DeskState(kind="polygon"))
    desk.press("v")
    assert desk.page.locator("button[aria-pressed=true]", has_text="Brush").count() == 1
    desk.press("Escape")
    click(desk, (200, 200), (400, 200), (400, 400), (200, 200))
    assert len(geometry(desk)) == 1
