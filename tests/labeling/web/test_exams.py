"""Exams on pages: opened by a manager, taken by a platform's worker, and letting somebody in."""

from __future__ import annotations

import pytest
from django.test import Client

from labeling.models import CrowdLink, ExamResult, Round
from labeling.services import gold
from metadata.models import Item
from tests.conftest import Cast
from tests.labeling.services.conftest import Bench, bench_of
from tests.labeling.web.test_crowd import worker_of
from tests.labeling.web.test_pauses import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def bench(cast: Cast) -> Bench:
    bench = bench_of(cast)
    items = Item.objects.filter(dataset=cast.dataset).order_by("pk").values_list("pk", flat=True)[:3]
    gold.set_gold(bench.project.questions.get().pk, [(item, {"class": 1}) for item in items], by=None)
    return bench


def opened(bench: Bench) -> Round:
    address = f"/projects/{bench.project.pk}/exams/"
    asked = {"action": "open", "name": "Entry", "items": "2", "pass_mark": "100"}
    assert bench.cast.manager.browser.post(address, {**asked, "items": "9"}).status_code == 422
    assert bench.cast.manager.browser.post(address, asked).status_code == 302
    assert "Entry" in text(bench.cast.manager.browser, address)
    return Round.objects.get(kind="exam")


def link_by_form(bench: Bench, exam: Round) -> CrowdLink:
    asked = {
        "name": "Messages",
        "worker_parameter": "PROLIFIC_PID",
        "tasks_each": "2",
        "workers": "9",
        "code": "C1A2",
        "exam": str(exam.pk),
        "failed_code": "SCREENED",
        "failed_url": "https://platform.example/out",
    }
    made = bench.cast.manager.browser.post(f"/projects/{bench.project.pk}/crowd/", asked)
    assert made.status_code == 302
    return CrowdLink.objects.get()


def take(bench: Bench, browser: Client, code: int, times: int) -> str:
    """Answers with one code over HTTP; the reason that nothing more came, or ""."""
    for at in range(times):
        claimed = browser.post(
            f"/api/v1/projects/{bench.project.pk}/claim", "{}", content_type="application/json"
        )
        body = claimed.json()
        if body.get("task") is None:
            return str(body["reason"]["code"])
        answered = browser.post(
            f"/api/v1/tasks/{body['task']['id']}/annotations",
            bench.body(code),
            content_type="application/json",
            headers={"Idempotency-Key": f"exam-{body['task']['id']}-{at}"},
        )
        assert answered.status_code == 201
    return ""


def test_who_does_not_pass_leaves_with_a_code_of_their_own(bench: Bench) -> None:
    link = link_by_form(bench, opened(bench))
    assert "at least 100% of them right" in text(
        Client(HTTP_HOST="localhost"), f"/crowd/{link.slug}/?PROLIFIC_PID=x"
    )
    browser = worker_of(link)
    assert take(bench, browser, 2, 3) == "not_qualified"
    end = text(browser, "/crowd/end/")
    assert "SCREENED" in end
    assert "https://platform.example/out" in end
    assert "C1A2" not in end
    assert browser.get(f"/projects/{bench.project.pk}/label/").status_code == 404


def test_who_passes_goes_on_to_the_tasks_and_the_code(bench: Bench) -> None:
    browser = worker_of(link_by_form(bench, opened(bench)))
    assert take(bench, browser, 1, 5) == "enough"
    assert browser.post("/crowd/end/", {"action": "finish"}).status_code == 302
    end = text(browser, "/crowd/end/")
    assert "C1A2" in end
    assert "Your 2 answers are stored." in end


def test_a_round_by_form_asks_for_the_exam_and_a_manager_lets_in_who_failed(bench: Bench) -> None:
    exam, manager, project = opened(bench), bench.cast.manager.browser, bench.project.pk
    manager.post(f"/projects/{project}/rounds/{bench.round.pk}/", {"action": "closed"})
    made = manager.post(
        f"/projects/{project}/rounds/",
        {
            "name": "Hard",
            "kind": "production",
            "places_per_task": "2",
            "ordering": "finish",
            "exam": str(exam.pk),
        },
    )
    assert made.status_code == 302
    labeler = bench.cast.labeler
    assert take(bench, labeler.browser, 2, 3) == "not_qualified"
    let_in = {"action": "let_in", "exam": exam.pk, "agent": labeler.agent_id}
    assert manager.post(f"/projects/{project}/exams/", {**let_in, "reason": ""}).status_code == 422
    assert manager.post(f"/projects/{project}/exams/", {**let_in, "reason": "I asked."}).status_code == 302
    assert ExamResult.objects.get().let_in_reason == "I asked."
    assert take(bench, labeler.browser, 1, 1) == ""
