"""Dropping another tool's export on the page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from metadata.models import Job
from metadata.services import jobs
from tests.conftest import Cast
from tests.labeling.services.exported import REVIEWS


def dropped(cast: Cast, who: str = "manager", files: dict[str, bytes] = REVIEWS) -> HttpResponse:
    uploads = [SimpleUploadedFile(name, data) for name, data in files.items()]
    answer = cast[who].browser.post("/bring-project/", {"files": uploads, "name": "Reviews", "dataset": ""})
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.django_db(transaction=True)
def test_an_export_leads_to_its_project_and_a_report(cast: Cast) -> None:
    answer = dropped(cast)
    job = Job.objects.get(kind="labeling.import_project")
    assert answer["Location"] == f"/bring-project/{job.pk}/"
    jobs.run(job.pk)
    page = cast.manager.browser.get(answer["Location"])
    assert b"Open the project" in page.content
    assert b"Number stars" in page.content
    assert b"numbers are not asked for by themselves" in page.content


@pytest.mark.django_db(transaction=True)
def test_an_export_that_cannot_be_read_says_why(cast: Cast) -> None:
    answer = dropped(cast, files={"export.json": REVIEWS["project-7.json"]})
    jobs.run(Job.objects.get().pk)
    page = cast.manager.browser.get(answer["Location"])
    assert b"The labeling config is missing." in page.content


@pytest.mark.parametrize("who", ["expert", "labeler", "crowd_worker"])
def test_only_those_who_steer_something_bring_projects(cast: Cast, who: str) -> None:
    assert dropped(cast, who).status_code == 403


def test_somebody_elses_import_is_not_seen(cast: Cast) -> None:
    answer = dropped(cast)
    assert cast.outsider.browser.get(answer["Location"]).status_code == 404
