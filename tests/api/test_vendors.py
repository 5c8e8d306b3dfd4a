"""What a vendor's people see of a project: every GET there is, looking for anything of anybody else's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from labeling.models import Annotation, Place, Review, Round, Task
from labeling.selectors.access import project_for
from labeling.services import deliveries, desk, members, rounds
from metadata.models import Identity, Item, Team
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import accounts
from tests.api.calls import address_of, plain, send
from tests.api.table import ROWS, Row
from tests.api.world import MISSING, Side, World, part_of, taken_back
from tests.conftest import member

pytestmark = pytest.mark.django_db
GETS: Final = [row for row in ROWS if row.operation.method == "GET"]
WORKERS: Final = ("lead", "person")
# The one thing that a number in these addresses does not name is an invitation or a study, known by its secret.
ABOUT_SOMETHING: Final = [
    row for row in ROWS if re.search(r"\{\w+_id\}", row.operation.address) and row.foreign not in ("-", "200")
]
# What everybody may say of themselves or of the service; no project is in the address.
SECRET: Final = re.compile(r"Zz\w+|\b(?:admin|manager|expert|labeler|crowd_worker|outsider)@example\.org")


@pytest.fixture
def stage(world: World) -> Iterator[dict[str, Any]]:
    """Names that cannot be taken for words of a page, and a round and a batch of others beside the vendor's."""
    with taken_back():
        project_id = world.own.project.pk
        for who in ("admin", "manager", "expert", "labeler", "crowd_worker", "outsider"):
            Identity.objects.filter(agent_id=world.cast[who].agent_id).update(name=f"Zz{who}")
        team = Team.objects.create(name="Zzrivals", kind="outsourced")
        rival = member("zzrival")
        members.add_member(project_id, rival.agent_id, "vendor_lead", team.pk, by=None)
        Identity.objects.filter(agent_id=rival.agent_id).update(name="Zzrival")
        rounds.open_round(
            project_id,
            name="Zzround",
            places_per_task=2,
            teams=[(team.pk, 1), (None, 1)],
            repeats_items=True,
            by=None,
        )
        lead = world.cast.vendor_lead
        person = Identity.objects.get(agent_id=world.own.ids["vendors_person_id"])
        _, bearer = accounts.create_token(person.agent_id, "test", ("read", "label", "write"), 3, by=None)
        browser = Client()
        browser.force_login(person)
        yield {
            "project": project_id,
            "lead": (lead.agent_id, lambda is_api: lead.api if is_api else lead.browser),
            "person": (
                person.agent_id,
                lambda is_api: Client(headers={"authorization": f"Bearer {bearer}"}) if is_api else browser,
            ),
        }


@pytest.mark.parametrize("row", GETS, ids=lambda row: row.operation.address)
def test_a_page_or_answer_names_nobody_else_and_a_refusal_tells_nothing(
    world: World, stage: dict[str, Any], row: Row
) -> None:
    wrong = []
    for who in WORKERS:
        _, client_for = stage[who]
        client = client_for(row.operation.is_api)
        answer = send(client, row.operation, world, world.own, "vendor_lead")
        told = plain(answer).decode("utf-8", "replace")
        if answer.status_code == 200:
            if found := SECRET.findall(told):
                wrong.append(f"{who}: {found}")
            if answer.headers["Content-Type"].startswith("application/json"):
                wrong += [f"{who}: {one}" for one in strangers(json.loads(told), world, stage)]
        elif "{" in row.operation.address and "token" not in row.operation.address:
            missing = send(client, row.operation, world, world.missing, "vendor_lead")
            if answer.status_code in (403, 404) and (
                (answer.status_code, plain(answer)) != (missing.status_code, plain(missing))
            ):
                wrong.append(
                    f"{who}: {answer.status_code} is told from a missing one's {missing.status_code}"
                )
    assert not wrong, f"{row.operation}\n" + "\n".join(wrong)


