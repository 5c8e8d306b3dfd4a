"""A worker's way through the pages, and what others see of it."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from labeling.models import CrowdLink, CrowdRun
from labeling.services import crowd
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.services.test_crowd import STUDY, answer, begun, link_of


@pytest.fixture
def bench(cast: Cast) -> Bench:
    return bench_of(cast)


@pytest.fixture
def link(bench: Bench) -> CrowdLink:
    return link_of(bench, consent="You may stop at any time.", return_url="https://example.org/back?cc=C1A2")


def enter(link: CrowdLink, query: str = "PROLIFIC_PID=5f1c") -> str:
    return f"/crowd/{link.slug}/?{query}"


def worker_of(link: CrowdLink, worker: str = "5f1c") -> Client:
    browser = Client(HTTP_HOST="localhost")
    assert browser.post(enter(link, f"PROLIFIC_PID={worker}")).status_code == 302
    return browser


def test_looking_at_the_link_begins_nothing(link: CrowdLink) -> None:
    page = Client(HTTP_HOST="localhost").get(enter(link))
    assert page.status_code == 200
    assert "You may stop at any time." in page.content.decode()
    assert not CrowdRun.objects.exists()


def test_a_worker_goes_from_the_link_to_the_code(bench: Bench, link: CrowdLink) -> None:
    browser = worker_of(link)
    desk_page = browser.get(f"/projects/{bench.project.pk}/label/")
    assert desk_page.status_code == 200
    assert '"home_url": "/crowd/end/"' in desk_page.content.decode()
    end = browser.get("/crowd/end/").content.decode()
    assert "C1A2" not in end
    assert browser.post("/crowd/end/", {"action": "finish"}).status_code == 409
    for _ in range(3):
        task = browser.post(
            f"/api/v1/projects/{bench.project.pk}/claim", "{}", content_type="application/json"
        ).json()["task"]
        answered = browser.post(
            f"/api/v1/tasks/{task['id']}/annotations",
            bench.body(),
            content_type="application/json",
            headers={"Idempotency-Key": f"answer-{task['id']}"},
        )
        assert answered.status_code == 201
    assert browser.post("/crowd/end/", {"action": "finish"}).status_code == 302
    end = browser.get("/crowd/end/").content.decode()
    assert "C1A2" in end
    assert "https://example.org/back?cc=C1A2" in end
    assert browser.get("/").headers["Location"] == "/crowd/end/"


def test_resuming_needs_the_browser_it_was_begun_in(bench: Bench, link: CrowdLink) -> None:
    browser = worker_of(link)
    assert browser.get(enter(link)).headers["Location"] == f"/projects/{bench.project.pk}/label/"
    stranger = Client(HTTP_HOST="localhost")
    for method in (stranger.get, stranger.post):
        refused = method(enter(link))
        assert refused.status_code == 409
        assert "another browser" in refused.content.decode()
    assert "_auth_user_id" not in stranger.session
    assert CrowdRun.objects.count() == 1


def test_a_worker_cannot_become_another_by_changing_the_address(link: CrowdLink) -> None:
    browser = worker_of(link)
    browser.post(enter(link, "PROLIFIC_PID=another"))
    assert CrowdRun.objects.count() == 1


def test_somebody_signed_in_stays_who_they_are(bench: Bench, link: CrowdLink) -> None:
    manager = bench.cast.manager.browser
    before = manager.session["_auth_user_id"]
    page = manager.post(enter(link))
    assert "signed in as" in page.content.decode()
    assert manager.session["_auth_user_id"] == before
    assert not CrowdRun.objects.exists()


@pytest.mark.parametrize(
    ("query", "says"),
    [("", "PROLIFIC_PID"), ("PROLIFIC_PID=a&PROLIFIC_PID=b", "more than once"), ("WORKER=a", "PROLIFIC_PID")],
)
def test_a_link_without_a_usable_id_says_what_is_missing(link: CrowdLink, query: str, says: str) -> None:
    for method in (Client(HTTP_HOST="localhost").get, Client(HTTP_HOST="localhost").post):
        answered = method(enter(link, query))
        assert answered.status_code == 422
        assert says in answered.content.decode()
    assert not CrowdRun.objects.exists()


def test_a_full_study_says_so_and_a_link_that_never_was_is_not_found(bench: Bench) -> None:
    full = link_of(bench, workers=1)
    worker_of(full, "first")
    refused = Client(HTTP_HOST="localhost").post(enter(full, "PROLIFIC_PID=second"))
    assert refused.status_code == 409
    assert "no more workers" in refused.content.decode()
    assert Client(HTTP_HOST="localhost").get("/crowd/never-was/").status_code == 404


def test_a_worker_sees_nothing_but_their_own_desk(bench: Bench, link: CrowdLink) -> None:
    browser = worker_of(link)
    project = bench.project.pk
    for path in (
        "setup/",
        "members/",
        "crowd/",
        f"crowd/{link.pk}/",
        f"crowd/{link.pk}/runs.csv",
        "items/",
        "agreement/",
    ):
        assert browser.get(f"/projects/{project}/{path}").status_code in (403, 404), path
    token = {"name": "x", "scopes": ["label"], "days": 1}
    refused = browser.post("/api/v1/tokens/", token, content_type="application/json")
    assert refused.status_code == 422
    assert "tokens" in refused.json()["fields"]["agent"]


def test_the_manager_makes_a_link_and_reads_its_address(bench: Bench) -> None:
    browser = bench.cast.manager.browser
    form = {
        "name": STUDY.name,
        "worker_parameter": "PROLIFIC_PID",
        "study_parameter": "STUDY_ID",
        "tasks_each": 3,
        "workers": 4,
        "code": "C1A2",
    }
    made = browser.post(f"/projects/{bench.project.pk}/crowd/", form)
    assert made.status_code == 302
    page = browser.get(made.headers["Location"]).content.decode()
    slug = CrowdLink.objects.get().slug
    assert f"/crowd/{slug}/?PROLIFIC_PID={{{{%PROLIFIC_PID%}}}}&amp;STUDY_ID={{{{%STUDY_ID%}}}}" in page
    refused = browser.post(f"/projects/{bench.project.pk}/crowd/", {**form, "return_url": "javascript:1"})
    assert refused.status_code == 422
    assert "https://" in refused.content.decode()


def test_runs_are_approved_rejected_and_exported(bench: Bench, link: CrowdLink) -> None:
    worker = begun(link, "=cmd()")
    answer(bench, worker, 3)
    crowd.finish(worker)
    run = CrowdRun.objects.get().pk
    browser, at = bench.cast.manager.browser, f"/projects/{bench.project.pk}/crowd/{link.pk}/"
    assert browser.post(at, {"action": "rejected", "run": run}).status_code == 422
    assert browser.post(at, {"action": "approved"}).status_code == 422
    assert browser.post(at, {"action": "approved", "run": run}).status_code == 302
    (row,) = csv.DictReader(io.StringIO(browser.get(f"{at}runs.csv").content.decode()))
    assert (row["worker"], row["state"], row["answers"], row["verdict"]) == (
        "'=cmd()",
        "finished",
        "3",
        "approved",
    )
    assert browser.post(at, {"action": "close"}).status_code == 302
    assert "closed" in browser.get(at).content.decode()
