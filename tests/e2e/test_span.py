"""Spans of text, marked by keyboard alone and by mouse in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types import span
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import FACTS, NESTED, TEXT, DeskState

pytestmark = MARKS

TRICKY = "👩‍👩‍👧 Die Straße 天気が良い، ❤️ fin"


def marked(one: dict[str, Any], text: str = TEXT) -> list[tuple[int, str]]:
    """The class and the words of each span that was sent."""
    found = one["answers"]["facts"]["elements"]
    return [(e["class"], text[e["geometry"]["start"] : e["geometry"]["end"]]) for e in found]


def screen_of(desk: Any, start: int, end: int) -> tuple[float, float, float, float]:
    """Where the characters of the text stand: left and right edge, and the middle of the line at each."""
    return tuple(
        desk.page.evaluate(
            """([start, end]) => {
                const node = [...document.querySelector('.body').childNodes].find(one => one.nodeType === 3);
                const range = document.createRange();
                range.setStart(node, start); range.setEnd(node, end);
                const [first, ...rest] = range.getClientRects();
                const last = rest.at(-1) ?? first;
                return [first.left + 1, first.top + first.height / 2, last.right - 1, last.top + last.height / 2];
            }""",
            [start, end],
        )
    )


def units(text: str) -> int:
    """How long a browser finds it: in halves of surrogate pairs."""
    return len(text.encode("utf-16-le")) // 2


def select(desk: Any, words: str, text: str = TEXT) -> None:
    start = text.index(words)
    x0, y0, x1, y1 = screen_of(desk, units(text[:start]), units(text[: start + len(words)]))
    desk.page.mouse.move(x0, y0)
    desk.page.mouse.down()
    desk.page.mouse.move((x0 + x1) / 2, y0)
    desk.page.mouse.move(x1, y1)
    desk.page.mouse.up()


def test_five_items_get_their_spans_by_keyboard_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="span"))
    walk_to_aria = ["ArrowRight"] * 5
    presses: list[list[str]] = [
        [*walk_to_aria, "n"],
        [*walk_to_aria, "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "1"],
        [*walk_to_aria, "n", "2", "Shift+ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "3"],
        ["ArrowRight", "n", "ArrowRight", "ArrowRight", "2", "Tab", "Shift+Tab", "Delete"],
        ["n"],
    ]
    for number, keys in enumerate(presses, start=1):
        desk.wait_shown(number)
        desk.press(*keys, "Enter")
        desk.wait_received(number)
    got = [marked(one) for one in desk.state.received]
    assert got[0] == [(1, "Aria")]
    assert got[1] == [(1, "Aria 5 earbuds")]
    assert got[2][0] == (2, "Aria 5")
    assert [code for code, _ in got[2]] == [2, 3]
    assert len(got[3]) == 1
    assert got[4] == []
    spec, facts = span.LABEL_TYPE.check_spec(FACTS["spec"]), {"parts": {"text": {"characters": len(TEXT)}}}
    for one in desk.state.received:
        given = one["answers"]["facts"]
        assert span.LABEL_TYPE.dump(span.LABEL_TYPE.parse(given, spec, facts)) == given


def test_a_selection_by_mouse_is_marked_and_widened_to_whole_words(bench: Any) -> None:
    desk = bench(DeskState(kind="span"))
    select(desk, "ria 5 earb")
    desk.press("3")
    select(desk, "left one stays silent")
    desk.press("2", "Enter")
    desk.wait_received(1)
    assert marked(desk.state.received[0]) == [(3, "Aria 5 earbuds"), (2, "left one stays silent")]


def test_a_span_over_another_is_refused_where_spans_may_not_overlap(bench: Any) -> None:
    desk = bench(DeskState(kind="span"))
    select(desk, "left one stays silent")
    select(desk, "one stays")
    assert desk.page.locator(".toast").inner_text() == "Spans may not overlap here."
    desk.press("Enter")
    desk.wait_received(1)
    assert marked(desk.state.received[0]) == [(1, "left one stays silent")]


def test_a_selection_right_beside_the_selected_span_makes_a_new_one(bench: Any) -> None:
    desk = bench(DeskState(kind="span"))
    select(desk, "Aria 5 earbuds")
    select(desk, "last Tuesday")
    desk.press("3", "Enter")
    desk.wait_received(1)
    assert marked(desk.state.received[0]) == [(1, "Aria 5 earbuds"), (3, "last Tuesday")]


def test_overlapping_spans_are_underlined_below_each_other(bench: Any) -> None:
    desk = bench(DeskState(kind="nested"))
    select(desk, "left one stays silent")
    select(desk, "one stays")
    desk.press("2")
    top = "color => Math.min(...[...document.querySelectorAll('.underline.' + color)].map(one => one.offsetTop))"
    longer, shorter = desk.page.evaluate(top, "c1"), desk.page.evaluate(top, "c3")
    assert longer >= shorter + 10
    desk.press("Enter")
    desk.wait_received(1)
    assert marked(desk.state.received[0]) == [(1, "left one stays silent"), (2, "one stays")]
    spec, facts = span.LABEL_TYPE.check_spec(NESTED["spec"]), {"parts": {"text": {"characters": len(TEXT)}}}
    span.LABEL_TYPE.parse(desk.state.received[0]["answers"]["facts"], spec, facts)


def test_an_end_is_pulled_with_the_mouse(bench: Any) -> None:
    desk = bench(DeskState(kind="span"))
    select(desk, "left one")
    end = desk.page.locator(".grip").nth(1).bounding_box()
    target = TEXT.index("silent")
    x0, y0, x1, _ = screen_of(desk, target, target + 6)
    desk.page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2)
    desk.page.mouse.down()
    desk.page.mouse.move((x0 + x1) / 2 - 8, y0)
    desk.page.mouse.move((x0 + x1) / 2, y0)
    desk.page.mouse.up()
    desk.press("Enter")
    desk.wait_received(1)
    assert marked(desk.state.received[0]) == [(1, "left one stays silent")]


def test_offsets_are_code_points_behind_emoji_and_in_scripts_without_blanks(bench: Any) -> None:
    desk = bench(DeskState(kind="span", text=TRICKY))
    desk.press("ArrowRight", "ArrowRight", "Shift+ArrowRight", "1")
    desk.page.locator(".body").focus()
    desk.press("Escape", "End")
    for _ in range(40):
        desk.press("ArrowRight")
    desk.press("ArrowLeft", "n", "Enter")
    desk.wait_received(1)
    got = marked(desk.state.received[0], TRICKY)
    assert got[0][1] in ("Die", "Straße", "Die Straße")
    assert got[-1] == (1, "fin")


def test_undo_gives_a_deleted_span_back_with_its_id(bench: Any) -> None:
    desk = bench(DeskState(kind="span"))
    desk.press("ArrowRight", "n")
    before = desk.page.locator("[role=option]").get_attribute("id")
    desk.press("Delete")
    assert desk.page.locator("[role=option]").count() == 0
    desk.press("Control+z")
    assert desk.page.locator("[role=option]").get_attribute("id") == before


def test_a_text_is_sorted_and_marked_in_one_go(bench: Any) -> None:
    desk = bench(DeskState(kind="read"))
    desk.press("2", "Tab")
    desk.page.locator(".body").focus()
    desk.press("ArrowRight", "n", "w", "Enter")
    answers = desk.wait_received(1)[0]["answers"]
    assert answers["intent"] == {"class": 2}
    assert [one["class"] for one in answers["facts"]["elements"]] == [2]


HEBREW = "קניתי אוזניות 🎧 ביום שלישי"


def test_in_a_text_from_right_to_left_the_left_key_goes_on(bench: Any) -> None:
    desk = bench(DeskState(kind="span", text=HEBREW))
    desk.press("ArrowLeft", "Shift+ArrowLeft", "1")
    desk.page.locator(".body").focus()
    desk.press("Escape")
    for _ in range(8):
        desk.press("ArrowLeft")
    desk.press("ArrowRight", "n", "Enter")
    desk.wait_received(1)
    got = marked(desk.state.received[0], HEBREW)
    assert got == [(1, "קניתי"), (1, "שלישי")]


def test_a_mouse_marks_behind_emoji_what_it_selected(bench: Any) -> None:
    text = "👩‍👩‍👧 東京タワーは高い。 okay 🗼 ende"
    desk = bench(DeskState(kind="span", text=text))
    select(desk, "okay", text)
    desk.press("2")
    select(desk, "ende", text)
    desk.press("1", "Enter")
    desk.wait_received(1)
    assert marked(desk.state.received[0], text) == [(2, "okay"), (1, "ende")]
