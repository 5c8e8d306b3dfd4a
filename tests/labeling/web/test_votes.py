"""Dropping a file of votes on the page."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from metadata.models import Job
from metadata.services import jobs
from tests.conftest import Cast

GOOD = b"item,worker,label\nq1,ana,yes\nq1,bo,no\nq2,ana,yes\nq2,bo,yes\n"


def dropped(cast: Cast, content: bytes, who: str = "manager") -> HttpResponse:
    answer = cast[who].browser.post(
        "/votes/", {"file": SimpleUploadedFile("polls.csv", content), "name": "", "dataset": ""}
    )
    assert isinstance(answer, HttpResponse)
    return answer


@pytest.mark.django_db(transaction=True)
def test_a_file_of_votes_leads_to_its_agreement(cast: Cast) -> None:
    answer = dropped(cast, GOOD)
    job = Job.objects.get(kind="labeling.import_votes")
    assert answer["Location"] == f"/votes/{job.pk}/"
    browser = cast.manager.browser
    assert browser.get(answer["Location"]).status_code == 200
    jobs.run(job.pk)
    led = browser.get(answer["Location"])
    page = browser.get(led["Location"])
    assert b"Counted from 4 answers on 2 items." in page.content
    assert page.context["project"].name == "polls"


@pytest.mark.django_db(transaction=True)
def test_lines_that_cannot_be_used_are_listed_before_going_on(cast: Cast) -> None:
    answer = dropped(cast, GOOD + b"q3,,yes\n")
    jobs.run(Job.objects.get().pk)
    page = cast.manager.browser.get(answer["Location"])
    assert page.status_code == 200
    assert [line["line"] for line in page.context["job"].result["refused"]] == [6]
    assert b"See the agreement" in page.content


@pytest.mark.parametrize("who", ["expert", "labeler", "crowd_worker"])
def test_only_those_who_steer_something_bring_votes(cast: Cast, who: str) -> None:
    assert dropped(cast, GOOD, who).status_code == 403


def test_somebody_elses_import_is_not_seen(cast: Cast) -> None:
    answer = dropped(cast, GOOD)
    assert cast.outsider.browser.get(answer["Location"]).status_code == 404
