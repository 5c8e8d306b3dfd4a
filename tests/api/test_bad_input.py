"""Whatever arrives: a refusal is a 4xx with a code and a message that names the field, and nothing is stored.

Nothing here knows an endpoint. What is sent is spoiled from the valid call that tests/api/calls.py has for each.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import Client

from metadata.kernel.json_guard import MAX_BYTES
from tests.api.calls import BODIES, JSON, RAW, UPLOADS, address_of, content_of, send
from tests.api.table import API, ROWS, Row
from tests.api.world import ROLES, World, fingerprint, taken_back

pytestmark = pytest.mark.django_db
SNAPSHOT: Final = Path(__file__).resolve().parents[2] / "docs/reference/openapi.json"
WRITERS: Final = [row for row in API if row.operation.key in BODIES]
SENDERS: Final = [
    row
    for row in API
    if row.operation.key in BODIES or row.operation.key in UPLOADS or row.operation.key in RAW
]
DEEP: Final = 100_000


def _allowed(row: Row) -> str:
    """Somebody whom nothing but the input can stop."""
    return next(who for who in ("manager", "admin", *ROLES) if row.own[who].startswith("2"))


def _refusal(answer: Any, what: object, *statuses: int) -> None:
    assert 400 <= answer.status_code < 500, f"{what}: {answer.status_code} {answer.content[:300]!r}"
    assert not statuses or answer.status_code in statuses, f"{what}: {answer.status_code} {answer.content!r}"
    assert answer["Content-Type"] == "application/json", what
    body = answer.json()
    assert set(body) == {"code", "message", "fields"}, f"{what}: {body}"
    assert re.fullmatch(r"[a-z][a-z_]+", body["code"]), f"{what}: {body}"
    assert body["message"], what
    assert all(isinstance(reason, str) for reason in body["fields"].values()), f"{what}: {body}"


def _posted(world: World, row: Row, raw: bytes, media_type: str = JSON) -> Any:
    who = _allowed(row)
    path = address_of(row.operation, world, world.own, who)
    headers = {"Idempotency-Key": "bad-input-1"} if "/annotations" in path else {}
    return world.cast[who].api.generic(row.operation.method, path, raw, media_type, headers=headers)


# --- The body as a whole -----------------------------------------------------------------------------------------------


def _spoiled(valid: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Bodies that no parser or column may choke on."""
    rest = json.dumps(valid)[1:-1]
    more = rest + ", " if rest else ""
    yield "cut short", b"{" + more.encode()
    yield "bytes that are no text", b'{"zz": "\xff\xfe"}'
    yield "a byte-order mark", b"\xef\xbb\xbf{}"
    for name, member in {
        "NUL": r'"a\u0000b"',
        "half a surrogate pair": r'"\ud800"',
        "NaN": "NaN",
        "infinity": "Infinity",
        "minus infinity": "-Infinity",
        "beyond a float": "1e999",
        "beyond 2**53": str(2**53 + 1),
        "400 digits": "9" * 400,
        "deep lists": "[" * DEEP + "]" * DEEP,
        "deep objects": '{"a":' * DEEP + "1" + "}" * DEEP,
        "25 levels": "[" * 25 + "]" * 25,
        "a megabyte": '"' + "x" * MAX_BYTES + '"',
    }.items():
        yield name, f'{{{more}"zz": {member}}}'.encode()
    yield "NUL in a key", f'{{{more}"z\\u0000": 1}}'.encode()


@pytest.mark.parametrize("row", WRITERS, ids=lambda row: str(row.operation))
def test_json_that_cannot_be_stored_is_refused_before_anything_reads_it(world: World, row: Row) -> None:
    valid = BODIES[row.operation.key](world, world.own, _allowed(row))
    with taken_back():
        before = fingerprint()
        for name, raw in _spoiled(valid):
            answer = _posted(world, row, raw)
            _refusal(answer, name, 422)
            assert answer.json()["code"] == "invalid_json", f"{name}: {answer.json()}"
        assert fingerprint() == before


@pytest.mark.parametrize("row", WRITERS, ids=lambda row: str(row.operation))
def test_a_body_that_is_no_object_is_refused(world: World, row: Row) -> None:
    with taken_back():
        before = fingerprint()
        for raw in (b"[]", b"[[]]", b'"text"', b"null", b"1", b"true", b"1.5"):
            _refusal(_posted(world, row, raw), raw, 400, 422)
        assert fingerprint() == before


