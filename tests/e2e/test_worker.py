"""Every kind of long work, done by a real worker that a real beat and broker wake: nothing runs in this process."""

from __future__ import annotations

import io
import json
from pathlib import Path
from uuid import UUID

import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from augmentation.services import recipes, runs
from consistency.services import reports
from labeling.models import Resolution
from labeling.services import exports, resolutions
from metadata.intake.lines import PartLine
from metadata.kernel.canonical import sha256_hex
from metadata.models import Item, Job, VersionFile
from metadata.services import assets, datasets, frozen, imports, jobs, versions
from tests.conftest import Cast
from tests.labeling.services.labeled import drawn, opened, put_items
from tests.metadata.brokers import Background, background

DARKEN = {"copies": 2, "seed": 7, "steps": [{"change": "darken", "factor": [0.3, 0.6]}]}


def finished(running: Background, job_id: UUID) -> Job:
    """The job once a worker has ended it."""
    ended = (Job.State.DONE, Job.State.FAILED)
    running.wait_until(lambda: Job.objects.filter(pk=job_id, state__in=ended).exists(), 90)
    job = Job.objects.get(pk=job_id)
    assert job.state == Job.State.DONE, f"{job.error}\n{running.told()}"
    assert job.attempts == 1
    return job


def picture(shade: int) -> bytes:
    written = io.BytesIO()
    Image.fromarray(np.full((20, 30, 3), shade, dtype=np.uint8)).save(written, "PNG")
    return written.getvalue()


def test_import_resolve_measure_freeze_export_and_augment_run_in_a_worker(
    transactional_db: None, cast: Cast, tmp_path: Path
) -> None:
    owner = cast.manager.agent_id
    dataset = datasets.create_dataset(name="Phones", fields=[], by=owner)
    stored = [assets.store(picture(shade)) for shade in (200, 100)]
    put_items(
        dataset, [(f"p{at}", {}, PartLine("image", 0, None, one.sha256)) for at, one in enumerate(stored)]
    )
    labeled = opened(cast, dataset)
    for who in range(2):
        labeled.label(who, [drawn((1, 2, 3, 12, 9)), drawn()])
    with background("pgmq", tmp_path) as running:
        jobs.dispatch_with(running.send)
        lines = b"".join(
            json.dumps({"key": f"t{n}", "text": f"Text {n}"}).encode() + b"\n" for n in range(700)
        )
        other = datasets.create_dataset(name="Texts", fields=[], by=owner)
        imported = finished(
            running, imports.start_import(other.pk, ContentFile(lines, "texts.jsonl"), "jsonl", owner).pk
        )
        assert (imported.result or {})["created"] == Item.objects.filter(dataset=other).count() == 700

        finished(running, resolutions.request_resolution(labeled.question, by=owner))
        assert Resolution.objects.filter(question_id=labeled.question).count() == 2
        finished(running, reports.request_measurement(labeled.question, by=owner))

        version = versions.close_version(dataset.pk)
        frozen_job = finished(running, frozen.request_freeze(version.pk, by=owner))
        version.refresh_from_db()
        assert version.digest
        assert (frozen_job.result or {})["digest"] == version.digest
        for format in set(exports.FORMATS) - {"rttm"}:  # noqa: A001 - nothing here is a sound
            (listed,) = (
                finished(running, exports.request_export(version.pk, format=format, by=owner)).result or {}
            )["files"]
            file = VersionFile.objects.get(pk=listed["id"])
            with default_storage.open(file.storage_key) as opened_file:
                content = opened_file.read()
            assert (len(content), sha256_hex(content)) == (listed["size"], listed["sha256"])

        recipe = recipes.create_recipe(dataset.pk, "Evening", DARKEN, by=owner)
        run = runs.start_run(recipe.pk, by=owner)
        assert run.job_id is not None
        finished(running, run.job_id)
        assert Item.objects.filter(dataset=dataset).count() == 2 + 2 * 2
