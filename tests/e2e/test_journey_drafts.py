"""Unsent work on a whole Concord: a crash, a lapsed session, a second window, and questions that change meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import CHROMIUM, MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.people import Person, until
from tests.e2e.harness.scene import Scene
from tests.e2e.harness.script import Script
from tests.e2e.harness.tokens import token_of

pytestmark = MARKS


def chosen(person: Person) -> str | None:
    person.page.wait_for_selector(".msg")
    checked = person.page.locator("input:checked")
    return str(checked.get_attribute("value")) if checked.count() else None


def test_unsent_work_outlives_a_crash_a_lapsed_session_and_a_second_window(
    browser: Any, scene: Scene, states: Mapping[str, Any]
) -> None:
    state = states["crowd_worker"]
    address = f"{scene.url}/projects/{scene.messages.project}/label/"
    first = Person(browser, scene.url, storage_state=state)
    first.page.goto(address)
    first.page.wait_for_selector(".msg")
    with first.page.expect_response(
        lambda answer: answer.url.endswith("/draft") and answer.ok, timeout=5_000
    ):
        first.page.keyboard.press("2")
    kept = chosen(first)
    assert kept is not None
    second = first.context.new_page()
    second.goto(address)
    assert "open in another window" in second.locator(".empty.fill").inner_text()
    second.close()
    first.context.clear_cookies()
    first.page.goto(address)
    assert "/sign-in/" in first.page.url
    first.context.close()
    again = Person(browser, scene.url, storage_state=state)
    again.page.goto(address)
    assert chosen(again) == kept
    again.close()


@dataclass(frozen=True)
class Begun:
    """Work on one item of a project of one's own, and the question asked there."""

    project: int
    question: int
    address: str
    script: Script
    state: Any


def begun(browser: Any, concord: Concord, name: str, kind: str, *, also: bool = False) -> Begun:
    """A project with one question (and also whether the item is readable), and somebody's cookies to label it with."""
    mail = f"{name}@drafts.example"
    link = concord.new_account(mail, "--admin")
    script = Script(concord.url, token_of(concord, mail))
    dataset = script.demo_dataset("Phone backs" if kind == "box" else "Support messages")
    spec = {"classes": [{"name": "one"}, {"name": "two"}]}
    questions = [{"key": "asked", "prompt": "What is there?", "label_type": kind, "spec": spec}]
    if also:
        told = {"key": "readable", "prompt": "Is it readable?", "label_type": "choice", "spec": spec}
        questions.append(told)
    new = {"dataset": dataset, "name": f"Begun: {name}", "questions": questions}
    project = script.post("/api/v1/projects/", new, 201)["id"]
    script.post(f"/api/v1/projects/{project}/rounds/", {"name": "One", "places_per_task": 1}, 201)
    person = Person(browser, concord.url)
    person.come_in(link, "Uma")
    state = person.context.storage_state()
    person.close()
    asked = script.get(f"/api/v1/projects/{project}/questions/")
    return Begun(project, asked[-1]["id"], f"{concord.url}/projects/{project}/label/", script, state)


def draft_kept(page: Any) -> Any:
    return page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok, timeout=10_000)


def listed(page: Any) -> list[str]:
    """The drawn or marked elements, as the list beside the item names them."""
    page.locator("[role=option]").first.wait_for()
    return [" ".join(one.split()) for one in page.locator("[role=option]").all_inner_texts()]


