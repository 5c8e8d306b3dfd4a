"""Figures of named points on a picture, by keyboard alone and by mouse in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types import keypoint
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import FIGURES, DeskState

pytestmark = MARKS

FACTS = {"parts": {"image": {"width": 1000, "height": 750}}}
NAMES = [one["name"] for one in FIGURES["spec"]["points"]]


def click(desk: Any, *points: tuple[float, float]) -> None:
    for x, y in points:
        desk.page.mouse.click(*desk.at(x, y))


def sent(desk: Any) -> list[dict[str, Any]]:
    """The figures as they were sent, which the server reads and writes the same."""
    desk.press("Enter")
    given = desk.wait_received(1)[0]["answers"]["figures"]
    value = keypoint.LABEL_TYPE.parse(given, keypoint.LABEL_TYPE.check_spec(FIGURES["spec"]), FACTS)
    assert keypoint.LABEL_TYPE.dump(value) == given
    return list(given["elements"])


def near(point: dict[str, Any], x: float, y: float) -> bool:
    return bool(abs(point["x"] - x) <= 1 and abs(point["y"] - y) <= 1)


def test_points_are_set_one_after_the_other_where_they_were_clicked(bench: Any) -> None:
    desk = bench(DeskState(kind="keypoint"))
    places = [(500, 100), (400, 300), (600, 300), (450, 600), (550, 600)]
    click(desk, *places)
    assert desk.heard() == "right foot at 550, 600."
    click(desk, (200, 200))
    first, second = sent(desk)
    assert list(first["geometry"]["points"]) == NAMES
    assert all(
        near(at, *place) for at, place in zip(first["geometry"]["points"].values(), places, strict=True)
    )
    assert list(second["geometry"]["points"]) == ["nose"]


def test_a_point_is_moved_and_a_figure_by_its_line(bench: Any) -> None:
    desk = bench(DeskState(kind="keypoint"))
    click(desk, (500, 100), (300, 300), (700, 300))
    desk.drag(300, 300, 340, 320)
    desk.drag(600, 200, 610, 230)
    (one,) = sent(desk)
    points = one["geometry"]["points"]
    assert near(points["nose"], 510, 130)
    assert near(points["left hand"], 350, 350)
    assert near(points["right hand"], 710, 330)


def test_a_point_is_left_out_by_choosing_another_in_the_list(bench: Any) -> None:
    desk = bench(DeskState(kind="keypoint"))
    click(desk, (500, 100))
    desk.page.locator(".points button", has_text="left foot").click()
    click(desk, (450, 600))
    states = desk.page.locator(".points button .n").all_inner_texts()
    assert states == ["visible", "not set", "not set", "visible", "not set"]
    (one,) = sent(desk)
    assert list(one["geometry"]["points"]) == ["nose", "left foot"]


def test_a_figure_is_made_by_keyboard_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="keypoint"))
    desk.press(
        "n", "2", "Alt+ArrowUp", ".", "Alt+ArrowLeft", "v", ".", "Alt+ArrowRight", ".", ".", "ArrowDown", ","
    )
    assert desk.heard() == "left foot, not set"
    desk.press("x")
    (one,) = sent(desk)
    points = one["geometry"]["points"]
    assert one["class"] == 2
    assert near(points["nose"], 500, 365)
    assert near(points["right hand"], 490, 365)
    assert near(points["left hand"], 500, 365)
    assert [points[name]["visible"] for name in ("left hand", "right hand")] == [True, False]
    assert "left foot" in points
    assert "right foot" not in points


def test_delete_takes_the_point_in_hand_and_then_the_figure(bench: Any) -> None:
    desk = bench(DeskState(kind="keypoint"))
    click(desk, (500, 100), (400, 300))
    desk.press(",", "Delete")
    assert desk.page.locator(".points button .n").all_inner_texts()[:2] == ["visible", "not set"]
    desk.press("Escape", "Delete")
    assert desk.page.locator("[role=option]").count() == 0
    desk.press("Control+z", "Control+z")
    (one,) = sent(desk)
    assert list(one["geometry"]["points"]) == ["nose", "left hand"]
