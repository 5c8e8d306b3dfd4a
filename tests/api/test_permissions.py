"""Who may do what, everywhere: the table in permissions.txt against the running product.

Nothing is recorded: a row is written by hand from what a role is for, and an address without one fails.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from metadata.models import ApiToken
from metadata.services import accounts
from tests.api.calls import Operation, plain, send
from tests.api.table import API, COLUMNS, ROWS, Row
from tests.api.world import ROLES, Side, World, expire, fingerprint, part_of, taken_back

pytestmark = pytest.mark.django_db
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


def told(answer: Any) -> str:
    """An answer's status as the table writes it."""
    if answer.status_code == 302 and answer["Location"].startswith("/sign-in/?next="):
        return "sign-in"
    return str(answer.status_code)


def _asked(world: World, client_of: Any, row: Row, who: str, side: Side) -> tuple[str, bytes]:
    client = client_of(who, row.operation)
    with taken_back(read_only=row.operation.method == "GET"):
        answer = send(client, row.operation, world, side, who)
        return told(answer), plain(answer)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row.operation))
def test_everybody_gets_what_the_table_says(world: World, client_of: Any, row: Row) -> None:
    """Reads run in a transaction that may not write: a GET that changes something fails here."""
    wrong = []
    for who, wanted in row.own.items():
        got, body = _asked(world, client_of, row, who, world.own)
        if got not in wanted.split("/"):
            wrong.append(f"{who}: {got} for {wanted}: {body[:300]!r}")
    if row.foreign_admin != "-":
        got, body = _asked(world, client_of, row, "admin", world.foreign)
        if got != row.foreign_admin:
            wrong.append(f"admin, foreign: {got} for {row.foreign_admin}: {body[:300]!r}")
    missing: tuple[str, bytes] | None = None
    for who in ROLES[1:] if row.foreign != "-" else ():
        got, body = _asked(world, client_of, row, who, world.foreign)
        if got not in row.foreign.split("/"):
            wrong.append(f"{who}, foreign: {got} for {row.foreign}: {body[:300]!r}")
        if got == "404" and (who in ("manager", "labeler") or row.operation.is_api):
            missing = missing or _asked(world, client_of, row, who, world.missing)
            if (got, body) != missing:
                wrong.append(f"{who}: a foreign one is told from a missing one: {body!r} and {missing!r}")
            missing = missing if row.operation.is_api else None  # a page also shows who looks at it
    assert not wrong, f"{row.operation}\n" + "\n".join(wrong)


@pytest.mark.parametrize("address", sorted({row.operation.address for row in ROWS}))
def test_a_method_without_a_row_is_refused(world: World, client_of: Any, address: str) -> None:
    listed = {row.operation.method for row in ROWS if row.operation.address == address}
    for method in sorted(set(METHODS) - listed):
        operation = Operation(method, address)
        with taken_back(read_only=True):
            answer = send(client_of("admin", operation), operation, world, world.own, "admin")
            assert answer.status_code == 405, f"{operation}: {answer.status_code}"
            nobody = send(client_of("anonymous", operation), operation, world, world.own, "anonymous")
            assert told(nobody) in ("401", "405", "sign-in"), f"{operation}: {nobody.status_code}"


# --- Tokens ----------------------------------------------------------------------------------------------------------


