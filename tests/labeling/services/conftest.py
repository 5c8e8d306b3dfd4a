"""A small project that is being labeled."""

from dataclasses import dataclass

import pytest
from django.db import connection

from labeling.models import Project, Round
from labeling.services import members, rounds
from metadata.selectors.access import ALL_SCOPES, Caller
from tests.conftest import Cast, member


@dataclass(frozen=True)
class Bench:
    """A round of `items` items with `places` places each, and people to label it."""

    cast: Cast
    project: Project
    round: Round
    callers: list[Caller]

    @property
    def guideline(self) -> int:
        return self.round.guideline_version_id

    def body(self, code: int = 1) -> dict[str, object]:
        return {"guideline_version": self.guideline, "answers": {"topic": {"class": code}}, "active_ms": 1200}


def add_items(dataset_id: int, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO metadata_item (dataset_id, external_key, revision, fields, created_at) "
            "SELECT %s, 'item-' || n, 0, '{\"channel\": \"mail\"}', now() FROM generate_series(1, %s) n",
            [dataset_id, count],
        )


def bench_of(cast: Cast, *, items: int = 6, places: int = 3, ordering: str = "finish") -> Bench:
    add_items(cast.dataset.pk, items)
    opened = rounds.open_round(
        cast.project.pk, name="First", places_per_task=places, ordering=ordering, by=cast.manager.agent_id
    )
    colleague = member("colleague")
    members.add_member(cast.project.pk, colleague.agent_id, "labeler", by=cast.manager.agent_id)
    people = [cast.labeler, cast.crowd_worker, colleague, cast.expert, cast.manager]
    return Bench(cast, cast.project, opened, [Caller(p.agent_id, False, ALL_SCOPES) for p in people])


@pytest.fixture
def bench(cast: Cast) -> Bench:
    return bench_of(cast)
