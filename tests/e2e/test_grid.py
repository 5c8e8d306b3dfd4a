"""Two hundred pictures on one page, painted by key and sent: each is stored exactly once, as an answer of its own."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator
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
MANY = 200
CLASSES = [{"code": 1, "name": "cat"}, {"code": 2, "name": "dog"}, {"code": 3, "name": "neither"}]
PAINTED = """() => { const all = [...document.querySelectorAll('.gtile img')];
    return all.length === 200 && all.every(one => one.complete && one.naturalWidth > 0) ? performance.now() : null }"""


def picture(number: int) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((640, 480), 20 + number % 60).convert("RGB").save(file, "JPEG", quality=80)
    return file.getvalue()


@pytest.fixture(scope="module")
def link(concord: Concord) -> str:
    return concord.new_account("grid-manager@stage.example", "--admin")


@pytest.fixture(scope="module")
def script(concord: Concord, link: str) -> Script:
    return Script(concord.url, token_of(concord, "grid-manager@stage.example"))


@pytest.fixture(scope="module")
def project(script: Script) -> int:
    """A project over two hundred pictures, each asked of one person."""
    dataset = script.post("/api/v1/datasets/", {"name": "Pets"}, 201)["id"]
    assets = [script.upload("/api/v1/assets/", f"{at}.jpg", picture(at), 201)["sha256"] for at in range(MANY)]
    items = [
        {"key": f"p{at}", "parts": [{"role": "image", "sha256": sha256}]} for at, sha256 in enumerate(assets)
    ]
    script.post(f"/api/v1/datasets/{dataset}/items/", {"items": items}, 200)
    question = {"key": "pet", "prompt": "Which pet?", "label_type": "choice", "spec": {"classes": CLASSES}}
    made = script.post(
        "/api/v1/projects/", {"dataset": dataset, "name": "Pets", "questions": [question]}, 201
    )
    script.post(f"/api/v1/projects/{made['id']}/rounds/", {"name": "All", "places_per_task": 1}, 201)
    return int(made["id"])


@pytest.fixture
def person(browser: Any, concord: Concord, link: str) -> Iterator[Person]:
    one = Person(browser, concord.url, viewport={"width": 1440, "height": 900})
    one.come_in(link, "Gita")
    yield one
    assert one.errors == []
    one.close()


def test_two_hundred_pictures_are_painted_by_key_and_stored_once_each(
    person: Person, concord: Concord, project: int
) -> None:
    page = person.open(f"/projects/{project}/grid/")
    page.wait_for_selector(".gtile")
    page.select_option("#grid-size", "200")
    page.wait_for_function(PAINTED, timeout=60_000)
    page.goto(f"{person.url}/projects/{project}/grid/?size=200")
    page.wait_for_function(PAINTED, timeout=30_000)
    page.focus("#tiles")
    page.keyboard.press("1")
    page.keyboard.press("2")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("3")
    assert page.locator(".gtile.painted").count() == 5
    page.keyboard.press("z")
    assert page.locator(".gtile.painted").count() == 2
    page.keyboard.press("y")
    page.keyboard.press("e")
    page.keyboard.press("1")
    assert page.locator(".gtile.painted").count() == MANY
    page.keyboard.press("Enter")
    until(
        lambda: stored(concord, project).total() == MANY, page, within_s=60, what="all answers to be stored"
    )
    assert stored(concord, project) == Counter({1: MANY - 4, 2: 1, 3: 3})
    page.wait_for_selector("text=Everything is labeled")
    assert page.locator(".gtile").count() == 0


def stored(concord: Concord, project: int) -> Counter[int]:
    """Answers by class, counted in the database."""
    told = concord.manage(
        "shell",
        "-v0",
        "-c",
        "from labeling.models import Answer; "
        f"print([a.value['class'] for a in Answer.objects.filter(question__project={project})])",
    )
    return Counter(json.loads(told.strip().splitlines()[-1]))
