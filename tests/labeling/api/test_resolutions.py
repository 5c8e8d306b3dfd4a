"""Resolutions over HTTP: asked for by those who decide, listed newest first."""

import json
from typing import Any

import pytest

from labeling.models import Resolution
from metadata.services import jobs
from tests.conftest import Cast, Member
from tests.labeling.services.labeled import Labeled, chosen, messages


@pytest.fixture
def labeled(cast: Cast) -> Labeled:
    labeled = messages(cast, ["a", "b", "c"])
    labeled.project.memberships.filter(agent_id=cast.expert.agent_id).update(role="expert")
    labeled.label(0, chosen(1, 1, 2))
    labeled.label(1, chosen(1, 2, 2))
    return labeled


def post(member: Member, path: str, body: Any = None) -> Any:
    return member.api.post(path, json.dumps(body or {}), content_type="application/json")


def test_an_expert_resolves_a_question_and_reads_what_was_accepted(cast: Cast, labeled: Labeled) -> None:
    path = f"/api/v1/questions/{labeled.question}/resolutions/"
    started = post(cast.expert, path, {"method": "majority"})
    assert started.status_code == 202, started.content
    jobs.run(started.json()["job"])
    listed = cast.expert.api.get(path).json()["results"]
    assert [row["value"] for row in listed] == [{"class": 2}, None, {"class": 1}]
    (tied,) = cast.expert.api.get(f"{path}?tied=true").json()["results"]
    assert tied["distribution"]["shares"] == {"": {"1": 0.5, "2": 0.5}}
    assert len(cast.expert.api.get(f"{path}?item={tied['item']}").json()["results"]) == 1


def test_only_the_newest_resolution_of_an_item_is_listed(cast: Cast, labeled: Labeled) -> None:
    path = f"/api/v1/questions/{labeled.question}/resolutions/"
    jobs.run(post(cast.manager, path).json()["job"])
    labeled.label(2, chosen(1, 1, 1))
    jobs.run(post(cast.manager, path).json()["job"])
    assert Resolution.objects.count() == 6
    first = cast.manager.api.get(f"{path}?page_size=2").json()
    rest = cast.manager.api.get(f"{path}?page_size=2&cursor={first['next']}").json()
    values = [row["value"]["class"] for row in first["results"] + rest["results"]]
    assert values == [2, 1, 1]
    assert rest["next"] is None


def test_labelers_do_not_resolve_and_outsiders_see_nothing(cast: Cast, labeled: Labeled) -> None:
    path = f"/api/v1/questions/{labeled.question}/resolutions/"
    assert post(cast.labeler, path).status_code == cast.labeler.api.get(path).status_code == 403
    assert post(cast.outsider, path).status_code == cast.outsider.api.get(path).status_code == 404


def test_a_wrong_method_or_filter_is_named(cast: Cast, labeled: Labeled) -> None:
    path = f"/api/v1/questions/{labeled.question}/resolutions/"
    assert list(post(cast.manager, path, {"method": "oracle"}).json()["fields"]) == ["method"]
    assert list(cast.manager.api.get(f"{path}?tied=maybe").json()["fields"]) == ["tied"]
    assert list(cast.manager.api.get(f"{path}?item=x").json()["fields"]) == ["item"]
