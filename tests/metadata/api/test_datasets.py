from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from metadata.models import Batch, Dataset, Item, Job
from metadata.services import imports, jobs
from tests.conftest import Cast

JSON = "application/json"
SEES = {"admin": 200, "manager": 200, "expert": 200}


def _path(cast: Cast, rest: str = "") -> str:
    return f"/api/v1/datasets/{cast.dataset.pk}/{rest}"


def _filled(cast: Cast, count: int = 5) -> list[int]:
    records = [
        {"key": f"k{n}", "text": f"hello number{n}", "channel": ("mail", "chat")[n % 2]} for n in range(count)
    ]
    answer = cast.manager.api.post(_path(cast, "items/"), {"items": records}, content_type=JSON)
    assert answer.status_code == 200, answer.content
    assert answer.json()["created"] == count
    return list(answer.json()["ids"].values())


@pytest.mark.parametrize(
    "name", ["admin", "manager", "expert", "labeler", "vendor_lead", "crowd_worker", "outsider"]
)
def test_who_may_see_a_dataset_and_who_may_steer_it(cast: Cast, name: str) -> None:
    (item_id, *_) = _filled(cast, 1)
    api = cast[name].api
    sees = SEES.get(name, 404)
    steers = {"admin": 200, "manager": 200, "expert": 403}.get(name, 404)
    for rest in ("", "items/", "batches/", "versions/"):
        assert api.get(_path(cast, rest)).status_code == sees, rest
    assert api.get(f"/api/v1/items/{item_id}/").status_code == sees
    assert api.get(_path(cast, "members/")).status_code == steers
    assert api.patch(_path(cast), {"name": "New"}, content_type=JSON).status_code == steers
    assert api.patch(f"/api/v1/items/{item_id}/", {"text": "x"}, content_type=JSON).status_code == steers
    assert api.post(_path(cast, "archive")).status_code == steers
    lists = [one["id"] for one in api.get("/api/v1/datasets/").json()["results"]]
    assert (cast.dataset.pk in lists) == (name == "expert")  # who steers it has archived it just now
    assert (cast.foreign_dataset.pk in lists) == (name in ("admin", "outsider"))


def test_a_foreign_dataset_answers_like_a_missing_one(cast: Cast) -> None:
    foreign = cast.manager.api.get(f"/api/v1/datasets/{cast.foreign_dataset.pk}/")
    missing = cast.manager.api.get("/api/v1/datasets/999999/")
    absurd = cast.manager.api.get(f"/api/v1/datasets/{10**30}/")
    assert foreign.status_code == missing.status_code == absurd.status_code == 404
    assert foreign.content == missing.content == absurd.content


def test_labelers_make_no_datasets_and_managers_do(cast: Cast) -> None:
    assert cast.labeler.api.post("/api/v1/datasets/", {"name": "x"}, content_type=JSON).status_code == 403
    made = cast.manager.api.post("/api/v1/datasets/", {"name": "x"}, content_type=JSON)
    assert made.status_code == 201
    fields = [{"name": "a__b", "kind": "text"}]
    bad = cast.manager.api.post("/api/v1/datasets/", {"name": "x", "fields": fields}, content_type=JSON)
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid_fields")


def test_the_last_manager_stays(cast: Cast) -> None:
    own = cast.manager.api.delete(_path(cast, f"members/{cast.manager.agent_id}/"))
    assert (own.status_code, own.json()["code"]) == (409, "last_manager")
    granted = cast.manager.api.put(
        _path(cast, f"members/{cast.outsider.agent_id}/"), {"role": "manager"}, content_type=JSON
    )
    assert granted.status_code == 200
    assert cast.outsider.api.get(_path(cast)).status_code == 200
    assert cast.manager.api.delete(_path(cast, f"members/{cast.manager.agent_id}/")).status_code == 204
    assert cast.manager.api.get(_path(cast)).status_code == 404


