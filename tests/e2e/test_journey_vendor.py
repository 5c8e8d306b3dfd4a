"""A vendor's team on a whole Concord: its lead from the invitation to the statement, and a person who sees nothing else."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from django.urls import get_resolver

from tests.e2e.harness.chromium import MARKS
from tests.e2e.harness.concord import Concord
from tests.e2e.harness.people import Person, until
from tests.e2e.harness.script import Script
from tests.e2e.harness.tokens import token_of
from tests.e2e.test_journey_review import MESSAGES, member, project_of_three
from tests.e2e.test_pages import addresses

pytestmark = MARKS
REASON = "Money back is a refund, not a delivery."
MISSING = 987_654_321


@dataclass
class Stage:
    script: Script
    project: int
    team: int
    lead: Person
    expert: Person
    manager: Person


@pytest.fixture
def stage(browser: Any, concord: Concord, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """A vendor with a round of three messages; its lead came by the manager's link."""
    mail = f"{request.node.name[:30].replace('_', '-')}@vendor.example"
    concord.new_account(mail, "--admin")
    script = Script(concord.url, token_of(concord, mail))
    project = project_of_three(script)
    name = request.node.name[5:15].title().replace("_", "")
    team = int(script.post("/api/v1/teams/", {"name": f"Line {name}", "kind": "outsourced"}, 201)["id"])
    shares = {"places_per_task": 1, "teams": [{"team": team, "places": 1}], "repeats_items": True}
    manager = member(browser, concord, script, project, f"Mara{name}", "manager")
    expert = member(browser, concord, script, project, f"Exa{name}", "expert")
    script.post(f"/api/v1/projects/{project}/rounds/", {"name": "Week 1", **shares}, 201)
    page = manager.open(f"/projects/{project}/members/")
    page.select_option("form:has([value=invite]) [name=role]", "vendor_lead")
    page.select_option("form:has([value=invite]) [name=team]", str(team))
    manager.press_button("form:has([value=invite]) button.primary")
    lead = Person(browser, concord.url)
    lead.come_in(page.locator("code").first.inner_text(), "Lena", f"lena-{team}@vendor.example")
    yield Stage(script, project, team, lead, expert, manager)
    for person in (lead, expert, manager):
        person.close()


def invited(browser: Any, stage: Stage, name: str) -> Person:
    """Somebody who came by the link that the lead just made."""
    page = stage.lead.open(f"/projects/{stage.project}/team/")
    stage.lead.press_button("button[value=invite]")
    person = Person(browser, stage.lead.url)
    person.come_in(page.locator("#made").inner_text(), name, f"{name.lower()}-{stage.team}@vendor.example")
    return person


def labeled(person: Person, project: int, key: str, tasks: int, opened: str = "") -> None:
    page = person.open(f"/projects/{project}/label/{opened}")
    for _ in range(tasks):
        page.wait_for_selector(".msg")
        shown = page.locator(".msg").first.inner_text()
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        until(lambda before=shown: before not in page.locator("main").inner_text(), page)  # type: ignore[misc]
    page.wait_for_load_state("networkidle")


def checked(stage: Stage, key: str) -> None:
    """The manager draws the whole batch by the plan, the expert labels it."""
    page = stage.manager.open(f"/projects/{stage.project}/deliveries/")
    stage.manager.press_button("table.table tbody tr a")
    page.select_option("[name=quality]", "0.01")
    page.select_option("[name=level]", "III")
    stage.manager.press_button("form#plan button")
    assert "Check 3 items. Accept the batch if at most 0 are wrong." in page.inner_text("main")
    assert "Code letter B" in page.inner_text("main")
    stage.manager.press_button("button[value=draw]")
    assert "0 of 3 are labeled" in page.inner_text("main")
    labeled(stage.expert, stage.project, key, 3)
    assert "Week 1" not in stage.expert.page.content(), "the expert is not told whose batch it is"
    stage.manager.page.reload()
    assert "3 of 3 are labeled" in page.inner_text("main")


