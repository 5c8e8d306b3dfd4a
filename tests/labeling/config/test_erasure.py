"""A dataset goes with everything that any app holds about it, and nothing else does."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from augmentation.models import DerivedItem, Recipe
from consistency.models import Report
from labeling.config.demo import load as demo
from labeling.models import Annotation, Project
from labeling.services import annotations, desk
from metadata.models import AuditEntry, Dataset, Identity, Item, Job
from metadata.services import datasets, imports, jobs
from tests.conftest import Cast
from tests.labeling.config.any_rows import a_row
from tests.labeling.services.conftest import Bench, bench_of

# What outlives a dataset: people, logs, files by their hash, and the machinery.
KEPT = {
    "metadata.agent",
    "metadata.apitoken",
    "metadata.asset",
    "metadata.auditentry",
    "metadata.event",
    "metadata.identity",
    "metadata.job",
    "metadata.onetimelink",
    "metadata.team",
    "metadata.teammembership",
    "metadata.idempotentrequest",
    "metadata.workerheartbeat",
    "labeling.logposition",
    "consistency.eventcursor",
}


def rows() -> dict[str, int]:
    """How many rows each table has that could belong to a dataset."""
    counted = {}
    for app in ("metadata", "labeling", "consistency", "augmentation"):
        for model in apps.get_app_config(app).get_models():
            if model._meta.label_lower not in KEPT:
                counted[model._meta.label_lower] = model._base_manager.count()
    return counted


def finish(job: Job) -> None:
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("done", None)


def test_a_labeled_measured_and_augmented_dataset_is_deleted_wholly(cast: Cast) -> None:
    before = rows()
    bench = bench_of(cast)
    _use(bench)
    assert {name for name, n in rows().items() if n > before[name]} >= {
        "labeling.vote",
        "labeling.place",
        "labeling.profiledelta",
        "consistency.report",
        "augmentation.deriveditem",
    }
    answers = Annotation.objects.count()
    assert answers > 0
    finish(datasets.delete_dataset(cast.dataset.pk, by=cast.admin.agent_id))
    assert not Dataset.objects.filter(pk=cast.dataset.pk).exists()
    assert Project.objects.get() == cast.foreign_project
    left = rows()
    for name in ("labeling.annotation", "labeling.vote", "labeling.task", "labeling.place", "metadata.item"):
        assert left[name] == 0, name
    assert left["labeling.question"] == left["labeling.guidelineversion"] == 1
    assert Identity.objects.filter(pk=cast.labeler.identity.pk, is_active=True).exists()


def _use(bench: Bench) -> None:
    for caller in bench.callers[:2]:
        while isinstance(given := desk.claim(caller, bench.project.pk), desk.ClaimedTask):
            annotations.submit(
                caller, given.task_id, key=f"answer-{caller.agent_id}-{given.task_id}", body=bench.body()
            )
    parent, child = Item.objects.order_by("pk")[:2]
    recipe = Recipe.objects.create(dataset=bench.cast.dataset, name="Darker", steps=[])
    run = recipe.runs.create(steps=[], batch=imports.open_batch(bench.cast.dataset.pk, name="Run", by=None))
    DerivedItem.objects.create(run=run, parent=parent, child=child, change={})
    Report.objects.create(
        question=bench.project.questions.get(), guideline_version_id=bench.guideline, figures={}
    )


def test_any_row_that_hangs_on_a_dataset_goes_with_it(db: None) -> None:
    for app in ("metadata", "labeling", "consistency", "augmentation"):
        for model in apps.get_app_config(app).get_models():
            if model._meta.label_lower not in KEPT:
                a_row(model)
    for dataset in Dataset.objects.all():
        finish(datasets.delete_dataset(dataset.pk, by=None))
    assert {name: n for name, n in rows().items() if n} == {}


@pytest.fixture
def loaded(db: None) -> list[Project]:
    return demo.load()


def test_the_demo_goes_with_one_button_and_a_question_and_can_come_again(
    loaded: list[Project], cast: Cast, sent_jobs: list[Any]
) -> None:
    browser = cast.admin.browser
    assert re.search(
        r'<form method="post" action="/demo/remove"[^>]* data-confirm="', browser.get("/").content.decode()
    )
    assert browser.get("/demo/remove").status_code == 405
    assert Dataset.objects.filter(demo=True, archived_at=None).count() == len(loaded)
    assert browser.post("/demo/remove").status_code == 302
    assert set(Project.objects.filter(demo=True).values_list("state", flat=True)) == {"archived"}
    assert "It is loaded" not in browser.get("/first-run/").content.decode()
    for job in Job.objects.filter(kind=datasets.DELETE_JOB):
        finish(job)
    assert not Project.objects.filter(demo=True).exists()
    assert not Item.objects.exists()
    assert set(Dataset.objects.all()) == {cast.dataset, cast.foreign_dataset}
    assert not Identity.objects.filter(demo=True, is_active=True).exists()
    assert AuditEntry.objects.filter(action="dataset.deleted", agent_id=cast.admin.agent_id).count() == 2
    assert "/demo/remove" not in browser.get("/").content.decode()
    call_command("demo", "load")
    assert Project.objects.filter(demo=True).count() == 2
    assert "/demo/remove" in browser.get("/").content.decode()


@pytest.mark.parametrize("role", ["manager", "expert", "labeler", "vendor_lead", "crowd_worker", "outsider"])
def test_only_an_admin_is_offered_or_allowed_to_remove_the_demo(role: str, cast: Cast) -> None:
    cast.dataset.demo = True
    cast.dataset.save()
    browser = cast[role].browser
    assert "/demo/remove" not in browser.get("/").content.decode()
    assert browser.post("/demo/remove").status_code == 403
    assert not Job.objects.exists()


def test_a_stranger_is_sent_to_sign_in_before_anything_about_the_demo(cast: Cast) -> None:
    assert Client().post("/demo/remove")["location"].startswith("/sign-in/")