def counted(client: Client, row: Row, world: World, side: Side, address: str) -> tuple[int, bytes, int]:
    """Status, text without its nonces, and how many statements it took."""
    ran: list[str] = []

    def noted(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not str(sql).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            ran.append(str(sql))
        return execute(sql, params, many, context)

    with taken_back(), connection.execute_wrapper(noted):
        answer = send(client, row.operation, world, side, "vendor_lead", address=address)
        return answer.status_code, plain(answer), len(ran)


@pytest.mark.parametrize("row", ABOUT_SOMETHING, ids=lambda row: str(row.operation))
def test_a_foreign_number_is_told_from_a_missing_one_neither_by_words_nor_by_time(
    world: World, stage: dict[str, Any], row: Row
) -> None:
    """Every method of every address, with the numbers of a project of others and with numbers of nothing."""
    for who in WORKERS:
        client = stage[who][1](row.operation.is_api)
        foreign, missing = (
            address_of(row.operation, world, side, "vendor_lead") for side in (world.foreign, world.missing)
        )
        counted(client, row, world, world.foreign, foreign)  # what is kept from the first call on
        found = counted(client, row, world, world.foreign, foreign)
        nothing = counted(client, row, world, world.missing, missing)
        assert found[0] in (403, 404, 405, 422), f"{who} {row.operation}: {found[0]}"
        assert found == nothing, f"{who} {row.operation}"


def strangers(body: Any, world: World, stage: dict[str, Any], key: str = "") -> Iterator[str]:
    """Numbers of people, rounds and items that are none of the vendor's."""
    if isinstance(body, dict):
        for name, value in body.items():
            yield from strangers(value, world, stage, name)
    elif isinstance(body, list):
        for value in body:
            yield from strangers(value, world, stage, key)
    elif key in ("agent", "agent_id") and body not in (stage["lead"][0], stage["person"][0]):
        yield f"agent {body}"
    elif key in ("round", "round_id") and body != world.own.ids["round_id"]:
        yield f"round {body}"


@pytest.mark.parametrize("who", WORKERS)
def test_what_others_have_in_the_same_project_is_as_good_as_missing(
    world: World, stage: dict[str, Any], who: str
) -> None:
    """Others' tasks, answers, parts, rounds, batches and items, each by its true number, beside one that never was."""
    agent, client_for = stage[who]
    project = stage["project"]
    other_round = Round.objects.get(name="Zzround")
    other_task = Task.objects.filter(round=other_round).first()
    assert other_task is not None
    others = Annotation.objects.exclude(agent_id=agent).filter(task__round__project_id=project)
    api = "/api/v1"
    tried = {
        f"{api}/rounds/%s/": other_round.pk,
        f"{api}/tasks/%s/parts/{part_of(other_task.pk)}/": other_task.pk,
        f"{api}/tasks/{other_task.pk}/parts/%s/": part_of(other_task.pk),
        f"{api}/items/%s/": Item.objects.filter(dataset=world.own.dataset).values_list("pk", flat=True)[0],
        f"{api}/projects/{project}/answers/own?task=%s": other_task.pk,
        f"{api}/projects/{project}/examples/%s/": part_of(other_task.pk),
        f"/projects/{project}/review/%s/": other_task.pk,
        f"/projects/{project}/label/?task=%s": other_task.pk,
        f"/projects/{project}/review/{other_task.pk}/correct/%s/": others.values_list("pk", flat=True)[0],
        f"/projects/{project}/items/?q=%s": "hello",
    }
    for address, number in tried.items():
        client = client_for(address.startswith(api))
        client.get(address % number)
        with CaptureQueriesContext(connection) as ran:
            found = client.get(address % number)
        with CaptureQueriesContext(connection) as ran_for_nothing:
            missing = client.get(address % MISSING)
        told = (found.status_code, plain(found))
        same = (missing.status_code, plain(missing))
        assert found.status_code in (404, 200), address
        if found.status_code == 404:
            assert told == same, address
            assert len(ran) == len(ran_for_nothing), address
        else:
            assert missing.status_code == 200, address
            assert SECRET.search(told[1].decode()) is None, address


def test_the_figures_of_a_vendors_person_move_with_nobody_elses_work(
    world: World, stage: dict[str, Any]
) -> None:
    """Progress on the label page and on the first page, and the reason why there is no task."""
    _, client_for = stage["person"]
    project = stage["project"]

    def seen() -> tuple[bytes, ...]:
        pages = ("/", f"/projects/{project}/label/")
        shown = [client_for(False).get(page).content for page in pages]
        return tuple(re.sub(rb'nonce="[^"]*"|csrf\w*" value="[^"]*"|"[\w-]{64}"', b"", one) for one in shown)

    before = seen()
    labeler = Caller(world.cast.labeler.agent_id, False, ALL_SCOPES)
    given = desk.claim(labeler, project, holding=[world.own.tasks["labeler"]])
    assert isinstance(given, desk.ClaimedTask)
    Place.objects.filter(pool__round__project_id=project, pool__team=None, taken=0, held=0).update(wanted=1)
    rounds.open_round(project, name="Zzmore", places_per_task=1, repeats_items=True, by=None)
    assert seen() == before


def test_who_is_taken_out_by_the_lead_has_nothing_from_the_next_call_on(
    world: World, stage: dict[str, Any]
) -> None:
    """Sessions, tokens and links to media alike: what worked a moment ago is as good as missing."""
    agent, client_for = stage["person"]
    project = stage["project"]
    shares = [(world.own.ids["vendor_id"], 1)]
    rounds.open_round(project, name="More", places_per_task=1, teams=shares, repeats_items=True, by=None)
    given = (
        client_for(True).post(f"/api/v1/projects/{project}/claim", {}, content_type="application/json").json()
    )
    media = next(part["url"] for part in given["task"]["item"]["parts"] if part["url"])
    assert client_for(True).get(media).status_code == 200
    lead = stage["lead"][1](True)
    assert lead.delete(f"/api/v1/projects/{project}/team/people/{agent}/").status_code == 204
    for address in (media, f"/api/v1/projects/{project}/", f"/api/v1/projects/{project}/answers/own"):
        assert client_for(True).get(address).status_code == 404, address
    for address in (f"/projects/{project}/label/", f"/projects/{project}/changes/", media):
        assert client_for(False).get(address).status_code == 404, address
    assert Review.objects.filter(agent_id=agent).count() == 0
    assert lead.delete(f"/api/v1/projects/{project}/team/people/{agent}/").status_code == 404


def test_a_lead_learns_of_wrong_items_in_which_way_and_never_by_whom(
    world: World, stage: dict[str, Any]
) -> None:
    access = project_for(Caller(stage["lead"][0], False, ALL_SCOPES), stage["project"])
    made = deliveries.sign_off(access, world.own.ids["pool_id"], by=stage["lead"][0])
    task = made.tasks.values_list("task_id", flat=True)[0]
    deliveries.begin_check(made.pk, [task], plan={}, tolerated=0, seed=1, by=world.cast.manager.agent_id)
    words = [{"prompt": "What is it about?", "kind": "class"}]
    deliveries.decide(
        made.pk, [(task, True, words)], reason="Read to the end.", by=world.cast.manager.agent_id
    )
    shown = stage["lead"][1](False).get(f"/projects/{stage['project']}/team/").content.decode()
    assert "Read to the end." in shown
    assert "another class" in shown
    assert SECRET.search(shown) is None
