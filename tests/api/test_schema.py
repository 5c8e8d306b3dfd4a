"""The API is what its description says: Schemathesis as every role, in this process, seeded and bounded.

First each role makes every call that it is allowed, with what the call really needs: nine tenths have to succeed, so
that the second half cannot pass by being refused. Then calls are drawn from the description, most of them at things
that exist, and sent as everybody: no 5xx, no answer that the description does not have.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from labeling.config.wsgi import application
from tests.api.calls import Operation, address_of, content_of, send
from tests.api.table import API, COLUMNS, Row
from tests.api.world import ROLES, World, taken_back

pytestmark = pytest.mark.django_db
SNAPSHOT: Final = Path(__file__).resolve().parents[2] / "docs/reference/openapi.json"
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
SUCCEEDS: Final = 0.9
DRAWN: Final = settings(
    max_examples=4,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def whole(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The application, its answer read to the end and closed, as a web server does."""
    answer = application(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        if close := getattr(answer, "close", None):
            close()


def _operations() -> dict[Operation, APIOperation[Any, Any, Any, Any]]:
    schema = schemathesis.openapi.from_dict(json.loads(SNAPSHOT.read_text(encoding="utf-8")))
    schema.app = whole
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    return {Operation(one.method.upper(), one.path): one for one in found}


OPERATIONS: Final = _operations()


def as_response(answer: Any, case: Case[Any], path: str) -> Response:
    """What Django's test client got, as Schemathesis judges it."""
    request = requests.Request(case.method, f"http://testserver{path}").prepare()
    headers = {name.lower(): [value] for name, value in answer.headers.items()}
    return Response(answer.status_code, headers, content_of(answer), request, elapsed=0.0, verify=False)


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Keeps the handler from dropping the connection whose transaction the world is in, as Django's client does."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


def test_the_table_and_the_description_have_the_same_operations() -> None:
    assert {row.operation for row in API} == set(OPERATIONS)


@pytest.mark.parametrize("who", ROLES)
def test_a_role_succeeds_at_what_it_is_allowed(
    world: World, who: str, capsys: pytest.CaptureFixture[str]
) -> None:
    allowed = [row for row in API if row.own[who].startswith("2")]
    succeeded = 0
    for row in allowed:
        path = address_of(row.operation, world, world.own, who)
        case = OPERATIONS[row.operation].Case(path_parameters=_named(row, path))
        with taken_back():
            answer = send(world.cast[who].api, row.operation, world, world.own, who)
            case.validate_response(as_response(answer, case, path), checks=CHECKS)
        succeeded += 200 <= answer.status_code < 300
    with capsys.disabled():
        sys.stdout.write(f"\n{who}: 2xx on {succeeded} of the {len(allowed)} operations it is allowed\n")
    assert succeeded >= SUCCEEDS * len(allowed)
    assert allowed


def _named(row: Row, path: str) -> dict[str, str]:
    """What the parts of an address are called, with what stands there."""
    pairs = zip(row.operation.address.split("/"), path.split("/"), strict=True)
    return {name[1:-1]: value for name, value in pairs if name.startswith("{")}


def _call_as(world: World, row: Row, who: str, case: Case[Any], target: str) -> None:
    """Sends a drawn call; `target` says whether its address leads to what is there or is drawn as well."""
    if target != "drawn" and case.path_parameters:
        side = {"own": world.own, "foreign": world.foreign}[target]
        case.path_parameters = _named(row, address_of(row.operation, world, side, who))
    headers = {} if who == "anonymous" else {"Authorization": f"Bearer {world.cast[who].bearer}"}
    with taken_back():
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS)


@pytest.mark.parametrize("row", API, ids=lambda row: str(row.operation))
def test_nobody_gets_an_answer_that_is_not_described(world: World, row: Row) -> None:
    operation = OPERATIONS[row.operation]
    targets = st.sampled_from(["own", "own", "own", "foreign", "drawn"])

    @DRAWN
    @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE), target=targets)
    def sent_as_everybody(case: Case[Any], target: str) -> None:
        for header in [name for name in case.headers or {} if name.lower() == "authorization"]:
            del case.headers[header]
        for who in COLUMNS:
            _call_as(world, row, who, case, target)

    sent_as_everybody()