def test_a_lead_goes_from_the_invitation_to_the_statement(browser: Any, stage: Stage) -> None:
    lead, project = stage.lead, stage.project
    person, other = invited(browser, stage, "Pia"), invited(browser, stage, "Omar")
    page = lead.open(f"/projects/{project}/team/")
    with page.expect_navigation():
        page.get_by_role("button", name="Remove Omar").click()
    assert other.page.goto(f"{lead.url}/projects/{project}/label/").status == 404
    other.close()

    labeled(person, project, "1", len(MESSAGES))
    page = lead.open(f"/projects/{project}/team/")
    assert "3 / 3" in page.inner_text("main")
    lead.press_button("button[value=sign]")
    assert "3 items are signed off." in page.inner_text("main")

    checked(stage, "2")
    desk = stage.manager.page
    assert "The sample says: return" in desk.inner_text("main")
    desk.fill("[name=reason]", REASON)
    stage.manager.press_button("button[value=conclude]")
    page = lead.open(f"/projects/{project}/team/")
    said = page.inner_text("main")
    assert "3 of 3 checked were wrong; at most 0 may be." in said
    assert REASON in said
    assert "0 of 3" in said, "right when checked"
    page.get_by_text("Which, and in which way").click()
    assert page.get_by_text("another class").count() == 3
    page = lead.open(f"/projects/{project}/vendors/{stage.team}/statement/")
    assert "Nothing was accepted yet" in page.inner_text("main")

    for _ in MESSAGES:
        page = person.open(f"/projects/{project}/changes/")
        person.press_button(".nextact a.primary")
        person.page.wait_for_selector(".msg")
        person.page.keyboard.press("2")
        person.page.keyboard.press("Enter")
        person.page.wait_for_load_state("networkidle")
        person.page.wait_for_timeout(500)
    page = person.open(f"/projects/{project}/changes/")
    assert page.get_by_text("A batch was returned").count() == 0
    page = lead.open(f"/projects/{project}/team/")
    lead.press_button("button[value=sign]")
    checked(stage, "2")
    assert "The sample says: accept" in desk.inner_text("main")
    stage.manager.press_button("button[value=conclude]")

    desk.goto(f"{lead.url}/projects/{project}/vendors/{stage.team}/statement/")
    desk.fill("[name=per_item]", "0.25")
    desk.fill("[name=starts_on]", "2026-01-01")
    stage.manager.press_button("button:has-text('Set the rates')")
    page = lead.open(f"/projects/{project}/team/")
    assert "accepted" in page.inner_text("main")
    lead.press_button("a:has-text('Statement of work')")
    said = page.inner_text("main")
    assert "0.75 EUR" in said
    assert "Week 1 · 2" in said
    assert "Week 1 · 1" not in said, "what was returned is in no statement"
    assert page.locator("[name=per_item]").count() == 0
    with page.expect_download() as file:
        page.get_by_role("link", name="CSV").click()
    lines = file.value.path().read_text().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("Week 1,2,")
    assert lines[1].endswith(",EUR,0.25,0.00,0.75")
    person.close()


def plain(body: bytes) -> bytes:
    return re.sub(rb'(nonce|value|content|csrf[^ ]*)=(["\'])[A-Za-z0-9+/=_-]{20,}\2', b"", body)


def test_a_vendors_person_sees_nothing_else_and_is_out_within_a_minute(browser: Any, stage: Stage) -> None:
    """Every page, file and search that has numbers in its address: with those of others, and with numbers of nothing.

    The API's addresses are walked in tests/api/test_vendors.py, with the statements that each refusal takes.
    """
    project, script = stage.project, stage.script
    person = invited(browser, stage, "Pia")
    dataset = script.get(f"/api/v1/projects/{project}/")["dataset"]
    item = script.get(f"/api/v1/datasets/{dataset}/items/")["results"][0]["id"]
    hidden = {"name": "Zzround", "places_per_task": 1, "repeats_items": True}
    others = int(script.post(f"/api/v1/projects/{project}/rounds/", hidden, 201)["id"])
    elsewhere = project_of_three(script)
    numbers = {"item_id": item, "round_id": others, "dataset_id": dataset, "project_id": elsewhere}
    tried = 0
    own = {"projects/<int:project_id>/label/", "projects/<int:project_id>/changes/"}
    for _name, address in addresses(get_resolver("labeling.config.urls")):
        names = re.findall(r"<int:(\w+)>", address)
        if not names or re.search(r"<(?!int:)", address):
            continue
        filled = {name: numbers.get(name, 1) for name in names}

        def path(values: dict[str, int], form: str = address) -> str:
            return "/" + re.sub(r"<int:(\w+)>", lambda match: str(values[match[1]]), form)

        found = person.context.request.get(person.url + path(filled), max_redirects=0)
        nothing = person.context.request.get(
            person.url + path(dict.fromkeys(names, MISSING)), max_redirects=0
        )
        assert (found.status, plain(found.body())) == (nothing.status, plain(nothing.body())), address
        assert found.status in (302, 403, 404, 405), address
        if "project_id" in names and address not in own:
            within = person.context.request.get(
                person.url + path(filled | {"project_id": project}), max_redirects=0
            )
            body = within.body().decode("utf-8", "replace")
            assert within.status != 200 or not re.search(r"Mara\w+|Exa\w+|Zzround", body), address
        tried += 1
    assert tried > 30

    page = person.open("/")
    assert not re.search(r"Mara\w+|Exa\w+|Zzround", page.content())
    for search in (f"/projects/{project}/items/?q=parcel", f"/datasets/{dataset}/items/?q=parcel"):
        assert person.context.request.get(person.url + search).status == 404

    page = person.open(f"/projects/{project}/label/")
    page.wait_for_selector(".msg")
    stage.lead.open(f"/projects/{project}/team/")
    with stage.lead.page.expect_navigation():
        stage.lead.page.get_by_role("button", name="Remove Pia").click()
    removed = time.monotonic()
    for address in (
        f"/projects/{project}/label/",
        f"/projects/{project}/changes/",
        f"/projects/{project}/team/",
    ):
        until(
            lambda to=address: person.context.request.get(person.url + to).status == 404,  # type: ignore[misc]
            page,
            within_s=60,
        )
    assert time.monotonic() - removed < 60
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1000)
    batches = stage.lead.open(f"/projects/{project}/team/").inner_text("main")
    assert "0 / 3" in batches, "what was in hand when they left is not theirs to give any more"
    person.close()
