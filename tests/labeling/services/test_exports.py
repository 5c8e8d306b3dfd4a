"""Exports: what comes out of a version is what went in, and agreement computed from it is the live one."""

import contextlib
import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from consistency.core.agreement.alpha import nominal_alpha
from consistency.core.ratings import from_arrays
from consistency.selectors import agreement
from labeling.services import exports, resolutions
from metadata.kernel.canonical import sha256_hex
from metadata.models import Asset, Item, Job, Part, Version, VersionFile
from metadata.services import frozen, items, jobs, versions
from metadata.services.frozen import VersionStillOpen
from tests.conftest import Cast
from tests.labeling.services.labeled import Labeled, chosen, drawn, messages, opened, pictures


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "blobs")},
        },
    }


def exported(version: Version, format: str) -> dict[str, bytes]:  # noqa: A002
    """The files of an export by its job, each checked against the size and hash it is listed with."""
    with transaction.atomic():
        job_id = exports.request_export(version.pk, format=format, by=None)
    jobs.run(job_id)
    job = Job.objects.get(pk=job_id)
    assert job.state == Job.State.DONE, job.error
    found: dict[str, bytes] = {}
    for listed in (job.result or {})["files"]:
        file = VersionFile.objects.get(pk=listed["id"])
        with default_storage.open(file.storage_key) as opened:
            data = opened.read()
        assert (len(data), sha256_hex(data)) == (listed["size"], listed["sha256"])
        found[file.name] = data
    return found


def table(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode())))


@pytest.fixture
def labeled(cast: Cast) -> Labeled:
    labeled = messages(cast, ["Late!", "Pay", "Hm", "Ü ü", "Where?"])
    labeled.label(0, chosen(1, 1, 2, 3, 2))
    labeled.label(1, chosen(1, 2, 2, 3, None))
    labeled.label(2, chosen(1, 1, 1, 1, 1))
    labeled.revise(2, 3, {"class": 3})
    resolutions.resolve_question(labeled.question, by=None)
    return labeled


def test_alpha_from_exported_votes_equals_the_live_alpha(labeled: Labeled) -> None:
    live = agreement.live(labeled.question).headline
    assert live is not None
    assert live.value is not None
    version = versions.close_version(labeled.dataset.pk, name="baseline")
    rows = table(exported(version, "votes_csv")["votes.csv"])
    ratings = from_arrays(
        [row["item"] for row in rows], [row["worker"] for row in rows], [row["code"] for row in rows]
    )
    assert abs(nominal_alpha(ratings).value - live.value) < 1e-9
    assert len(rows) == 14
    corrected = [row for row in rows if row["revision"] == "1"]
    assert [(row["item"], row["code"], row["label"]) for row in corrected] == [("m3", "3", "'=other")]
    assert {row["seat"] for row in rows} <= {"1", "2", "3"}


def test_a_line_of_jsonl_holds_everything_about_an_item(labeled: Labeled) -> None:
    version = versions.close_version(labeled.dataset.pk)
    lines = [json.loads(line) for line in exported(version, "jsonl")["items.jsonl"].splitlines()]
    assert [line["key"] for line in lines] == ["m0", "m1", "m2", "m3", "m4"]
    assert lines[3]["parts"] == [{"role": "text", "kind": "text", "text": "Ü ü"}]
    assert lines[1]["fields"] == {"channel": "mail", "stars": 1.5}
    answer = lines[1]["answers"]["topic"]
    assert (answer["value"], answer["method"]) == ({"class": 1}, "majority")
    assert answer["confidence"] == pytest.approx(2 / 3)
    assert sorted(vote["value"]["class"] for vote in answer["votes"]) == [1, 1, 2]
    assert lines[4]["answers"]["topic"]["value"] is None  # two people, two classes: kept soft


def test_a_table_of_answers_reads_as_people_do_and_runs_no_formula(labeled: Labeled) -> None:
    version = versions.close_version(labeled.dataset.pk)
    rows = table(exported(version, "csv")["answers.csv"])
    assert [row["topic"] for row in rows] == ["billing", "billing", "delivery", "'=other", ""]
    assert [row["topic.votes"] for row in rows] == ["3", "3", "3", "3", "2"]
    assert rows[0]["field.channel"] == "mail"