def test_items_are_paged_and_each_page_goes_on_where_the_last_one_ended(cast: Cast) -> None:
    ids = _filled(cast, 7)
    seen: list[int] = []
    cursor = ""
    while True:
        page = cast.expert.api.get(_path(cast, f"items/?page_size=3&cursor={cursor}")).json()
        seen += [row["id"] for row in page["results"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == sorted(ids)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("field.channel=mail", ["k0", "k2", "k4"]),
        ("words=numb", ["k0", "k1", "k2", "k3", "k4"]),
        ("words=NUMBER3 hel", ["k3"]),
        ("words=number3&field.channel=mail", []),
        ("words=number3&field.channel=chat", ["k3"]),
        ("archived=true", []),
        ("words=') OR 1=1 --", []),
    ],
)
def test_items_are_found_by_field_and_by_the_beginnings_of_words(
    cast: Cast, query: str, keys: list[str]
) -> None:
    _filled(cast)
    found = cast.manager.api.get(_path(cast, f"items/?{query}"))
    assert [row["key"] for row in found.json()["results"]] == keys


@pytest.mark.parametrize(
    "query",
    ["field.nobody=1", "field.channel=fax", "cursor=!!", "page_size=0", "batch=x", "field.dataset__name=x"],
)
def test_a_filter_that_cannot_be_used_is_named(cast: Cast, query: str) -> None:
    refused = cast.manager.api.get(_path(cast, f"items/?{query}"))
    assert refused.status_code == 422
    assert refused.json()["fields"]


def test_items_sent_together_go_in_and_the_bad_ones_come_back_with_reasons(cast: Cast) -> None:
    records = [{"key": "a", "text": "one"}, {"key": "b"}, {"key": "c", "text": "x", "channel": "fax"}]
    answer = cast.manager.api.post(_path(cast, "items/"), {"items": records}, content_type=JSON).json()
    assert (answer["created"], list(answer["ids"])) == (1, ["a"])
    assert [(bad["line"], bad["field"]) for bad in answer["refused"]] == [(2, "text"), (3, "channel")]


def test_items_sent_into_a_batch_are_undone_with_it(cast: Cast) -> None:
    opened = cast.manager.api.post(_path(cast, "batches/"), {"name": "one day"}, content_type=JSON).json()
    for n in range(2):
        records = [{"key": f"d{n}", "text": "x"}, {"key": "bad"}]
        body = {"items": records, "batch": opened["id"]}
        assert cast.manager.api.post(_path(cast, "items/"), body, content_type=JSON).json()["created"] == 1
    refused = cast.manager.api.get(f"/api/v1/batches/{opened['id']}/refused/").json()["results"]
    assert sorted(row["line"] for row in refused) == [2, 4]
    undone = cast.manager.api.post(f"/api/v1/batches/{opened['id']}/undo").json()
    assert (undone["state"], undone["created"], undone["refused"]) == ("undone", 2, 2)
    assert cast.manager.api.get(_path(cast, "items/")).json()["results"] == []
    body = {"items": [{"key": "e", "text": "x"}], "batch": opened["id"]}
    late = cast.manager.api.post(_path(cast, "items/"), body, content_type=JSON)
    assert (late.status_code, late.json()["code"]) == (409, "batch_ended")


def test_a_batch_of_another_dataset_cannot_be_written_to(cast: Cast) -> None:
    foreign = imports.open_batch(cast.foreign_dataset.pk, name="theirs", by=None)
    body = {"items": [{"key": "e", "text": "x"}], "batch": foreign.pk}
    assert cast.manager.api.post(_path(cast, "items/"), body, content_type=JSON).status_code == 404
    assert cast.manager.api.get(f"/api/v1/batches/{foreign.pk}/").status_code == 404
    assert not Item.objects.exists()


def test_a_file_is_imported_by_a_job_that_those_who_see_the_dataset_can_follow(
    cast: Cast, sent_jobs: list[UUID]
) -> None:
    upload = ContentFile(b'{"key": "a", "text": "one"}\n', name="items.jsonl")
    started = cast.manager.api.post(_path(cast, "imports/"), {"files": upload})
    assert started.status_code == 202, started.content
    job_id = started.json()["job"]
    jobs.run(job_id)
    for name, status in (
        ("manager", 200),
        ("expert", 200),
        ("admin", 200),
        ("labeler", 404),
        ("outsider", 404),
    ):
        assert cast[name].api.get(f"/api/v1/jobs/{job_id}/").status_code == status
    done = cast.manager.api.get(f"/api/v1/jobs/{job_id}/").json()
    assert (done["state"], done["result"]["created"]) == ("done", 1)
    assert cast.manager.api.post(f"/api/v1/jobs/{job_id}/cancel").status_code == 409
    assert job_id in [one["id"] for one in cast.manager.api.get("/api/v1/jobs/").json()["results"]]


