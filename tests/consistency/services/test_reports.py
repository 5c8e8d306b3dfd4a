"""A report is a measurement that was kept: complete, repeatable, and made once by its job."""

import pytest
from django.db import transaction

from consistency.models import Report
from consistency.selectors import agreement
from consistency.services import reports
from labeling.services import annotations, desk
from metadata.kernel.errors import NotFound
from metadata.models import Event, Job
from metadata.services import jobs
from tests.labeling.services.conftest import Bench


def label(bench: Bench) -> int:
    for at, caller in enumerate(bench.callers[:2]):
        while isinstance(given := desk.claim(caller, bench.project.pk), desk.ClaimedTask):
            body = bench.body(1 if at == 0 or given.item_id % 3 else 2)
            annotations.submit(
                caller, given.task_id, key=f"answer-{caller.agent_id}-{given.task_id}", body=body
            )
    return int(bench.project.questions.get().pk)


def test_a_report_keeps_what_was_live_with_pairs_and_guideline(bench: Bench) -> None:
    question = label(bench)
    report = reports.measure(question, by=bench.callers[0].agent_id)
    assert report.figures == agreement.live(question, complete=True).as_json()
    assert report.votes == 12
    assert report.guideline_version_id == bench.guideline
    assert Event.objects.get(kind="agreement.measured").subject_id == report.pk


def test_a_measurement_twice_by_one_job_makes_one_report(bench: Bench) -> None:
    question = label(bench)
    with transaction.atomic():
        job_id = reports.request_measurement(question, by=bench.callers[0].agent_id)
    jobs.run(job_id)
    job = Job.objects.get(pk=job_id)
    assert job.state == Job.State.DONE, job.error
    assert reports.measure(question, by=None, job_id=job_id).pk == (job.result or {})["report"]
    assert Report.objects.count() == 1


def test_measuring_an_unknown_question_finds_nothing(db: None) -> None:
    with pytest.raises(NotFound):
        reports.measure(987_654, by=None)
