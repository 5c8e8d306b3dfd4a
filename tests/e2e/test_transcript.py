"""Transcripts of a sound, by keyboard alone in a real browser."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types import transcript
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.desk_server import SPOKEN, DeskState

pytestmark = MARKS


def ready(desk: Any) -> None:
    """The sound has arrived and can be played."""
    desk.page.wait_for_selector(".clipcard .btn.primary:not([disabled])")
    desk.page.wait_for_function(
        "() => document.querySelector('.clipbar .mono').textContent.includes('00:03')"
    )


def test_five_sounds_are_transcribed_by_keyboard_alone(bench: Any) -> None:
    desk = bench(DeskState(kind="spoken"))
    said = ["So, the weather", "twenty-one", "Um... the parcel", "天気が良い 👍", "it’s left"]
    for number, words in enumerate(said, start=1):
        desk.wait_shown(number)
        desk.page.keyboard.type(words)
        if number == 3:
            desk.press("Alt+Enter")
        desk.press("Enter" if number % 2 else "Control+Enter")
        desk.wait_received(number)
    given = [one["answers"]["spoken"] for one in desk.state.received]
    assert [one["text"] for one in given] == [*said[:2], "Um, the parcel", *said[3:]]
    spec = transcript.LABEL_TYPE.check_spec(SPOKEN["spec"])
    assert [transcript.LABEL_TYPE.dump(transcript.LABEL_TYPE.parse(one, spec, {})) for one in given] == given


def test_the_sound_is_played_and_sought_while_somebody_writes(bench: Any) -> None:
    desk = bench(DeskState(kind="spoken"))
    ready(desk)
    desk.page.locator("textarea").focus()
    desk.page.keyboard.type("abc")
    desk.press("Control+Space")
    desk.page.wait_for_selector('.clipcard .btn.primary[aria-label="Pause"]')
    desk.press("Control+Space", "Alt+ArrowRight", "Alt+ArrowLeft")
    desk.page.wait_for_selector('.clipcard .btn.primary[aria-label="Play"]')
    position = float(desk.page.locator(".wave").get_attribute("aria-valuenow"))
    assert position < 1.0
    desk.press("Alt+ArrowRight")
    desk.page.wait_for_function(
        "from => document.querySelector('.wave').ariaValueNow >= from + 1.9", arg=position
    )
    desk.press("Alt+ArrowUp")
    assert desk.heard() == "1.25×"
    assert desk.page.locator("textarea").input_value() == "abc"


def test_the_waveform_shows_where_it_is_loud(bench: Any) -> None:
    desk = bench(DeskState(kind="spoken"))
    ready(desk)
    desk.page.wait_for_timeout(200)
    heights = desk.page.evaluate(
        """() => {
            const canvas = document.querySelector('.wave canvas');
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const tall = at => {
                const x = Math.round(at / 3 * canvas.width);
                let rows = 0;
                for (let y = 0; y < canvas.height; y++)
                    if ([...Array(9).keys()].some(dx => pixels[4 * (y * canvas.width + x + dx - 4) + 3] > 0)) rows++;
                return rows / canvas.height;
            };
            return [tall(0.275), tall(0.8)];
        }"""
    )
    loud, silent = heights
    assert loud > 4 * silent > 0


def test_a_convention_is_warned_of_while_typing_and_kept_on_request(bench: Any) -> None:
    desk = bench(DeskState(kind="spoken"))
    desk.page.keyboard.type("Um... ok")
    banners = desk.page.locator(".breaches .banner")
    assert banners.count() == 2
    assert "Filled pauses end in a comma." in banners.first.inner_text()
    banners.first.get_by_role("button", name="Keep mine").click()
    assert banners.count() == 1
    desk.press("Alt+Enter")
    assert banners.count() == 0
    assert desk.page.locator("textarea").input_value() == "Um... okay"
    desk.press("Enter")
    assert desk.wait_received(1)[0]["answers"] == {"spoken": {"text": "Um... okay"}}


def test_nothing_said_is_said_on_purpose(bench: Any) -> None:
    desk = bench(DeskState(kind="spoken"))
    desk.press("Enter")
    assert desk.page.locator(".problem").count() == 1
    assert desk.state.received == []
    desk.press("Tab", "Space", "Enter")
    assert desk.wait_received(1)[0]["answers"] == {"spoken": {"text": ""}}


def test_undo_takes_back_a_word_not_a_letter(bench: Any) -> None:
    desk = bench(DeskState(kind="spoken"))
    desk.page.keyboard.type("one two")
    desk.page.locator("[data-action=undo]").click()
    assert desk.page.locator("textarea").input_value().rstrip() == "one"
    desk.page.locator("[data-action=redo]").click()
    assert desk.page.locator("textarea").input_value() == "one two"


def test_a_sound_is_transcribed_and_rated(bench: Any) -> None:
    desk = bench(DeskState(kind="heard"))
    desk.page.keyboard.type("fine 3")
    desk.press("Escape", "2", "Enter")
    answers = desk.wait_received(1)[0]["answers"]
    assert answers["spoken"] == {"text": "fine 3"}
    assert answers["mood"] == {"level": 2}


def test_what_is_written_in_a_picture_can_be_typed_at_once(bench: Any) -> None:
    desk = bench(DeskState(kind="written"))
    desk.page.keyboard.type("Model 3")
    desk.press("Enter")
    assert desk.wait_received(1)[0]["answers"] == {"spoken": {"text": "Model 3"}}
