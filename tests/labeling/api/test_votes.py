"""A votes file over HTTP: somebody drops it and sees agreement a job later."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from consistency.selectors import agreement
from metadata.models import Job
from metadata.services import jobs
from tests.conftest import Cast, Member

FILE = b"item,worker,label\na,ann,yes\na,bo,no\nb,ann,yes\nb,bo,yes\n"
PATH = "/api/v1/votes-imports/"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def send(member: Member, data: bytes = FILE, **more: Any) -> Any:
    return member.api.post(PATH, {"file": SimpleUploadedFile("votes.csv", data), "name": "Old votes", **more})


def test_a_votes_file_becomes_a_project_with_agreement(cast: Cast) -> None:
    answer = send(cast.manager)
    assert answer.status_code == 202, answer.content
    jobs.run(answer.json()["job"])
    job = Job.objects.get(pk=answer.json()["job"])
    assert job.state == Job.State.DONE, job.error
    headline = agreement.live((job.result or {})["question"]).headline
    assert headline is not None
    assert headline.n_items == 2
    assert cast.manager.api.get(f"/api/v1/projects/{(job.result or {})['project']}/").status_code == 200


def test_a_file_that_holds_no_votes_fails_its_job_and_says_why(cast: Cast) -> None:
    job_id = send(cast.manager, b"a,b\n1,2\n").json()["job"]
    jobs.run(job_id)
    job = Job.objects.get(pk=job_id)
    assert (job.state, (job.error or {})["code"]) == (Job.State.FAILED, "unreadable_file")


def test_who_steers_nothing_imports_nothing(cast: Cast) -> None:
    assert send(cast.labeler).status_code == 403
    assert send(cast.outsider, dataset=cast.dataset.pk).status_code == 404
    assert send(cast.expert, dataset=cast.dataset.pk).status_code == 403


@pytest.mark.parametrize("more", [{"format": "xls"}, {"name": ""}, {"dataset": "x"}, {"dataset": 2**70}])
def test_a_wrong_field_is_named(cast: Cast, more: dict[str, Any]) -> None:
    answer = send(cast.manager, **more)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == list(more)
