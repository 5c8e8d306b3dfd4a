"""The way of a version over HTTP: closed, compared, exported by a job, downloaded whole."""

import json
from pathlib import Path
from typing import Any

import pytest

from labeling.services import resolutions
from metadata.kernel.canonical import sha256_hex
from metadata.models import Job, Version
from metadata.services import datasets, jobs
from tests.conftest import Cast, Member
from tests.labeling.services.labeled import Labeled, chosen, messages


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


@pytest.fixture
def labeled(cast: Cast) -> Labeled:
    labeled = messages(cast, ["Late!", "Pay", "Hm"])
    labeled.label(0, chosen(1, 1, 2))
    labeled.label(1, chosen(1, 2, 2))
    return labeled


def post(member: Member, path: str, body: Any = None, **headers: str) -> Any:
    return member.api.post(path, json.dumps(body or {}), content_type="application/json", headers=headers)


def close(cast: Cast, labeled: Labeled, name: str = "baseline") -> int:
    answer = post(cast.manager, f"/api/v1/datasets/{labeled.dataset.pk}/versions/", {"name": name})
    assert answer.status_code == 201, answer.content
    return int(answer.json()["id"])


def run_job(job_id: str) -> None:
    jobs.run(job_id)
    job = Job.objects.get(pk=job_id)
    assert job.state == Job.State.DONE, job.error


def test_a_version_is_closed_exported_and_downloaded_byte_for_byte(cast: Cast, labeled: Labeled) -> None:
    version = close(cast, labeled)
    started = post(cast.manager, f"/api/v1/versions/{version}/exports", {"format": "votes_csv"})
    assert started.status_code == 202
    run_job(started.json()["job"])
    listed = cast.manager.api.get(f"/api/v1/versions/{version}/files/").json()["results"]
    (file,) = [one for one in listed if one["kind"] == "votes_csv"]
    answer = cast.manager.api.get(f"/api/v1/versions/{version}/files/{file['id']}/")
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert (len(data), sha256_hex(data)) == (file["size"], file["sha256"])
    assert answer["Content-Disposition"] == 'attachment; filename="votes.csv"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["ETag"] == f'"{file["sha256"]}"'
    assert len(data.splitlines()) == 1 + 6
    page = cast.manager.browser.get(f"/version-files/{file['id']}/")
    assert b"".join(page.streaming_content) == data  # type: ignore[attr-defined]
    for name in ("ETag", "Content-Length", "Content-Type", "Content-Disposition", "X-Content-Type-Options"):
        assert page[name] == answer[name], name
    told = cast.manager.api.get(f"/api/v1/versions/{version}/").json()
    assert told["counts"]["annotation"] == 6
    assert len(told["digest"]) == 64
    assert told["pins"][0]["project"] == labeled.project.pk


def test_a_diff_names_the_items_that_changed(cast: Cast, labeled: Labeled) -> None:
    close(cast, labeled)
    resolutions.resolve_question(labeled.question, by=None)
    labeled.revise(0, 0, {"class": 2})
    second = close(cast, labeled, "resolved")
    answer = cast.manager.api.get(f"/api/v1/versions/{second}/diff").json()
    assert (answer["before"], answer["after"]) == (1, 2)
    assert answer["counts"] == {"annotation": {"changed": 1}, "resolution": {"added": 3}}
    assert [one["item_key"] for one in answer["results"] if one["kind"] == "resolution"] == ["m0", "m1", "m2"]
    page = cast.manager.api.get(f"/api/v1/versions/{second}/diff?page_size=3").json()
    rest = cast.manager.api.get(f"/api/v1/versions/{second}/diff?page_size=3&cursor={page['next']}").json()
    assert page["results"] + rest["results"] == answer["results"]
    assert rest["next"] is None


def test_the_same_idempotency_key_closes_one_version(cast: Cast, labeled: Labeled) -> None:
    path = f"/api/v1/datasets/{labeled.dataset.pk}/versions/"
    first = post(cast.manager, path, {"name": "a"}, **{"Idempotency-Key": "close-0001"})
    again = post(cast.manager, path, {"name": "a"}, **{"Idempotency-Key": "close-0001"})
    assert (first.status_code, again.json()) == (201, first.json())
    assert Version.objects.filter(dataset=labeled.dataset, closed_at__isnull=False).count() == 1


def test_exporting_an_open_version_conflicts_and_an_unknown_format_is_named(
    cast: Cast, labeled: Labeled
) -> None:
    still_open = Version.objects.get(dataset=labeled.dataset, closed_at=None)
    conflict = post(cast.manager, f"/api/v1/versions/{still_open.pk}/exports", {"format": "csv"})
    assert (conflict.status_code, conflict.json()["code"]) == (409, "version_still_open")
    wrong = post(cast.manager, f"/api/v1/versions/{still_open.pk}/exports", {"format": "doc"})
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["format"])


@pytest.mark.parametrize("path", ["", "diff", "files/", "files/1/"])
def test_a_foreign_version_is_as_good_as_none(cast: Cast, labeled: Labeled, path: str) -> None:
    version = close(cast, labeled)
    for who in (cast.outsider, cast.labeler):
        assert who.api.get(f"/api/v1/versions/{version}/{path}").status_code == 404
    missing = cast.manager.api.get(f"/api/v1/versions/999999/{path}")
    assert missing.json() == cast.outsider.api.get(f"/api/v1/versions/{version}/{path}").json()


def test_an_expert_reads_a_version_but_neither_closes_nor_exports_it(cast: Cast, labeled: Labeled) -> None:
    version = close(cast, labeled)
    datasets.grant(labeled.dataset.pk, cast.expert.agent_id, "expert", by=None)
    assert cast.expert.api.get(f"/api/v1/versions/{version}/").status_code == 200
    assert post(cast.expert, f"/api/v1/versions/{version}/exports", {"format": "csv"}).status_code == 403
    assert post(cast.expert, f"/api/v1/versions/{version}/freeze").status_code == 403
    assert post(cast.expert, f"/api/v1/datasets/{labeled.dataset.pk}/versions/").status_code == 403


def test_freezing_twice_gives_one_set_of_files(cast: Cast, labeled: Labeled) -> None:
    version = close(cast, labeled)
    for _ in range(2):
        run_job(post(cast.manager, f"/api/v1/versions/{version}/freeze").json()["job"])
    listed = cast.manager.api.get(f"/api/v1/versions/{version}/files/").json()["results"]
    assert [file["name"] for file in listed] == ["0-base-v1.parquet"]


@pytest.mark.parametrize("query", ["against=x", "against=99", "cursor=zzz", "page_size=0"])
def test_a_diff_refuses_what_it_cannot_read(cast: Cast, labeled: Labeled, query: str) -> None:
    version = close(cast, labeled)
    assert cast.manager.api.get(f"/api/v1/versions/{version}/diff?{query}").status_code in (404, 422)
