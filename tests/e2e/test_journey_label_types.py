"""Every label type on a real Concord: one item labeled with the mouse, the next by keyboard alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from labeling.label_types.registry import LABEL_TYPES, label_type
from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.desk_server import wav
from tests.e2e.harness.people import Person, until
from tests.e2e.harness.script import Script
from tests.e2e.harness.tokens import token_of

pytestmark = MARKS

CLASSES = [{"code": 1, "name": "one"}, {"code": 2, "name": "two"}, {"code": 3, "name": "three"}]
TEXT = "Where is parcel 7, please?"


def drag(page: Any, *points: tuple[float, float]) -> None:
    """Over the picture, by shares of its width and height."""
    place = page.locator(".picture").bounding_box()
    for at, (x, y) in enumerate(points):
        page.mouse.move(place["x"] + x * place["width"], place["y"] + y * place["height"])
        if at == 0:
            page.mouse.down()
    page.mouse.up()


def click(page: Any, *points: tuple[float, float]) -> None:
    for point in points:
        drag(page, point)


def select_words(page: Any) -> None:
    """The second word of the text, as a hand selects it."""
    left, right, middle = page.evaluate(
        """() => {
            const node = document.querySelector('.body').firstChild.nodeType === 3
                ? document.querySelector('.body').firstChild
                : [...document.querySelector('.body').childNodes].find(one => one.nodeType === 3);
            const range = document.createRange();
            const [, before, word] = /^(\\S+\\s+)(\\w+)/.exec(node.data);
            range.setStart(node, before.length);
            range.setEnd(node, before.length + word.length);
            const box = range.getBoundingClientRect();
            return [box.left + 1, box.right - 1, box.top + box.height / 2];
        }"""
    )
    page.mouse.move(left, middle)
    page.mouse.down()
    page.mouse.move((left + right) / 2, middle)
    page.mouse.move(right, middle)
    page.mouse.up()


def link_words(page: Any) -> None:
    """The second word, then the first, both selected by hand, and a link from the one to the other."""
    select_words(page)
    text = page.evaluate(
        "[...document.querySelector('.body').childNodes].find(one => one.nodeType === 3).data"
    )
    page.evaluate("getSelection().removeAllRanges()")
    left, right, middle = place_of(page, 0, len(text.split()[0]))
    page.mouse.move(left, middle)
    page.mouse.down()
    page.mouse.move(right, middle)
    page.mouse.up()
    page.locator(".links button", has_text="Link from here").click()
    left, right, middle = place_of(page, text.index(text.split()[1]), len(text.split()[1]))
    page.mouse.click((left + right) / 2, middle)


def place_of(page: Any, start: int, length: int) -> tuple[float, float, float]:
    """Where so many letters of the text stand: from and to, and the middle of their line."""
    return tuple(
        page.evaluate(
            """([start, length]) => {
                const node = [...document.querySelector('.body').childNodes].find(one => one.nodeType === 3);
                const range = document.createRange();
                range.setStart(node, start);
                range.setEnd(node, start + length);
                const box = range.getBoundingClientRect();
                return [box.left + 1, box.right - 1, box.top + box.height / 2];
            }""",
            [start, length],
        )
    )


def press(*keys: str) -> Callable[[Any], None]:
    def pressed(page: Any) -> None:
        for key in keys:
            page.keyboard.press(key)

    return pressed


def check(*names: str) -> Callable[[Any], None]:
    def clicked(page: Any) -> None:
        for name in names:
            page.locator(f"label.option:not(.none):has-text('{name}')").click()

    return clicked


def click_transcript(page: Any) -> None:
    page.locator("label.check", has_text="Nothing").click()


def type_transcript(page: Any) -> None:
    page.keyboard.type("stop here")


@dataclass(frozen=True)
class Work:
    """How one item is labeled with the mouse and the next by keyboard, and what is to be stored of either.

    `items` are of its own where the demo has none that suit.
    """

    by_mouse: Callable[[Any], None]
    by_keys: Callable[[Any], None]
    stored: tuple[Callable[[Any], bool], Callable[[Any], bool]]
    items: tuple[dict[str, Any], ...] = ()
    sounds: int = 0
    classes: int = 3


def two_texts(key: str) -> dict[str, Any]:
    """An item of two texts to compare."""
    parts = [{"role": role, "text": f"{role} of {key}"} for role in ("left", "right")]
    return {"key": key, "parts": parts}


def choose_by_part(words: str) -> Callable[[Any], None]:
    """Presses the button under the part that holds these words, wherever it stands."""
    return lambda page: page.locator(".contender", has_text=words).locator("button").click()


def choose_shown_first(page: Any) -> None:
    page.keyboard.press("1")


def drag_over_time(page: Any, start: float, end: float) -> None:
    """Over the timeline of a sound, by shares of its width."""
    place = page.locator(".timeline").bounding_box()
    page.mouse.move(place["x"] + start * place["width"], place["y"] + 80)
    page.mouse.down()
    page.mouse.move(place["x"] + end * place["width"], place["y"] + 80)
    page.mouse.up()


def prefers_shown_first(found: Any) -> bool:
    return bool(found["ranking"] == [[code] for code in found["shown"]])


def holds(value: Any) -> Callable[[Any], bool]:
    return lambda found: bool(found == value)


def has_one(code: int) -> Callable[[Any], bool]:
    return lambda found: [one["class"] for one in found["elements"]] == [code]


def has_link(source: int, target: int) -> Callable[[Any], bool]:
    """Two spans, and one link from one of the first class to one of the second."""

    def holds_it(found: Any) -> bool:
        codes = {one["id"]: one["class"] for one in found["elements"]}
        ends = [(codes[one["from"]], codes[one["to"]]) for one in found["links"]]
        return len(codes) == 2 and ends == [(source, target)]

    return holds_it


WORK: dict[str, Work] = {
    "choice": Work(check("two"), press("3"), (holds({"class": 2}), holds({"class": 3}))),
    "choices": Work(
        check("one", "three"), press("2", "1"), (holds({"classes": [1, 3]}), holds({"classes": [1, 2]}))
    ),
    "rating": Work(check("three"), press("1", "ArrowRight"), (holds({"level": 3}), holds({"level": 2}))),
    "pairwise": Work(
        choose_by_part("left of"),
        choose_shown_first,
        (lambda found: found["ranking"] == [[1], [2]], prefers_shown_first),
        items=(two_texts("a"), two_texts("b")),
        classes=2,
    ),
    "box": Work(
        lambda page: drag(page, (0.2, 0.2), (0.3, 0.3), (0.6, 0.7)),
        press("n", "2", "Shift+ArrowRight"),
        (has_one(1), has_one(2)),
    ),
    "polygon": Work(
        lambda page: click(page, (0.2, 0.2), (0.7, 0.25), (0.5, 0.7), (0.2, 0.2)),
        press("n", ".", "Alt+ArrowUp", "3"),
        (has_one(1), has_one(3)),
    ),
    "keypoint": Work(
        lambda page: click(page, (0.3, 0.4)), press("n", "2", "ArrowRight", "v"), (has_one(1), has_one(2))
    ),
    "span": Work(select_words, press("ArrowRight", "ArrowRight", "n", "2"), (has_one(1), has_one(2))),
    "relation": Work(
        link_words,
        press("ArrowRight", "n", "ArrowRight", "ArrowRight", "2", "l", "Shift+Tab", "Enter"),
        (has_link(1, 1), has_link(2, 1)),
    ),
    "segment": Work(
        lambda page: drag_over_time(page, 0.2, 0.6),
        press("n", *["ArrowRight"] * 5, "n", "2"),
        (has_one(1), has_one(2)),
        sounds=2,
    ),
    "record": Work(
        lambda page: page.locator(".recordform input").fill("left"),
        lambda page: page.keyboard.type("right"),
        (holds({"fields": {"text": "left"}}), holds({"fields": {"text": "right"}})),
    ),
    "transcript": Work(
        click_transcript, type_transcript, (holds({"text": ""}), holds({"text": "stop here"}))
    ),
}


def stored_sound(script: Script, seconds: float) -> str:
    """A new sound's hash."""
    edge = "concord-tests"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'.encode()
    body = head + wav(seconds) + f"\r\n--{edge}--\r\n".encode()
    return str(script.send("/api/v1/assets/", body, f"multipart/form-data; boundary={edge}", 201)["sha256"])