def _bearer(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"})


@pytest.mark.parametrize("row", API, ids=lambda row: str(row.operation))
def test_a_token_without_the_scope_can_do_nothing(world: World, row: Row) -> None:
    """Tried by the one who may do most, with every other scope; the database refuses whatever were written."""
    who = next(name for name in ("admin", "manager", "labeler", "vendor_lead") if row.own[name][0] == "2")
    scopes = [scope for scope in accounts.SCOPES if scope != row.scope]
    if row.scope == "admin" or (who == "admin" and row.own["manager"][0] != "2"):
        who = "admin"
    elif "admin" in scopes and who != "admin":
        scopes.remove("admin")
    with taken_back():
        _, secret = accounts.create_token(world.cast[who].agent_id, "narrow", scopes, 3, by=None)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        answer = send(_bearer(secret), row.operation, world, world.own, who)
        assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


@pytest.mark.parametrize("row", API, ids=lambda row: str(row.operation))
def test_expired_revoked_and_unknown_tokens_open_nothing(world: World, row: Row) -> None:
    agent_id = world.cast.admin.agent_id
    with taken_back():
        old, expired = accounts.create_token(agent_id, "old", accounts.SCOPES, 3, by=None)
        expire(old)
        gone, revoked = accounts.create_token(agent_id, "gone", accounts.SCOPES, 3, by=None)
        accounts.revoke_token(gone.pk, by=None)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
        for secret in (expired, revoked, "cc_unknown", "", "two words", "ü"):
            answer = send(_bearer(secret), row.operation, world, world.own, "admin")
            assert (answer.status_code, answer.json()["code"]) in (
                (401, "invalid_token"),
                (401, "not_authenticated"),
            ), secret
            assert answer["WWW-Authenticate"] == "Bearer"
    assert ApiToken.objects.filter(pk=old.pk).first() is None


# --- Somebody leaves -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["manager", "expert", "labeler", "vendor_lead", "crowd_worker"])
def test_who_is_removed_from_a_project_gets_nothing_of_it_any_more(
    world: World, client_of: Any, who: str
) -> None:
    """At once, by the sessions and tokens that worked a moment ago, and as if nothing were there."""
    from labeling.services import members

    wrong = []
    with taken_back():
        if who == "manager":
            members.add_member(world.own.project.pk, world.cast.outsider.agent_id, "manager", by=None)
        members.remove_member(world.own.project.pk, world.cast[who].agent_id, by=None)
        for row in ROWS:
            if row.foreign != "404" or "token_id" in row.operation.address:
                continue
            started = who == "manager" and "job_id" in row.operation.address  # a job stays its starter's
            got, _ = _asked(world, client_of, row, who, world.own)
            if got != "404" and not started:
                wrong.append(f"{row.operation}: {got}")
    assert not wrong, "\n".join(wrong)


def test_who_is_shut_out_is_signed_out_everywhere_at_once(world: World, client_of: Any) -> None:
    from metadata.models import Identity

    wrong = []
    with taken_back():
        accounts.deactivate(Identity.objects.get(agent_id=world.cast.manager.agent_id), by=None)
        for row in ROWS:
            if row.own["anonymous"] in ("401", "sign-in"):
                got, _ = _asked(world, client_of, row, "manager", world.own)
                if got != row.own["anonymous"]:
                    wrong.append(f"{row.operation}: {got}")
    assert not wrong, "\n".join(wrong)


# --- Browsers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.operation.method != "GET"], ids=lambda row: str(row.operation)
)
def test_a_browser_needs_the_token_against_forgery(world: World, client_of: Any, row: Row) -> None:
    session = client_of("manager", Operation("GET", "/")).cookies[settings.SESSION_COOKIE_NAME].value
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    with taken_back(read_only=True):
        assert send(client, row.operation, world, world.own, "manager").status_code == 403


@pytest.mark.parametrize(
    "row", [row for row in API if row.operation.method == "GET"], ids=lambda row: str(row.operation)
)
def test_the_api_shows_no_browser_a_page(world: World, row: Row) -> None:
    """What asks for HTML gets what everybody gets, or nothing; never a form to try things with."""
    client = world.cast.admin.api
    client.defaults["HTTP_ACCEPT"] = "text/html"
    answer = send(client, row.operation, world, world.own, "admin")
    assert "html" not in answer.headers.get("Content-Type", "")
    assert b"<form" not in plain(answer)


def test_only_admins_enter_the_admin_console(world: World, client_of: Any) -> None:
    console = Operation("GET", "/admin/")
    assert client_of("admin", console).get("/admin/").status_code == 200
    for who in COLUMNS:
        if who != "admin":
            answer = client_of(who, console).get("/admin/")
            assert told(answer) in ("sign-in", "403"), who


# --- One's own address with something foreign in it ------------------------------------------------------------------

