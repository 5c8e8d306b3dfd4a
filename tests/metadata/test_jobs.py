"""Jobs through real workers and every broker: killed at each step they end once, all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from metadata.kernel.json_guard import Json
from metadata.models import Item, Job
from metadata.services import datasets, imports, jobs
from tests.metadata.brokers import background
from tests.metadata.killing import KIND, killed_import

LINES = 1_200  # three pieces (of 500 here): the middle is after the first one was committed
ENDED = (Job.State.DONE, Job.State.FAILED, Job.State.CANCELED)

# What is killed (the process that does the job, or the whole worker) and when; how often the work was then begun.
STRIKES = [
    ("before", True, 1),
    ("start", False, 2),
    ("middle", True, 2),
    ("end", True, 2),
    ("after", False, 1),
    ("never", False, 1),
]


def struck_import(place: Path, step: str, *, whole: bool) -> Job:
    name = f"{step}-{'worker' if whole else 'process'}"
    dataset = datasets.create_dataset(name=name, description="", fields=[], by=None)
    lines = b"".join(json.dumps({"key": f"i{n}", "text": f"Item {n}"}).encode() + b"\n" for n in range(LINES))
    batch = imports.open_batch(dataset.pk, name=name, by=None)
    upload = default_storage.save(f"uploads/{name}", ContentFile(lines))
    args: dict[str, Json] = {"batch": batch.pk, "upload": upload, "format": "jsonl"}
    mark: dict[str, Json] = {"step": step, "whole": whole, "mark": str(place / name)}
    return jobs.enqueue(KIND, args={**args, **mark}, dataset_id=dataset.pk)


@pytest.mark.parametrize("broker", ["pgmq", "redis", "amqp"])
def test_jobs_whose_worker_is_killed_at_any_step_end_once(
    broker: str, transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(jobs._runners, KIND, killed_import)
    asked = [(struck_import(tmp_path, step, whole=whole), begun) for step, whole, begun in STRIKES]
    with background(broker, tmp_path) as running:
        running.wait_until(lambda: not Job.objects.exclude(state__in=ENDED).exists(), 200)
        for job, begun in asked:
            job.refresh_from_db()
            where = f"{job.args['step']}, {job.error}\n{running.told()}"
            assert job.state == Job.State.DONE, where
            assert job.attempts >= begun, where
            assert Path(job.args["mark"]).exists() == (job.args["step"] != "never"), where
            assert job.result == {
                "batch": job.args["batch"],
                "created": LINES,
                "repeated": 0,
                "refused": 0,
            }, where
            assert Item.objects.filter(dataset=job.dataset_id).count() == LINES, where
        killed = [said for said in running.said if said.startswith("worker ended (signal SIGKILL)")]
        assert killed


def test_a_stuck_job_is_seen_within_two_minutes() -> None:
    sweep = settings.CELERY_BEAT_SCHEDULE["metadata: find lost jobs"]
    assert sweep["task"] == "metadata.jobs.sweep"
    every_s = float(str(sweep["schedule"]))
    assert jobs.LOST_AFTER_S + every_s < 120
    assert jobs.RESEND_AFTER_S + every_s < 120