@pytest.mark.parametrize("row", SENDERS, ids=lambda row: str(row.operation))
def test_another_content_type_is_refused(world: World, row: Row) -> None:
    """A form or a plain text could come from anybody's page; it is not read at all."""
    multipart = "multipart/form-data; boundary=x"
    wrong = ["text/plain", "application/x-www-form-urlencoded", "application/xml", "nonsense", ""]
    wrong += [JSON] if row.operation.key not in BODIES else [multipart]
    with taken_back():
        before = fingerprint()
        for media_type in wrong:
            answer = _posted(world, row, b"--x\r\n\r\n--x--\r\n", media_type)
            _refusal(answer, media_type, 415)
        assert fingerprint() == before


# --- Each member -------------------------------------------------------------------------------------------------------

HOSTILE: Final[tuple[Any, ...]] = (
    None, True, -1, 0, 1.5, 2**53, "", " ", "x" * 200_000, "\u202e' OR 1=1 --", "__class__", "../../etc/passwd",
    [], [[]], {}, {"a": {"b": []}}, [None], ["x"] * 2_000,
)  # fmt: skip


# A draft is whatever somebody has typed so far: kept as it is, and read only when it is sent.
UNREAD: Final = {"/api/v1/tasks/{task_id}/draft"}
FRAMED: Final = {"/projects/{project_id}/preview/"}  # the set-up page shows it beside its form


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The paths of everything in a body."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for step, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(member, (*path, step))


def _with(body: Any, path: tuple[str | int, ...], member: Any) -> Any:
    changed = copy.deepcopy(body)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = member
    return changed


@pytest.mark.parametrize("row", WRITERS, ids=lambda row: str(row.operation))
def test_every_member_may_hold_anything_and_nothing_breaks(world: World, row: Row) -> None:
    """Whatever stands where: it is taken, or refused by name with nothing stored. A yes or no is no number."""
    valid = BODIES[row.operation.key](world, world.own, _allowed(row))
    for path in _leaves(valid):
        meant = valid
        for step in path:
            meant = meant[step]
        for member in HOSTILE:
            with taken_back():
                before = fingerprint() if member in (None, -1) else ""
                answer = _posted(world, row, json.dumps(_with(valid, path, member)).encode())
                if answer.status_code >= 400:
                    _refusal(answer, (path, member))
                    assert not before or fingerprint() == before, (path, member)
                is_number = type(meant) is int and row.operation.address not in UNREAD
                assert not (is_number and member is True and answer.status_code < 400), path


# --- Addresses ---------------------------------------------------------------------------------------------------------

IDS: Final = ("0", "-1", str(2**63 - 1), str(2**63), str(10**30), "x", "1.5", "%00", "１", "1%20", "..%2f1")


@pytest.mark.parametrize(
    "row", [row for row in ROWS if "{" in row.operation.address], ids=lambda row: str(row.operation)
)
def test_an_id_that_is_none_is_not_found(world: World, client_of: Any, row: Row) -> None:
    who = row.allowed("admin", "manager")
    client: Client = client_of(who, row.operation)
    path = address_of(row.operation, world, world.own, who).split("/")
    places = [at for at, step in enumerate(row.operation.address.split("/")) if step.startswith("{")]
    with taken_back(read_only=row.operation.method == "GET"):
        before = fingerprint()
        for at in places:
            for wrong in IDS:
                address = "/".join([*path[:at], wrong, *path[at + 1 :]])
                answer = send(client, row.operation, world, world.own, who, address=address)
                assert answer.status_code == 404, f"{address}: {answer.status_code}"
                if row.operation.is_api:
                    _refusal(answer, address)
        assert fingerprint() == before


@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/me/", "/api/v1/%00"])
def test_what_is_no_address_of_the_api_is_refused_in_its_form(world: World, path: str) -> None:
    for client in (Client(), world.cast.manager.api):
        _refusal(client.get(path), path, 404)
        _refusal(client.post(path, b"{}", content_type=JSON), path, 404)


# --- Queries -----------------------------------------------------------------------------------------------------------