@contextmanager
def own_chromium(browser: Any, profile: Path) -> Iterator[tuple[Any, subprocess.Popen[bytes]]]:
    """A browser of its own process, to be killed."""
    assert CHROMIUM is not None
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0"]
    process = subprocess.Popen(
        [CHROMIUM, *flags, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        told = profile / "DevToolsActivePort"
        deadline = time.monotonic() + 60
        while not told.is_file() or not told.read_text().strip():
            assert process.poll() is None
            assert time.monotonic() < deadline, "Chromium did not start"
            time.sleep(0.1)
        port = told.read_text().split()[0]
        yield browser.browser_type.connect_over_cdp(f"http://127.0.0.1:{port}"), process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize(
    ("kind", "keys"),
    [("box", ["n", "2", "Shift+ArrowRight", "n"]), ("span", ["ArrowRight", "n", "2", "ArrowRight", "n"])],
)
def test_drawn_and_marked_work_is_back_after_the_browser_was_killed(
    browser: Any, concord: Concord, tmp_path: Path, kind: str, keys: list[str]
) -> None:
    work = begun(browser, concord, f"killed-{kind}", kind)
    with own_chromium(browser, tmp_path / "profile") as (doomed, process):
        context = doomed.contexts[0]
        context.add_cookies(work.state["cookies"])
        page = context.new_page()
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(work.address)
        page.wait_for_selector(".viewer, .msg")
        page.wait_for_timeout(300)
        with draft_kept(page):
            for key in keys:
                page.keyboard.press(key)
        before = listed(page)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert len(before) == 2
    again = Person(browser, concord.url, storage_state=work.state)
    again.page.goto(work.address)
    assert listed(again.page) == before
    again.page.keyboard.press("Enter")
    own = f"/api/v1/projects/{work.project}/answers/own"
    until(lambda: len(work.script.get(own)["answers"]) == 1, again.page, what="the answer is stored")
    again.close()


def test_a_question_taken_out_while_somebody_labels_is_told_and_the_rest_of_their_work_stays(
    browser: Any, concord: Concord
) -> None:
    work = begun(browser, concord, "taken-out", "box", also=True)
    person = Person(browser, concord.url, storage_state=work.state)
    page = person.page
    page.goto(work.address)
    page.wait_for_selector(".viewer")
    page.wait_for_timeout(300)
    with draft_kept(page):
        for key in ("n", "2", "q"):
            page.keyboard.press(key)
    assert page.locator("[data-notice=newer]").count() == 0
    work.script.delete(f"/api/v1/questions/{work.question}/", 204)
    with draft_kept(page):
        page.keyboard.press("Shift+ArrowRight")
    before = listed(page)
    notice = page.locator("[data-notice=newer]")
    notice.wait_for()
    assert "The guideline changed." in notice.inner_text()
    with page.expect_navigation():
        notice.locator("button").click()
    assert listed(page) == before
    assert page.locator("fieldset", has_text="Is it readable?").count() == 0
    page.locator(".toast", has_text="The questions changed since you began").wait_for()
    page.keyboard.press("Enter")
    own = f"/api/v1/projects/{work.project}/answers/own"
    until(lambda: len(work.script.get(own)["answers"]) == 1, page, what="the answer is stored")
    (answer,) = work.script.get(own)["answers"]
    assert list(answer["answers"]) == ["asked"]
    person.close()


def test_an_answer_given_before_a_question_was_taken_out_can_still_be_corrected(
    browser: Any, concord: Concord
) -> None:
    work = begun(browser, concord, "older", "box", also=True)
    person = Person(browser, concord.url, storage_state=work.state)
    page = person.page
    page.goto(work.address)
    page.wait_for_selector(".viewer")
    page.wait_for_timeout(300)
    for key in ("n", "q", "Enter"):
        page.keyboard.press(key)
    own = f"/api/v1/projects/{work.project}/answers/own"
    until(lambda: len(work.script.get(own)["answers"]) == 1, page, what="the answer is stored")
    work.script.delete(f"/api/v1/questions/{work.question}/", 204)
    page.goto(work.address)
    page.wait_for_selector(".viewer")
    page.keyboard.press("j")
    page.wait_for_selector('[data-notice="past"]')
    for key in ("Tab", "2", "Enter"):
        page.keyboard.press(key)

    def classes() -> list[int]:
        (answer,) = work.script.get(own)["answers"]
        return [one["class"] for one in answer["answers"]["asked"]["elements"]]

    until(lambda: classes() == [2], page, what="the correction is stored")
    person.close()