Named = tuple[str, str, Any]
API_V1: Final = "/api/v1"
MIXED: Final[dict[str, Callable[[Side, Side], Named]]] = {
    "a round over items": lambda own, other: (
        "POST",
        f"{API_V1}/projects/{own.project.pk}/rounds/",
        {"name": "x", "items": other.items[:1]},
    ),
    "a round of questions": lambda own, other: (
        "POST",
        f"{API_V1}/projects/{own.project.pk}/rounds/",
        {"name": "x", "questions": [other.ids["question_id"]]},
    ),
    "a run over items": lambda own, other: (
        "POST",
        f"{API_V1}/recipes/{own.ids['recipe_id']}/runs/",
        {"items": other.items[:1]},
    ),
    "items into a batch": lambda own, other: (
        "POST",
        f"{API_V1}/datasets/{own.dataset.pk}/items/",
        {"items": [{"key": "n", "text": "x"}], "batch": other.ids["batch_id"]},
    ),
    "lines into a batch": lambda own, other: (
        "POST",
        f"{API_V1}/datasets/{own.dataset.pk}/imports/lines?batch={other.ids['batch_id']}",
        b'{"key": "n", "text": "x"}',
    ),
    "resolutions of an item": lambda own, other: (
        "GET",
        f"{API_V1}/questions/{own.ids['question_id']}/resolutions/?item={other.ids['item_id']}",
        None,
    ),
    "items of a batch": lambda own, other: (
        "GET",
        f"{API_V1}/datasets/{own.dataset.pk}/items/?batch={other.ids['batch_id']}",
        None,
    ),
    "a version's file": lambda own, other: (
        "GET",
        f"{API_V1}/versions/{own.ids['version_id']}/files/{other.ids['file_id']}/",
        None,
    ),
    "a task's part": lambda own, other: (
        "GET",
        f"{API_V1}/tasks/{own.tasks['manager']}/parts/"
        + str(part_of(other.ids["task_id"]) if other.tasks else other.ids["task_id"])
        + "/",
        None,
    ),
    "an answer under a guideline": lambda own, other: (
        "POST",
        f"{API_V1}/tasks/{own.tasks['manager']}/annotations",
        {"guideline_version": other.ids["guideline"], "answers": {"topic": {"class": 1}}, "active_ms": 1},
    ),
    "the end of a membership": lambda own, other: (
        "DELETE",
        f"{API_V1}/projects/{own.project.pk}/members/{other.ids['agent_id']}/",
        None,
    ),
    "a round's state": lambda own, other: (
        "POST",
        f"/projects/{own.project.pk}/rounds/{other.ids['round_id']}/",
        {"action": "paused"},
    ),
    "a question's figures": lambda own, other: (
        "GET",
        f"/projects/{own.project.pk}/agreement/figures?question={other.ids['question_id']}",
        None,
    ),
    "a report to keep": lambda own, other: (
        "POST",
        f"/projects/{own.project.pk}/agreement/measure",
        {"question": str(other.ids["question_id"])},
    ),
    "a recipe to carry out": lambda own, other: (
        "POST",
        f"/datasets/{own.dataset.pk}/augmentation/",
        {"recipe": str(other.ids["recipe_id"])},
    ),
}


@pytest.mark.parametrize("name", MIXED)
def test_something_foreign_at_ones_own_address_is_as_good_as_missing(
    world: World, client_of: Any, name: str
) -> None:
    """The address is the caller's, what it names is not: nothing comes of it, and it tells nothing."""
    answers = []
    for other in (world.foreign, world.missing):
        method, path, body = MIXED[name](world.own, other)
        is_api = path.startswith(API_V1)
        client = client_of("manager", Operation(method, path))
        with taken_back():
            before = fingerprint()
            if isinstance(body, dict) and not is_api:
                answer = client.post(path, body)
            else:
                raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body else b""
                media_type = "application/x-ndjson" if isinstance(body, bytes) else "application/json"
                headers = {"Idempotency-Key": "mixed-mixed"}
                answer = client.generic(method, path, raw, content_type=media_type, headers=headers)
            assert fingerprint() == before, "something was stored"
            answers.append((answer.status_code, plain(answer)))
    assert answers[0] == answers[1]
    status, shown = answers[0]
    is_empty_list = status == 200 and json.loads(shown)["results"] == []
    assert 400 <= status < 500 or is_empty_list, answers


LISTS: Final = [
    row
    for row in API
    if row.operation.method == "GET" and row.foreign == "-" and row.operation.address != "/api/v1/me/"
]


@pytest.mark.parametrize("row", LISTS, ids=lambda row: str(row.operation))
def test_a_list_holds_nothing_foreign(world: World, row: Row) -> None:
    """What only the outsider has is in the outsider's and the admin's list, and in nobody else's."""
    shown = {
        who: {str(one.get("id", one.get("agent"))) for one in answer.json()["results"]}
        for who in (*ROLES, "outsider")
        if (answer := send(world.cast[who].api, row.operation, world, world.own, who)).status_code == 200
    }
    theirs = {
        "/api/v1/datasets/": {str(world.foreign.dataset.pk)},
        "/api/v1/projects/": {str(world.foreign.project.pk)},
        "/api/v1/jobs/": {
            str(world.foreign.ids["job_id"]),
            str(world.foreign.ids["votes_job_id"]),
            str(world.foreign.ids["foreign_job_id"]),
        },
        "/api/v1/tokens/": {str(world.tokens["outsider"])},
    }.get(row.operation.address, set())
    assert theirs <= shown.get("outsider", set())
    for who in ROLES[1:]:
        assert not theirs & shown.get(who, set()), who