def test_an_export_is_of_its_version_whatever_happened_since(labeled: Labeled) -> None:
    version = versions.close_version(labeled.dataset.pk)
    first = exported(version, "jsonl")
    again = versions.close_version(labeled.dataset.pk)
    labeled.revise(0, 0, {"class": 2})
    item = labeled.dataset.items.get(external_key="m1")
    items.revise(item.pk, fields={"channel": "chat"}, reason="was chat", by=None)
    gone = labeled.dataset.items.get(external_key="m4")
    items.archive(labeled.dataset.pk, [gone.pk], by=None)
    resolutions.resolve_question(labeled.question, by=None)
    changed = versions.close_version(labeled.dataset.pk)
    assert exported(again, "jsonl") == first  # frozen only now, after the changes
    lines = [json.loads(line) for line in exported(changed, "jsonl")["items.jsonl"].splitlines()]
    assert [line["key"] for line in lines] == ["m0", "m1", "m2", "m3"]
    assert (lines[1]["fields"], lines[1]["revision"]) == ({"channel": "chat"}, 1)


def test_a_delta_over_a_base_holds_what_a_base_would(
    labeled: Labeled, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = versions.close_version(labeled.dataset.pk)
    frozen.freeze(first.pk)
    labeled.revise(0, 0, {"class": 2})
    gone = labeled.dataset.items.get(external_key="m4")
    items.archive(labeled.dataset.pk, [gone.pk], by=None)
    second = versions.close_version(labeled.dataset.pk)
    delta = frozen.freeze(second.pk)
    assert list(second.files.order_by("name").values_list("name", flat=True)) == [
        "0-base-v1.parquet",
        "1-delta-v2.parquet",
    ]
    through_delta = list(frozen.frozen_rows(second.pk))
    second.files.all().delete()
    Version.objects.filter(pk=second.pk).update(frozen_at=None)
    monkeypatch.setattr(frozen, "DELTA_SHARE", 0.0)
    base = frozen.freeze(second.pk)
    assert second.files.get().name == "0-base-v2.parquet"
    assert list(frozen.frozen_rows(second.pk)) == through_delta
    assert base.digest == delta.digest != Version.objects.get(pk=first.pk).digest


def test_every_leaf_of_a_frozen_version_is_the_hash_of_its_content(labeled: Labeled) -> None:
    version = frozen.freeze(versions.close_version(labeled.dataset.pk).pk)
    assert version.counts == {"item": 5, "annotation": 14, "resolution": 5, "missing": 0, "mismatched": 0}
    assert len(version.digest) == 64


def test_boxes_as_coco_match_themselves_in_full(cast: Cast, tmp_path: Path) -> None:
    labeled = pictures(cast, 3)
    one, two = drawn((1, 10, 10, 30, 30), (2, 50, 5, 90, 70)), drawn((1, 12, 10, 30, 32), (2, 50, 5, 88, 70))
    for who in range(2):
        labeled.label(who, [one, two, drawn()] if who == 0 else [two, two, drawn()])
    resolutions.resolve_question(labeled.question, by=None)
    version = versions.close_version(labeled.dataset.pk)
    files = exported(version, "coco")
    assert list(files) == ["marks.coco.json"]
    path = tmp_path / "coco.json"
    path.write_bytes(files["marks.coco.json"])
    coco = json.loads(path.read_bytes())
    assert [image["file_name"] for image in coco["images"]] == ["phone-0.png", "phone-1.png", "phone-2.png"]
    assert coco["annotations"][0]["bbox"] == [11, 10, 19, 21]  # edges at the median of two people's
    with contextlib.redirect_stdout(io.StringIO()):
        assert average_precision(path, coco) == pytest.approx(1.0)


def test_points_go_to_coco_with_their_skeleton(cast: Cast) -> None:
    points = [{"name": "nose"}, {"name": "left hand"}, {"name": "right hand"}]
    spec = {"classes": [{"code": 1, "name": "person"}], "points": points, "lines": [["left hand", "nose"]]}
    question = {"key": "poses", "prompt": "Who?", "label_type": "keypoint", "spec": spec}
    labeled = opened(cast, pictures(cast, 1).dataset, question)
    placed = {
        "nose": {"x": 10, "y": 20.5, "visible": True},
        "right hand": {"x": 30, "y": 40, "visible": False},
    }
    element = {"id": "e1", "class": 1, "part": "image", "geometry": {"points": placed}, "attributes": {}}
    for who in range(2):
        labeled.label(who, [{"elements": [element]}])
    resolutions.resolve_question(labeled.question, by=None)
    files = exported(versions.close_version(labeled.dataset.pk), "coco")
    coco = json.loads(files["poses.coco.json"])
    assert coco["categories"][0]["keypoints"] == ["nose", "left hand", "right hand"]
    assert coco["categories"][0]["skeleton"] == [[2, 1]]
    assert [one["keypoints"] for one in coco["annotations"]] == [[10, 20.5, 2, 0, 0, 0, 30, 40, 1]]


def test_turns_of_speakers_go_to_rttm(cast: Cast) -> None:
    labeled = pictures(cast, 1)
    sound = Asset.objects.create(sha256="5" * 64, size=1, media_type="audio/wav", duration_ms=9_000)
    item = Item.objects.get(dataset=labeled.dataset)
    Part.objects.create(item=item, role="sound", ordinal=1, asset=sound)
    spec = {"classes": [{"code": 1, "name": "Ann Lee"}, {"code": 2, "name": "Ben"}]}
    question = {"key": "turns", "prompt": "Who?", "label_type": "segment", "spec": spec}
    labeled = opened(cast, labeled.dataset, question)
    turns = [
        {"id": f"e{code}", "class": code, "part": "sound", "geometry": {"start": start, "end": end}}
        for code, start, end in ((1, 250, 1_500), (2, 1_500, 8_000))
    ]
    for who in range(2):
        labeled.label(who, [{"elements": turns}])
    resolutions.resolve_question(labeled.question, by=None)
    files = exported(versions.close_version(labeled.dataset.pk), "rttm")
    lines = [line.split() for line in files["turns.rttm"].decode().splitlines()]
    assert [(line[0], line[3], line[4], line[7]) for line in lines] == [
        ("SPEAKER", "0.250", "1.250", "Ann_Lee"),
        ("SPEAKER", "1.500", "6.500", "Ben"),
    ]
    assert {line[1] for line in lines} == {f"{item.external_key}.sound"}


def average_precision(path: Path, coco: dict[str, Any]) -> float:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    truth = COCO(str(path))
    found = truth.loadRes([{**entry, "score": 1.0} for entry in coco["annotations"]])
    evaluation = COCOeval(truth, found, "bbox")
    evaluation.evaluate()
    evaluation.accumulate()
    evaluation.summarize()
    return float(evaluation.stats[0])


@pytest.mark.parametrize("file_format", ["coco", "rttm"])
def test_a_version_without_what_a_format_carries_makes_no_file(labeled: Labeled, file_format: str) -> None:
    version = versions.close_version(labeled.dataset.pk)
    with transaction.atomic():
        job_id = exports.request_export(version.pk, format=file_format, by=None)
    jobs.run(job_id)
    job = Job.objects.get(pk=job_id)
    assert (job.state, (job.error or {})["code"]) == (Job.State.FAILED, "nothing_to_export")


def test_an_open_version_and_an_unknown_format_are_refused(labeled: Labeled) -> None:
    still_open = Version.objects.get(dataset=labeled.dataset, closed_at=None)
    with pytest.raises(VersionStillOpen):
        exports.request_export(still_open.pk, format="csv", by=None)
    with pytest.raises(exports.UnknownFormat):
        exports.request_export(still_open.pk, format="doc", by=None)


def test_an_export_job_run_twice_leaves_one_set_of_files(labeled: Labeled) -> None:
    version = versions.close_version(labeled.dataset.pk)
    exported(version, "csv")
    job = Job.objects.get(kind=exports.EXPORT_JOB)
    context = jobs.JobContext(job.pk, job.args, None, None, attempt=job.attempts)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    again = exports.run_export(context)
    assert again["files"][0]["sha256"] == (job.result or {})["files"][0]["sha256"]  # type: ignore[index,call-overload]
    assert VersionFile.objects.filter(kind="csv").count() == 1


def test_files_written_to_a_directory_equal_those_of_the_job(labeled: Labeled, tmp_path: Path) -> None:
    version = versions.close_version(labeled.dataset.pk)
    (path,) = exports.write_export(version.pk, format="votes_csv", directory=tmp_path / "out")
    assert {path.name: path.read_bytes()} == exported(version, "votes_csv")
