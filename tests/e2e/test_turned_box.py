"""Boxes that may be turned, by the handle above them and by keys, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types import box
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import QUESTIONS, DeskState

pytestmark = MARKS

SPEC = box.LABEL_TYPE.check_spec({**QUESTIONS["turned"][0]["spec"], "max": 100})
FACTS = {"parts": {"image": {"width": 1000, "height": 750}}}


def sent(desk: Any) -> dict[str, Any]:
    (element,) = desk.submit()
    given = desk.state.received[-1]["answers"]["damage"]
    assert box.LABEL_TYPE.dump(box.LABEL_TYPE.parse(given, SPEC, FACTS)) == given
    return dict(element["geometry"])


def test_a_box_is_turned_by_its_handle_and_resized_as_it_lies(bench: Any) -> None:
    desk = bench(DeskState(kind="turned"))
    desk.drag(400, 300, 600, 400)
    scale = desk.page.locator(".picture").bounding_box()["width"] / 1000
    above = 300 - 26 / scale
    desk.drag(500, above, 500 + (350 - above) * 0.5774, 350 - (350 - above))
    angle = desk.page.locator(".viewer svg.active g g").first.get_attribute("transform")
    assert angle.startswith("rotate(30")
    desk.drag(500 + 100 * 0.866, 350 + 100 * 0.5, 500 + 140 * 0.866, 350 + 140 * 0.5)
    geometry = sent(desk)
    assert geometry["angle"] == pytest.approx(30, abs=0.6)
    assert geometry["x1"] - geometry["x0"] == pytest.approx(240, abs=2)
    assert geometry["y1"] - geometry["y0"] == pytest.approx(100, abs=1)
    assert (geometry["x0"] + geometry["x1"]) / 2 == pytest.approx(500 + 20 * 0.866, abs=1)


def test_a_box_is_turned_by_keys_and_upright_again_is_plain(bench: Any) -> None:
    desk = bench(DeskState(kind="turned"))
    desk.press("n", "Alt+.", ".", ".", ",", "ArrowRight", "Shift+ArrowDown")
    assert "16°" in desk.page.locator("[role=option]").inner_text()
    assert sent(desk)["angle"] == 16
    desk.wait_shown(2)
    desk.press("n", ".", ",")
    assert "angle" not in sent(desk)


def test_where_a_question_allows_no_turns_there_is_no_handle_and_no_key(bench: Any) -> None:
    desk = bench(DeskState(kind="box"))
    desk.press("n", ".")
    assert desk.page.locator(".viewer svg.active circle").count() == 0
    assert set(desk.submit()[0]["geometry"]) == {"x0", "y0", "x1", "y1"}