def test_lines_in_the_body_are_read_as_they_come(cast: Cast) -> None:
    lines = b"".join(json.dumps({"key": f"s{n}", "text": f"t{n}"}).encode() + b"\n" for n in range(50))
    answer = cast.manager.api.post(
        _path(cast, "imports/lines?name=stream"), lines + b"nonsense\n", content_type="application/x-ndjson"
    )
    assert answer.status_code == 200, answer.content
    assert (answer.json()["created"], answer.json()["refused"], answer.json()["name"]) == (50, 1, "stream")
    table = cast.manager.api.post(
        _path(cast, "imports/lines"), b"key,text\nc1,hello\n", content_type="text/csv; charset=utf-8"
    )
    assert table.json()["created"] == 1
    other = cast.manager.api.post(_path(cast, "imports/lines"), b"<x/>", content_type="application/xml")
    assert other.status_code == 415


def test_an_item_is_fixed_as_a_revision_and_archived(cast: Cast) -> None:
    (item_id, *_) = _filled(cast, 2)
    fixed = cast.manager.api.patch(
        f"/api/v1/items/{item_id}/", {"text": " better ", "fields": {"channel": "chat"}}, content_type=JSON
    ).json()
    assert (fixed["revision"], fixed["parts"][0]["text"], fixed["fields"]) == (
        1,
        " better ",
        {"channel": "chat"},
    )
    bad = cast.manager.api.patch(
        f"/api/v1/items/{item_id}/", {"fields": {"channel": "fax"}}, content_type=JSON
    )
    assert (bad.status_code, bad.json()["fields"]) == (422, {"channel": "must be one of mail, chat"})
    assert cast.manager.api.delete(f"/api/v1/items/{item_id}/").status_code == 204
    assert len(cast.manager.api.get(_path(cast, "items/")).json()["results"]) == 1
    assert len(cast.manager.api.get(_path(cast, "items/?archived=true")).json()["results"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"null",
        b'"text"',
        b'{"items": "x"}',
        b'{"items": [1]}',
        b'{"items": []}',
        b'{"items": [{"key": "a", "text": "\\u0000"}]}',
        b"{" * 300,
        b'{"items": [{"key": "a", "text": "x", "batch": 1e999}]}',
        b"\xff",
    ],
)
def test_a_body_that_makes_no_sense_is_refused_and_never_an_error_of_ours(cast: Cast, body: bytes) -> None:
    answer = cast.manager.api.post(_path(cast, "items/"), body, content_type=JSON)
    assert 400 <= answer.status_code < 500
    assert set(answer.json()) == {"code", "message", "fields"}
    assert not Item.objects.exists()


def test_a_deleted_dataset_is_gone_once_its_job_ran(cast: Cast) -> None:
    made = cast.manager.api.post("/api/v1/datasets/", {"name": "Short-lived"}, content_type=JSON).json()
    answer = cast.manager.api.delete(f"/api/v1/datasets/{made['id']}/")
    assert answer.status_code == 202
    jobs.run(answer.json()["job"])
    assert Job.objects.get(pk=answer.json()["job"]).state == "done"
    assert not Dataset.objects.filter(pk=made["id"]).exists()


def test_a_cookie_without_a_csrf_token_changes_nothing(cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.manager.identity)
    assert strict.post("/api/v1/datasets/", {"name": "x"}, content_type=JSON).status_code == 403
    lines = strict.post(_path(cast, "imports/lines"), b'{"text": "x"}\n', content_type="application/x-ndjson")
    assert lines.status_code == 403
    assert not Batch.objects.exists()
