"""Votes from a file become what submits would have written, in bulk."""

import csv
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.ratings import from_arrays
from consistency.selectors import agreement
from labeling.interchange.lines import UnreadableFile
from labeling.models import Annotation, Assignment, Place, Project, Tally, Vote
from labeling.selectors.votes import question_of
from labeling.services import profiles, resolutions, votes_import
from metadata.models import Agent, Identity, Item, Job, Part
from metadata.services import frozen, jobs, versions
from tests.conftest import Cast
from tests.labeling.services.labeled import messages

FILE = b"item,worker,label,text\na,ann,yes,Hi\na,bo,no,\nb,ann,yes,\nb,bo,yes,\nb,cy,no,\nc,ann,7,\n"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def imported(data: bytes, *, dataset: int | None = None, by: int | None = None) -> votes_import.ImportedVotes:
    return votes_import.import_votes(dataset, "Existing votes", [data], format="csv", by=by)


def test_every_vote_has_a_seat_and_the_figures_equal_a_recount(cast: Cast) -> None:
    done = imported(FILE, by=cast.manager.agent_id)
    assert (done.items, done.workers, done.classes, done.votes, done.refused_lines) == (3, 3, 3, 6, 0)
    assert sorted(Annotation.objects.values_list("task__item__external_key", "seat")) == [
        ("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 3), ("c", 1),
    ]  # fmt: skip
    assert set(Place.objects.values_list("taken", "wanted")) == {(2, 2), (3, 3), (1, 1)}
    assert Assignment.objects.filter(state=Assignment.State.DONE, head__isnull=False).count() == 6
    assert profiles.recount(done.question) == []
    assert [entry["name"] for entry in question_of(done.question).spec["classes"]] == ["7", "no", "yes"]
    assert Tally.objects.get(item__external_key="b").codes == [2, 3, 3]
    assert Part.objects.get(item__external_key="a").text == "Hi"


def test_alpha_of_an_imported_file_equals_alpha_of_the_file(cast: Cast) -> None:
    done = imported(FILE, by=cast.manager.agent_id)
    rows = list(csv.DictReader(FILE.decode().splitlines()))
    expected = nominal_alpha(
        from_arrays([r["item"] for r in rows], [r["worker"] for r in rows], [r["label"] for r in rows])
    )
    live = agreement.live(done.question).headline
    assert live is not None
    assert live.value == pytest.approx(expected.value, abs=1e-12)


def test_bad_lines_are_listed_and_stop_nothing(cast: Cast) -> None:
    done = imported(
        b"task,annotator,answer\na,ann,x\na,ann,x\na,ann,y\n,bo,x\nb,bo,\nb,bo," + b"z" * 201 + b"\nb,bo,y\n"
    )
    assert (done.votes, done.repeated, done.refused_lines) == (2, 1, 4)
    assert [(error.line, error.code) for error in done.refused] == [
        (4, "voted_twice"),
        (5, "missing"),
        (6, "missing"),
        (7, "too_long"),
    ]


def test_votes_meet_the_items_and_workers_that_a_dataset_has(cast: Cast) -> None:
    labeled = messages(cast, ["one", "two"])
    first = imported(b"item,worker,label\nm0,ann,1\nm1,ann,2\n", dataset=labeled.dataset.pk)
    again = imported(b"item,worker,label\nm0,ann,1\nnew,bo,2\n", dataset=labeled.dataset.pk)
    assert Item.objects.filter(dataset=labeled.dataset).count() == 3
    assert first.project != again.project
    assert Identity.objects.filter(external_key="ann").count() == 1
    assert Agent.objects.filter(kind=Agent.Kind.EXTERNAL).count() == 2
    assert Part.objects.get(item__external_key="m0").text == "one"


def test_labels_that_differ_only_in_case_stay_apart(cast: Cast) -> None:
    done = imported(b"item,worker,label\na,ann,Yes\na,bo,yes\n")
    assert [entry["name"] for entry in question_of(done.question).spec["classes"]] == ["Yes", "yes (2)"]


def test_imported_votes_can_be_resolved_frozen_and_verified(cast: Cast) -> None:
    done = imported(FILE, by=cast.manager.agent_id)
    assert resolutions.resolve_question(done.question, by=None).tied == 1
    version = frozen.freeze(versions.close_version(done.dataset).pk)
    assert version.counts == {"item": 3, "annotation": 6, "resolution": 3, "missing": 0, "mismatched": 0}


@pytest.mark.parametrize(
    "data",
    [b"", b"item,worker\na,b\n", b"item,worker,label\n", b"item,worker,label\n,,\n", b"\xff\xfe\x00"],
)
def test_a_file_without_a_usable_vote_is_refused_and_leaves_nothing(cast: Cast, data: bytes) -> None:
    before = Project.objects.count()
    with pytest.raises(UnreadableFile):
        imported(data)
    assert Project.objects.count() == before


def test_an_unknown_format_is_refused(cast: Cast) -> None:
    with pytest.raises(votes_import.UnknownVotesFormat):
        votes_import.import_votes(None, "x", [], format="xls", by=None)


def test_the_job_imports_once_and_reports_the_bad_lines(cast: Cast) -> None:
    with transaction.atomic():
        job_id = votes_import.start_import(
            None,
            "Votes",
            ContentFile(FILE + b"x,,y\n", name="votes.csv"),
            format="csv",
            by=cast.manager.agent_id,
        )
    stored = Job.objects.get(pk=job_id).args["upload"]
    jobs.run(job_id)
    job = Job.objects.get(pk=job_id)
    assert job.state == Job.State.DONE, job.error
    assert (job.result or {})["votes"] == 6
    assert (job.result or {})["refused"][0]["line"] == 8
    assert not default_storage.exists(stored)
    again = votes_import.run_import
    projects = Project.objects.count()
    default_storage.save(stored, ContentFile(FILE))  # killed after its commit: the file is still there
    assert again(jobs.JobContext(job_id, job.args, None, None, attempt=2))["votes"] == 6
    assert Project.objects.count() == projects


def test_a_hundred_thousand_votes_come_in_within_seconds(cast: Cast) -> None:
    rows = [f"item-{at // 5},w{(at * 7919) % 5 + 10 * (at % 5)},{at * 31 % 4}" for at in range(100_000)]
    began = time.process_time()
    done = imported("\n".join(["item,worker,label", *rows]).encode())
    assert (done.votes, done.items) == (100_000, 20_000)
    assert time.process_time() - began < 15
    assert Vote.objects.count() == 100_000
    assert profiles.recount(done.question) == []
