"""The network goes and comes back: what was loaded is finished, kept on the device, and stored exactly once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.people import Person, until
from tests.e2e.harness.script import Script
from tests.e2e.harness.tokens import token_of

pytestmark = MARKS
CLASSES = [{"code": 1, "name": "yes"}, {"code": 2, "name": "no"}]
KEPT = """async () => {
    const base = await new Promise((done, fail) => {
        const asked = indexedDB.open('concord', 1); asked.onsuccess = () => done(asked.result); asked.onerror = fail; });
    return await new Promise(done => {
        const asked = base.transaction('out').objectStore('out').getAll();
        asked.onsuccess = () => { base.close(); done(asked.result.map(one => JSON.parse(one).task)); }; });
}"""


@pytest.fixture(scope="module")
def link(concord: Concord) -> str:
    return concord.new_account("traveler@stage.example", "--admin")


@pytest.fixture(scope="module")
def script(concord: Concord, link: str) -> Script:
    return Script(concord.url, token_of(concord, "traveler@stage.example"))


@pytest.fixture(scope="module")
def project(script: Script) -> int:
    """Twelve texts, each asked of one person."""
    dataset = script.post("/api/v1/datasets/", {"name": "On the train"}, 201)["id"]
    items = [{"key": f"t{at}", "text": f"Sentence number {at}"} for at in range(12)]
    script.post(f"/api/v1/datasets/{dataset}/items/", {"items": items}, 200)
    question = {"key": "ok", "prompt": "Is it fine?", "label_type": "choice", "spec": {"classes": CLASSES}}
    made = script.post(
        "/api/v1/projects/", {"dataset": dataset, "name": "Train", "questions": [question]}, 201
    )
    script.post(f"/api/v1/projects/{made['id']}/rounds/", {"name": "All", "places_per_task": 1}, 201)
    return int(made["id"])


@pytest.fixture(scope="module")
def person(browser: Any, concord: Concord, link: str) -> Iterator[Person]:
    one = Person(browser, concord.url)
    one.come_in(link, "Tara")
    yield one
    assert one.errors == []
    one.close()


def stored(concord: Concord, project: int) -> list[int]:
    """The tasks of every answer, counted in the database."""
    told = concord.manage(
        "shell",
        "-v0",
        "-c",
        "from labeling.models import Annotation; "
        f"print(sorted(Annotation.objects.filter(task__round__project={project}).values_list('task_id', flat=True)))",
    )
    return list(json.loads(told.strip().splitlines()[-1]))


def test_offline_and_back_every_answer_is_stored_exactly_once(
    person: Person, concord: Concord, project: int
) -> None:
    page = person.open(f"/projects/{project}/label/")
    page.wait_for_selector(".msg")
    page.wait_for_load_state("networkidle")  # the next item is there, too
    person.context.set_offline(True)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_selector('[data-notice="offline"]')
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    until(lambda: len(page.evaluate(KEPT)) == 2, page, what="two answers in the browser's database")
    assert stored(concord, project) == []
    waiting = page.evaluate(KEPT)

    page.close()  # the window is closed on the train, and opened again at home
    person.context.set_offline(False)
    page = person.page = person.context.new_page()
    page.goto(f"{person.url}/projects/{project}/label/")
    until(lambda: page.evaluate(KEPT) == [], page, what="the answers to leave the device")
    assert stored(concord, project) == sorted(waiting)


def test_an_answer_whose_acknowledgment_was_lost_is_not_stored_twice(
    person: Person, concord: Concord, project: int
) -> None:
    before = stored(concord, project)
    page = person.page
    page.goto(f"{person.url}/projects/{project}/label/")
    page.wait_for_selector(".msg")
    lost: list[str] = []

    def lose(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.request.headers["idempotency-key"])
        route.fetch()
        route.abort()

    page.route("**/annotations*", lose)
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    until(lambda: bool(lost) and page.evaluate(KEPT) == [], page, what="the answer to be acknowledged")
    page.unroute("**/annotations*")
    after = stored(concord, project)
    assert len(after) == len(before) + 1
    assert len(set(after)) == len(after)


def test_a_page_of_many_is_finished_offline_and_sent_once_when_back(
    person: Person, concord: Concord, project: int
) -> None:
    before = len(stored(concord, project))
    page = person.page
    page.goto(f"{person.url}/projects/{project}/grid/")
    page.wait_for_selector(".gtile")
    page.wait_for_load_state("networkidle")
    left = page.locator(".gtile").count()
    person.context.set_offline(True)
    page.focus("#tiles")
    page.keyboard.press("Control+a")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    until(lambda: len(page.evaluate(KEPT)) == left, page, what="the page's answers in the browser's database")
    person.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(lambda: page.evaluate(KEPT) == [], page, within_s=60, what="the answers to leave the device")
    assert len(stored(concord, project)) == before + left
