"""Another tool's export over HTTP."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from metadata.models import Job
from metadata.services import jobs
from tests.conftest import Cast, Member
from tests.labeling.services.exported import CARS, zipped

PATH = "/api/v1/project-imports/"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def send(member: Member, **more: Any) -> Any:
    return member.api.post(PATH, {"files": [SimpleUploadedFile("task.zip", zipped(CARS))], **more})


def test_a_zip_of_cvat_becomes_a_project_by_a_job(cast: Cast) -> None:
    answer = send(cast.manager, dataset=cast.dataset.pk)
    assert answer.status_code == 202, answer.content
    jobs.run(answer.json()["job"])
    job = Job.objects.get(pk=answer.json()["job"])
    assert job.state == Job.State.DONE, job.error
    result = job.result or {}
    assert (result["dataset"], result["answers"]) == (cast.dataset.pk, 3)
    assert {"what", "name", "reason", "count", "where"} == set(result["report"][0])


def test_who_steers_nothing_imports_nothing(cast: Cast) -> None:
    assert send(cast.labeler).status_code == 403
    assert send(cast.outsider, dataset=cast.dataset.pk).status_code == 404
    assert send(cast.expert, dataset=cast.dataset.pk).status_code == 403


@pytest.mark.parametrize("more", [{"name": "x" * 121}, {"dataset": "x"}, {"dataset": 2**70}])
def test_a_wrong_field_is_named(cast: Cast, more: dict[str, Any]) -> None:
    answer = send(cast.manager, **more)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == list(more)