def dataset_with(script: Script, name: str, items: tuple[dict[str, Any], ...]) -> int:
    """A new dataset of these items."""
    dataset = int(script.post("/api/v1/datasets/", {"name": f"Items for {name}"}, 201)["id"])
    lines = "".join(f"{json.dumps(one)}\n" for one in items).encode()
    script.send(f"/api/v1/datasets/{dataset}/imports/lines?name=hand", lines, "application/x-ndjson", 200)
    return dataset


@pytest.mark.parametrize("name", [one.name for one in LABEL_TYPES])
def test_an_item_is_labeled_by_mouse_and_another_by_keyboard_alone(
    browser: Any, concord: Concord, name: str
) -> None:
    mail = f"{name}@types.example"
    link = concord.new_account(mail, "--admin")
    script = Script(concord.url, token_of(concord, mail))
    kind = label_type(name)
    is_text = "image" not in kind.modalities or name in ("choice", "choices", "rating")
    work = WORK[name]
    sounds = [stored_sound(script, 2.0 + at) for at in range(work.sounds)]
    heard = tuple(
        {"key": f"s{at}", "parts": [{"role": "sound", "sha256": sha256}]} for at, sha256 in enumerate(sounds)
    )
    dataset = (
        dataset_with(script, name, work.items or heard)
        if work.items or heard
        else script.demo_dataset("Support messages" if is_text else "Phone backs")
    )
    spec = {"classes": CLASSES[: work.classes]} if any(one.kind == "classes" for one in kind.settings) else {}
    question = {"key": "asked", "prompt": "What do you find?", "label_type": name, "spec": spec}
    new = {"dataset": dataset, "name": f"By hand: {name}", "questions": [question]}
    project = script.post("/api/v1/projects/", new, 201)["id"]
    script.post(f"/api/v1/projects/{project}/rounds/", {"name": "One", "places_per_task": 1}, 201)

    person = Person(browser, concord.url)
    person.come_in(link, "Hand")
    page = person.open(f"/projects/{project}/label/")
    for at, label in enumerate((work.by_mouse, work.by_keys)):
        until(lambda done=at: f"{done} of" in page.locator(".counter").inner_text(), page, what="the item")  # type: ignore[misc]
        page.wait_for_selector(".viewer, .msg, .compared, .timeline")
        page.wait_for_timeout(300 if work.sounds else 100)
        label(page)
        if at == 0:
            page.locator("[data-action=submit]").click()
        else:
            page.keyboard.press("Enter")

    def answers() -> list[Any]:
        found = script.get(f"/api/v1/projects/{project}/answers/own")["answers"]
        return [one["answers"]["asked"] for one in reversed(found)]

    until(lambda: len(answers()) == 2, page, what="both answers are stored")
    assert [true(one) for true, one in zip(work.stored, answers(), strict=True)] == [True, True], answers()
    person.close()
