"""How many statements each main page and endpoint costs, as data that a diff shows: N+1 cannot creep in."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from tests.api.calls import Operation, address_of, content_of, send
from tests.api.world import World, grow, taken_back

pytestmark = pytest.mark.django_db
FILE: Final = Path(__file__).parent / "query_counts.toml"
COUNTS: Final[dict[str, int]] = tomllib.loads(FILE.read_text(encoding="utf-8"))
CALLS: Final = {
    "claim": ("labeler", "POST", "/api/v1/projects/{project_id}/claim"),
    "submit": ("labeler", "POST", "/api/v1/tasks/{task_id}/annotations"),
    "submit and claim": ("labeler", "POST", "/api/v1/tasks/{task_id}/annotations?next=true"),
    "skip": ("labeler", "POST", "/api/v1/tasks/{task_id}/skip"),
    "task part": ("labeler", "GET", "/api/v1/tasks/{task_id}/parts/{part_id}/"),
    "datasets": ("manager", "GET", "/api/v1/datasets/"),
    "items": ("manager", "GET", "/api/v1/datasets/{dataset_id}/items/"),
    "item": ("manager", "GET", "/api/v1/items/{item_id}/"),
    "batches": ("manager", "GET", "/api/v1/datasets/{dataset_id}/batches/"),
    "jobs": ("manager", "GET", "/api/v1/jobs/"),
    "versions": ("manager", "GET", "/api/v1/datasets/{dataset_id}/versions/"),
    "diff": ("manager", "GET", "/api/v1/versions/{version_id}/diff"),
    "projects": ("manager", "GET", "/api/v1/projects/"),
    "progress": ("manager", "GET", "/api/v1/projects/{project_id}/progress/"),
    "members": ("manager", "GET", "/api/v1/projects/{project_id}/members/"),
    "resolutions": ("manager", "GET", "/api/v1/questions/{question_id}/resolutions/"),
    "gold": ("manager", "GET", "/api/v1/questions/{question_id}/gold/"),
    "gold scores": ("manager", "GET", "/api/v1/questions/{question_id}/gold/scores"),
    "self-agreement": ("manager", "GET", "/api/v1/questions/{question_id}/repeats/scores"),
    "page gold": ("manager", "GET", "/projects/{project_id}/gold/"),
    "agreement": ("manager", "GET", "/api/v1/questions/{question_id}/agreement"),
    "page vendor team": ("vendor_lead", "GET", "/projects/{project_id}/team/"),
    "vendor team": ("vendor_lead", "GET", "/api/v1/projects/{project_id}/team/"),
    "page statement": ("vendor_lead", "GET", "/projects/{project_id}/vendors/{vendor_id}/statement/"),
    "statement": ("vendor_lead", "GET", "/api/v1/projects/{project_id}/vendors/{vendor_id}/statement/"),
    "page deliveries": ("manager", "GET", "/projects/{project_id}/deliveries/"),
    "page delivery": ("manager", "GET", "/projects/{project_id}/deliveries/{delivery_id}/"),
    "page exams": ("manager", "GET", "/projects/{project_id}/exams/"),
    "page pauses": ("manager", "GET", "/projects/{project_id}/pauses/"),
    "page paused": ("labeler", "GET", "/projects/{project_id}/paused/"),
    "page home": ("manager", "GET", "/"),
    "page home of a labeler": ("labeler", "GET", "/"),
    "page label": ("labeler", "GET", "/projects/{project_id}/label/"),
    "page people": ("admin", "GET", "/people/"),
    "page datasets": ("manager", "GET", "/datasets/"),
    "page dataset": ("manager", "GET", "/datasets/{dataset_id}/"),
    "page items": ("manager", "GET", "/datasets/{dataset_id}/items/"),
    "page versions": ("manager", "GET", "/datasets/{dataset_id}/versions/"),
    "page augmentation": ("manager", "GET", "/datasets/{dataset_id}/augmentation/"),
    "page item": ("manager", "GET", "/items/{item_id}/"),
    "page project": ("manager", "GET", "/projects/{project_id}/"),
    "page project items": ("manager", "GET", "/projects/{project_id}/items/"),
    "page members": ("manager", "GET", "/projects/{project_id}/members/"),
    "page examples": ("manager", "GET", "/projects/{project_id}/examples/"),
    "page setup": ("manager", "GET", "/projects/{project_id}/setup/"),
    "page review queue": ("manager", "GET", "/projects/{project_id}/review/"),
    "page review": ("manager", "GET", "/projects/{project_id}/review/{task_id}/"),
    "page changes": ("labeler", "GET", "/projects/{project_id}/changes/"),
    "own answers": ("labeler", "GET", "/api/v1/projects/{project_id}/answers/own"),
    "page disagreements": ("manager", "GET", "/projects/{project_id}/disagreements/"),
    "page agreement": ("manager", "GET", "/projects/{project_id}/agreement/"),
    "agreement figures": ("manager", "GET", "/projects/{project_id}/agreement/figures"),
}
HOT: Final = ("claim", "submit")
MOST_HOT: Final = 8


def _statements(world: World, client_of: Callable[..., Any], name: str) -> list[str]:
    """What a second call runs, savepoints of the test's own transactions left out."""
    who, method, address = CALLS[name]
    bare, asks, query = address.partition("?")
    operation = Operation(method, bare)
    ContentType.objects.clear_cache()
    ran: list[str] = []

    def noted(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        ran.append(str(sql))
        return execute(sql, params, many, context)

    for _ in range(2):
        client = client_of(who, operation)
        ran.clear()
        with taken_back(), connection.execute_wrapper(noted):
            path = address_of(operation, world, world.own, who) + asks + query
            answer = send(client, operation, world, world.own, who, address=path)
            assert answer.status_code in (200, 201), f"{name}: {answer.status_code}"
            content_of(answer)
    return [sql for sql in ran if not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK"))]


def test_the_counts_are_the_ones_that_are_checked_in(world: World, client_of: Any) -> None:
    found = {name: len(_statements(world, client_of, name)) for name in CALLS}
    lines = "\n".join(f'"{name}" = {count}' for name, count in found.items())
    assert found == COUNTS, f"tests/api/query_counts.toml should say, if that is meant:\n{lines}"


def test_a_claim_and_a_submit_together_stay_within_their_budget() -> None:
    assert sum(COUNTS[name] for name in HOT) <= MOST_HOT


def test_three_times_the_rows_cost_no_statement_more(world: World, client_of: Any) -> None:
    """Items, parts, rounds, people with answers, deliveries, versions, runs, reports, jobs, projects, teams."""
    grow(world)
    wrong = []
    for name in CALLS:
        statements = _statements(world, client_of, name)
        if len(statements) != COUNTS[name]:
            wrong.append(f"{name}: {len(statements)} for {COUNTS[name]}")
    assert not wrong, "\n".join(wrong)