READS: Final = [row for row in ROWS if row.operation.method == "GET" and row.own["manager"] == "200"]
VALUES: Final = (
    "%00",
    "%ff",
    "x" * 3_000,
    "-1",
    "9" * 40,
    "%27%20OR%201=1%20--",
    "NaN",
    "%F0%9F%92%A9",
    "[]",
    "null",
    "1e9",
)
PARAMETERS: Final = {
    (method.upper(), path): [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]
    for path, methods in json.loads(SNAPSHOT.read_text(encoding="utf-8"))["paths"].items()
    for method, told in methods.items()
}
ITEM_FIELDS: Final = ("field.channel", "field.nobody", "field.dataset__name")
PAGE_PARAMETERS: Final = {
    "/projects/{project_id}/items/": (
        "q",
        "batch",
        "cursor",
        "archived",
        "question",
        "state",
        "classes",
        "agents",
        "facet",
        *ITEM_FIELDS,
    ),
    "/datasets/{dataset_id}/items/": ("q", "batch", "cursor", "archived", *ITEM_FIELDS),
    "/datasets/{dataset_id}/versions/": ("v", "after"),
    "/projects/{project_id}/agreement/": ("question",),
    "/projects/{project_id}/disagreements/": ("question", "kind", "shown"),
    "/projects/{project_id}/agreement/figures": ("question",),
    "/projects/new/": ("dataset",),
    "/media/{asset_id}/": ("small",),
    "/sign-in/": ("next",),
}
NOT_LISTED: Final = (
    "dataset__name=x", "ordering=-password", "order_by=id", "fields=password", "id__gt=0", "created_by__email=x",
    "memberships__agent_id=1", "expand=agent", "format=html", "sort=leaf_key", "_method=DELETE",
)  # fmt: skip


ASKING: Final = [
    row for row in ROWS if PARAMETERS.get(row.operation.key) or row.operation.address in PAGE_PARAMETERS
]


@pytest.mark.parametrize(
    "row", [row for row in ASKING if row.operation.method == "GET"], ids=lambda row: str(row.operation)
)
def test_every_query_may_hold_anything_and_nothing_breaks(world: World, client_of: Any, row: Row) -> None:
    who = row.allowed("manager")
    path = address_of(row.operation, world, world.own, who)
    names = [*PARAMETERS.get(row.operation.key, ()), *PAGE_PARAMETERS.get(row.operation.address, ())]
    if "field" in names:
        names = [*names, *ITEM_FIELDS]
    client = client_of(who, row.operation)
    with taken_back(read_only=True):
        for name in names:
            for value in VALUES:
                answer = client.get(f"{path}?{name}={value}")
                assert answer.status_code < 500, f"{name}={value}: {answer.status_code}"
                if row.operation.is_api and answer.status_code != 200:
                    _refusal(answer, f"{name}={value}", 404, 422)


@pytest.mark.parametrize(
    "row", [row for row in READS if row.scope == "read"], ids=lambda row: str(row.operation)
)
def test_what_is_on_no_list_of_filters_and_orders_does_nothing(
    world: World, client_of: Any, row: Row
) -> None:
    """A client's name never becomes a column: an unlisted one is as good as none."""
    path = address_of(row.operation, world, world.own, "manager")
    client = client_of("manager", row.operation)

    def body(query: str) -> tuple[int, bytes]:
        answer = client.get(path + query)
        return answer.status_code, content_of(answer)

    with taken_back(read_only=True):
        plain = body("")
        for query in NOT_LISTED:
            assert body(f"?{query}") == plain, query


# --- Idempotency -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "short", "x" * 201, "has a space", "tab\tbed here"])
def test_a_key_that_is_none_is_refused(world: World, key: str) -> None:
    body = {"name": "Once"}
    with taken_back():
        before = fingerprint()
        api = world.cast.manager.api
        answer = api.post("/api/v1/datasets/", body, content_type=JSON, headers={"Idempotency-Key": key})
        _refusal(answer, key, 422)
        assert fingerprint() == before


# --- Headers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [row for row in ROWS if row.operation.method == "GET"],
    ids=lambda row: str(row.operation),
)
def test_every_answer_carries_the_headers_that_keep_a_browser_safe(
    world: World, client_of: Any, row: Row
) -> None:
    """Pages, redirects, refusals and files alike."""
    for who in ("anonymous", "admin", "labeler"):
        answer = send(client_of(who, row.operation), row.operation, world, world.own, who)
        content = content_of(answer)
        policy = answer["Content-Security-Policy"]
        assert "unsafe-" not in policy, who
        assert "default-src" in policy, who
        assert answer["X-Content-Type-Options"] == "nosniff", who
        is_framed = row.operation.address in FRAMED and answer.status_code == 200
        assert answer["X-Frame-Options"] == ("SAMEORIGIN" if is_framed else "DENY"), who
        assert answer["Referrer-Policy"] == "same-origin", who
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin", who
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin", who
        assert "Server" not in answer, who
        if answer["Content-Type"].startswith("text/html") and b"<script" in content:
            for tag in re.findall(rb"<script[^>]*>", content):
                assert b' src="/static/' in tag or b'type="application/json"' in tag, (
                    f"an inline script: {tag!r}"
                )
            assert not re.search(rb"<[^>]+\son[a-z]+=", content), "a handler in the markup"
            assert not re.search(rb"<[^>]+\sstyle=", content), "a style in the markup"
        for cookie in answer.cookies.values():
            assert cookie["samesite"] == "Lax", cookie
