"""Review and correction on a whole Concord, by keyboard: what a reviewer decides, and what the labeler sees of it."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.people import Person, until
from tests.e2e.harness.script import Script
from tests.e2e.harness.tokens import token_of

pytestmark = MARKS

MESSAGES = (
    "Where is my parcel?",
    "The parcel came, but I want my money back.",
    "It came late, and it is broken.",
)
DELIVERY, REFUND, DAMAGE = ("delivery", "refund", "damage")


def project_of_three(script: Script) -> int:
    dataset = script.post("/api/v1/datasets/", {"name": "To be reviewed"}, 201)["id"]
    lines = "".join(f'{{"key": "m{n}", "text": "{text}"}}\n' for n, text in enumerate(MESSAGES))
    script.send(f"/api/v1/datasets/{dataset}/imports/lines", lines.encode(), "application/x-ndjson", 200)
    spec = {"classes": [{"name": name} for name in (DELIVERY, REFUND, DAMAGE)]}
    question = {"key": "topic", "prompt": "What about?", "label_type": "choice", "spec": spec}
    new = {"dataset": dataset, "name": "Reviewed messages", "questions": [question]}
    project = int(script.post("/api/v1/projects/", new, 201)["id"])
    script.post(f"/api/v1/projects/{project}/rounds/", {"name": "One", "places_per_task": 1}, 201)
    return project


def member(browser: Any, concord: Concord, script: Script, project: int, name: str, role: str) -> Person:
    told = {"email": f"{name.lower()}@review.example", "name": name}
    agent = int(script.post("/api/v1/agents/", told, 201)["id"])
    script.post(f"/api/v1/projects/{project}/members/", {"agent": agent, "role": role}, 201)
    link = script.post(f"/api/v1/agents/{agent}/links", {"purpose": "sign_in"}, 201)["path"]
    person = Person(browser, concord.url)
    person.come_in(concord.url + link, name)
    return person


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def press_on(page: Any, key: str) -> None:
    """A key that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press(key)


def tab_to(page: Any, text: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if text in (page.evaluate("document.activeElement.innerText") or ""):
            return
    raise AssertionError(f"no Tab leads to {text!r}")


def test_what_a_reviewer_accepts_corrects_and_sends_back_and_what_the_labeler_makes_of_it(
    browser: Any, concord: Concord
) -> None:
    concord.new_account("head@review.example", "--admin")
    script = Script(concord.url, token_of(concord, "head@review.example"))
    project = project_of_three(script)
    labeler = member(browser, concord, script, project, "Lio", "labeler")
    expert = member(browser, concord, script, project, "Exa", "expert")

    hand = labeler.open(f"/projects/{project}/label/")
    for at in range(len(MESSAGES)):
        until(lambda done=at: f"{done} of" in hand.locator(".counter").inner_text(), hand)  # type: ignore[misc]
        hand.wait_for_selector(".msg")
        press(hand, "1", "Enter")
    hand.wait_for_selector(".empty.fill")

    # The reviewer, without the mouse: accept, correct with a reason, send back with a comment.
    eye = expert.open(f"/projects/{project}/review/")
    eye.locator("a.primary:focus").wait_for()  # the browser sets it after the page has loaded
    press_on(eye, "Enter")
    assert MESSAGES[0] in eye.locator("aside").inner_text()
    press_on(eye, "a")
    assert MESSAGES[1] in eye.locator("aside").inner_text()
    press_on(eye, "c")
    eye.wait_for_selector("input:checked")
    press(eye, "2", "Enter")
    eye.wait_for_selector("#review-reason")
    eye.keyboard.type("They ask for money, the parcel is there.")
    press_on(eye, "Control+Enter")
    assert MESSAGES[2] in eye.locator("aside").inner_text()
    press(eye, "r")
    eye.locator("textarea:focus").wait_for()
    eye.keyboard.type("Late or broken: what do they write for?")
    press_on(eye, "Control+Enter")
    assert "Nothing waits here" in eye.locator("main").inner_text()

    # The labeler sees all of it, with the difference and the reason, and objects once.
    labeler.open("/")
    assert "1 sent back to you" in hand.locator("main").inner_text()
    tab_to(hand, "What changed in my work")
    press_on(hand, "Enter")
    said = hand.locator("main").inner_text()
    assert "1 answer of yours was accepted as it was." in said
    corrected = hand.locator("section.card", has_text="They ask for money, the parcel is there.")
    assert corrected.locator(".differences").inner_text() == f"{DELIVERY} became {REFUND}"
    returned = hand.locator("section.card", has_text="Late or broken")
    assert "Sent back to you" in returned.inner_text()
    corrected.locator("summary").focus()
    press(hand, "Enter")
    hand.locator("textarea:focus").wait_for()
    hand.keyboard.type("They only ask where the rest is.")
    press_on(hand, "Control+Enter")
    assert "Your objection: They only ask where the rest is." in corrected.inner_text()
    assert corrected.locator("textarea").count() == 0

    # What was sent back is done again, with the reviewer's words in sight.
    tab_to(hand, "Open it and correct")
    press_on(hand, "Enter")
    notice = hand.locator('[data-notice="past"]')
    notice.wait_for()
    assert "Late or broken: what do they write for?" in notice.inner_text()
    assert MESSAGES[2] in hand.locator(".msg").inner_text()
    press(hand, "3", "Enter")
    hand.locator(".toast, .empty.fill").first.wait_for()
    own = f"/projects/{project}/changes/"

    def answered_again() -> bool:
        labeler.open(own)
        return "You answered it again" in hand.locator("main").inner_text()

    until(answered_again, hand, what="the new answer arrived")
    labeler.open("/")
    assert "sent back to you" not in hand.locator("main").inner_text()

    # Both come back to the reviewer: the objection first, then the new answer.
    expert.open(f"/projects/{project}/review/")
    assert eye.locator("[aria-current=true]", has_text="Objections").inner_text().split()[-1] == "1"
    press_on(eye, "Enter")
    assert "They only ask where the rest is." in eye.locator("main").inner_text()
    tab_to(eye, "The labeler is right")
    press(eye, "Shift+Tab")
    eye.keyboard.type("You are right, they have part of it.")
    press(eye, "Tab")
    press_on(eye, "Enter")
    expert.open(f"/projects/{project}/review/")
    assert eye.locator("[aria-current=true]", has_text="Came back").inner_text().split()[-1] == "1"
    press_on(eye, "Enter")
    card = eye.locator("section[data-keys]")
    assert DAMAGE in card.locator("figcaption").inner_text()
    assert "Late or broken" in card.inner_text()
    press_on(eye, "a")

    labeler.open(own)
    assert "The reviewer agrees: You are right, they have part of it." in hand.locator("main").inner_text()
    assert "2 answers of yours were accepted as they were." in hand.locator("main").inner_text()
    labeler.close()
    expert.close()
