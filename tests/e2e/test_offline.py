"""The network goes and comes back: what was loaded is finished, kept on the device, and stored exactly once."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image

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


@pytest.fixture(scope="module")
def pictures(script: Script) -> int:
    """Eight pictures to draw boxes on, each asked of one person."""
    dataset = script.post("/api/v1/datasets/", {"name": "Pictures on the train"}, 201)["id"]
    assets = [script.upload("/api/v1/assets/", f"{at}.png", picture(at), 201)["sha256"] for at in range(8)]
    items = [{"key": f"p{at}", "parts": [{"role": "image", "sha256": one}]} for at, one in enumerate(assets)]
    script.post(f"/api/v1/datasets/{dataset}/items/", {"items": items}, 200)
    question = {"key": "where", "prompt": "Where?", "label_type": "box", "spec": {"classes": CLASSES}}
    made = script.post(
        "/api/v1/projects/", {"dataset": dataset, "name": "Boxes", "questions": [question]}, 201
    )
    script.post(f"/api/v1/projects/{made['id']}/rounds/", {"name": "All", "places_per_task": 1}, 201)
    return int(made["id"])


def picture(number: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (320, 240), (30 * number, 90, 160)).save(file, "PNG")
    return file.getvalue()


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


def answer_by_key(page: Any) -> None:
    page.keyboard.press("1")
    page.keyboard.press("Enter")


def answer_by_drawing(page: Any) -> None:
    page.wait_for_function("() => document.querySelector('.picture')?.naturalWidth === 320")
    place = page.locator(".picture").bounding_box()
    page.mouse.move(place["x"] + place["width"] * 0.3, place["y"] + place["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 0.5, place["y"] + place["height"] * 0.5)
    page.mouse.move(place["x"] + place["width"] * 0.6, place["y"] + place["height"] * 0.7)
    page.mouse.up()
    page.locator("#left [role=option]").first.wait_for()
    page.keyboard.press("Enter")


def test_what_was_taken_along_is_answered_offline_and_stored_once_each(
    person: Person, script: Script, concord: Concord, project: int, pictures: int
) -> None:
    dataset = script.post("/api/v1/datasets/", {"name": "Further on the train"}, 201)["id"]
    items = [{"key": f"f{at}", "text": f"Another sentence {at}"} for at in range(8)]
    script.post(f"/api/v1/datasets/{dataset}/items/", {"items": items}, 200)
    question = {"key": "ok", "prompt": "Is it fine?", "label_type": "choice", "spec": {"classes": CLASSES}}
    plain = script.post(
        "/api/v1/projects/", {"dataset": dataset, "name": "Further", "questions": [question]}, 201
    )
    script.post(f"/api/v1/projects/{plain['id']}/rounds/", {"name": "All", "places_per_task": 1}, 201)
    there_and_back(person, concord, int(plain["id"]), ".msg", answer_by_key)
    there_and_back(person, concord, pictures, ".picture", answer_by_drawing)


def there_and_back(
    person: Person, concord: Concord, project: int, shown: str, answer: Callable[[Any], None]
) -> None:
    """Takes five items along beside the two that are there, answers all without a network, and comes back."""
    person.page.close()
    page = person.page = person.context.new_page()
    page.goto(f"{person.url}/projects/{project}/label/")
    page.wait_for_selector(shown)
    page.wait_for_load_state("networkidle")
    page.locator("#along").click()
    page.locator("dialog button", has_text="5 items").click()
    page.wait_for_function("() => document.querySelector('#along .count').textContent === '6'")
    person.context.set_offline(True)
    for number in range(1, 7):
        answer(page)
        until(lambda n=number: len(page.evaluate(KEPT)) == n, page, what="an answer on the device")  # type: ignore[misc]
    waiting = page.evaluate(KEPT)
    assert len(set(waiting)) == 6
    assert stored(concord, project) == []
    person.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    until(lambda: page.evaluate(KEPT) == [], page, within_s=60, what="the answers to leave the device")
    assert stored(concord, project) == sorted(waiting)
    answer(page)
    until(lambda: len(stored(concord, project)) == 7, page, what="the next answer, online again")
