"""Reports: agreement measured in full and kept, with everything needed to repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.db import transaction

from consistency.models import Report
from consistency.selectors import agreement
from labeling.selectors import votes
from metadata.kernel.errors import Conflict
from metadata.kernel.json_guard import Json
from metadata.services import events, jobs

MEASURE_JOB: Final = "consistency.measure"


class NothingPublished(Conflict):
    """The project has no guideline yet, so there is nothing to measure against."""

    code = "nothing_published"


def measure(question_id: int, *, by: int | None, job_id: UUID | None = None) -> Report:
    """Measures agreement on a question and keeps it, under the guideline that holds now."""
    question = votes.question_of(question_id)
    if question.guideline_version_id is None:
        raise NothingPublished
    with transaction.atomic():
        if job_id is not None and (kept := Report.objects.filter(job_id=job_id).first()):
            return kept
        measured = agreement.live(question_id, seed=agreement.SEED, complete=True)
        left_out: dict[str, int] = {}
        for figure in measured.figures:
            left_out.update(figure.left_out)
        report = Report.objects.create(
            question_id=question.pk,
            job_id=job_id,
            guideline_version_id=question.guideline_version_id,
            figures=measured.as_json(),
            left_out=left_out,
            votes=measured.votes,
            seed=agreement.SEED,
            measured_by_id=by,
        )
        events.append(
            "agreement.measured",
            dataset_id=question.dataset_id,
            project_id=question.project_id,
            subject_id=report.pk,
            agent_id=by,
            payload={"question": question.pk},
        )
    return report


def request_measurement(question_id: int, *, by: int | None) -> UUID:
    """Asks a worker to measure; the job's result names the report."""
    question = votes.question_of(question_id)
    job = jobs.enqueue(MEASURE_JOB, args={"question": question_id}, dataset_id=question.dataset_id, by=by)
    return job.pk


def run_measurement(context: jobs.JobContext) -> Mapping[str, Json]:
    """The job: a second run finds the report of the first."""
    report = measure(int(context.args["question"]), by=context.agent_id, job_id=context.job_id)
    return {"report": report.pk}
