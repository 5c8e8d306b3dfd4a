"""Every page of the product, as everybody who may open it: axe finds nothing, in light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

pytest.importorskip("playwright.sync_api")

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.pages import ACTION, CONSOLE, FILE, FRAGMENT, NO_PAGES, PAGES, PageSeen
from tests.e2e.harness.people import Person
from tests.e2e.harness.scene import Scene

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
EVERY_PAGE = (*PAGES, *CONSOLE)
pytestmark = MARKS
needs_axe = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci")
FOUND = """async () => (await axe.run()).violations.flatMap(
    one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 200)} ${node.any.map(any => any.message).join(' ')}`)
)"""


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, str]]:
    """Each address and its name. The API has no pages; of the admin console one page of each kind is looked at."""
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if path.startswith(("api/", "admin/")):
            continue
        if isinstance(one, URLResolver):
            yield from addresses(one, path)
        elif isinstance(one, URLPattern):
            yield str(one.name), path


def test_every_address_is_a_page_that_is_looked_at_or_known_to_be_none() -> None:
    known = {name for name, _ in addresses(get_resolver())} | {"schema"}
    listed = {page.name for page in PAGES}
    assert listed | set(NO_PAGES) == known
    assert not listed & set(NO_PAGES)


def test_pages_have_titles_of_their_own() -> None:
    slugs = [page.slug for page in EVERY_PAGE]
    assert len(set(slugs)) == len(slugs)


def look(
    browser: Any, scene: Scene, states: Mapping[str, Any], page: PageSeen, role: str, **context: Any
) -> list[str]:
    """What axe finds on a page, and whatever hangs out of it, in light and in dark."""
    person = Person(browser, scene.url, storage_state=states[role], **context)
    found: list[str] = []
    status = person.look_at(page, scene)
    if status != 200:
        found.append(f"it answers {status}")
    for scheme in ("light", "dark"):
        person.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        person.page.evaluate(AXE.read_text(encoding="utf-8"))
        found += [f"{scheme}: {one}" for one in person.page.evaluate(FOUND)]
    if person.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
        found.append("it is wider than the window")
    person.close()
    return [f"{page.title} as {role or 'nobody'}: {one}" for one in found]


@needs_axe
@pytest.mark.parametrize("page", EVERY_PAGE, ids=[page.slug for page in EVERY_PAGE])
def test_axe_finds_nothing_on_a_page_as_anybody_who_may_open_it(
    browser: Any, scene: Scene, states: Mapping[str, Any], page: PageSeen
) -> None:
    found = [one for role in page.who for one in look(browser, scene, states, page, role)]
    assert found == []


@needs_axe
@pytest.mark.parametrize("page", PAGES, ids=[page.slug for page in PAGES])
def test_axe_finds_nothing_on_a_phone_and_no_page_is_wider_than_it(
    browser: Any, scene: Scene, states: Mapping[str, Any], page: PageSeen
) -> None:
    phone: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    assert look(browser, scene, states, page, page.who[-1], **phone) == []


@pytest.mark.parametrize("name", sorted(NO_PAGES))
def test_what_is_listed_as_no_page_is_none(
    browser: Any, scene: Scene, states: Mapping[str, Any], name: str
) -> None:
    person = Person(browser, scene.url, storage_state=states["admin"])
    path = address_in(scene, name)
    answer = person.context.request.get(scene.url + path)
    kind = NO_PAGES[name]
    if kind == ACTION:
        assert answer.status == 405
    elif kind == FRAGMENT:
        assert answer.status == 200
        assert "<html" not in answer.text()
    else:
        assert kind == FILE
        assert answer.status == 200
        assert not answer.headers["content-type"].startswith("text/html")
    person.close()


def address_in(scene: Scene, name: str) -> str:
    """The address with numbers of the scene in it."""
    known = {
        "project_id": scene.pictures.project,
        "dataset_id": scene.pictures.dataset,
        "batch_id": scene.batch,
        "job_id": scene.votes_job,
        "asset_id": 1,
        "file_id": 1,
        "agent_id": 1,
        "token_id": 1,
        "round_id": 1,
        "task_id": scene.reviewed.task,
        "review_id": 1,
        "link_id": scene.study.id,
        "vendor_id": scene.vendor,
    }
    wanted = next(iter(get_resolver().reverse_dict.getlist(name)))[0][0][1]
    if {"link_id", "vendor_id"} & set(wanted):
        known["project_id"] = scene.messages.project
    return reverse(name, kwargs={key: known[key] for key in wanted})
