"""Projects of Label Studio and CVAT become ours, and what has no equal is said and counted."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from labeling.interchange.lines import UnreadableFile
from labeling.models import (
    Annotation,
    Answer,
    GoldAnswer,
    ModelRun,
    Place,
    Prediction,
    Project,
    Question,
    Round,
)
from labeling.services import foreign_projects, foreign_questions, profiles
from metadata.intake.archive import Entry
from metadata.models import Agent, Asset, Dataset, Identity, Item, Job
from metadata.services import datasets, imports, jobs, media, versions
from tests.conftest import Cast
from tests.labeling.services.exported import CARS, REVIEWS, STREETS, opened, zipped


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def brought(
    files: dict[str, bytes], cast: Cast, *, name: str = "Streets", dataset: int | None = None
) -> foreign_projects.Migrated:
    return foreign_projects.migrate(opened(files), name=name, dataset_id=dataset, by=cast.manager.agent_id)


def remarks(done: foreign_projects.Migrated) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for one in done.report.remarks:
        found[one.what, one.name] = found.get((one.what, one.name), 0) + one.count
    return found


def value(key: str, question: str, who: str, repeat: int = 0) -> Any:
    return Answer.objects.get(
        item__external_key=key,
        question__key=question,
        annotation__agent__identity__external_key=who,
        annotation__repeat=repeat,
    ).value


def test_a_label_studio_project_becomes_questions_items_people_and_their_answers(cast: Cast) -> None:
    done = brought(STREETS, cast)
    assert (done.items, done.people, done.models, done.answers, done.predictions) == (2, 2, 2, 4, 2)
    asked = Question.objects.filter(project=done.project).order_by("ordinal")
    assert [(one.key, one.label_type, one.required) for one in asked] == [
        ("thing", "box", True),
        ("area", "polygon", True),
        ("mask", "polygon", True),
        ("point", "keypoint", True),
        ("light", "choice", True),
        ("lamps", "choices", False),
        ("quality", "rating", False),
        ("caption", "transcript", False),
    ]
    assert asked[0].prompt == "What stands in the street?"
    assert [entry["name"] for entry in asked[0].spec["classes"]] == ["Car", "Person"]
    assert asked[5].shown_if == {"question": "light", "classes": [2]}
    assert set(
        Identity.objects.filter(agent__kind=Agent.Kind.EXTERNAL).values_list("external_key", flat=True)
    ) == {
        "ann@example.com",
        "bo@example.com",
    }
    assert not Identity.objects.filter(agent__kind=Agent.Kind.EXTERNAL, is_active=True).exists()
    box, turned, at_the_edge = value("83/5f3a9c1b-corner.jpg", "thing", "ann@example.com")["elements"]
    assert box == {
        "id": "Dx_aB91ISN",
        "class": 1,
        "part": "image",
        "geometry": {"x0": 64.0, "y0": 120.0, "x1": 384.0, "y1": 360.0},
        "attributes": {"state": "parked"},
    }
    assert turned["geometry"] == pytest.approx(
        {"x0": 431.71, "y0": 60.78, "x1": 495.71, "y1": 108.78, "angle": 30.0}, abs=0.01
    )
    assert (at_the_edge["class"], at_the_edge["geometry"]["x1"]) == (2, 640.0)
    assert value("83/5f3a9c1b-corner.jpg", "lamps", "ann@example.com") == {"classes": [1, 2]}
    assert value("83/5f3a9c1b-corner.jpg", "quality", "ann@example.com") == {"level": 3}
    assert value("83/5f3a9c1b-corner.jpg", "caption", "ann@example.com") == {"text": "A corner at night"}
    first = Annotation.objects.get(key__endswith="-9001")
    assert (first.active_ms, first.independent) == (12_500, True)
    assert first.created_at == dt.datetime(2024, 3, 1, 10, tzinfo=dt.UTC)


def test_what_began_from_a_prediction_is_marked_and_a_second_answer_is_kept_beside(cast: Cast) -> None:
    done = brought(STREETS, cast)
    assert Annotation.objects.get(key__endswith="-9002").independent is False
    again = Annotation.objects.get(key__endswith="-9003")
    assert (again.repeat, again.seat, again.votes.count()) == (1, None, 0)
    corner = Item.objects.get(external_key="83/5f3a9c1b-corner.jpg")
    assert Place.objects.get(task__item=corner, task__round=done.round).taken == 2
    assert remarks(done)["answer", "another answer of the same person"] == 1
    assert remarks(done)["answer", "begun from another"] == 1


def test_an_answer_that_drew_nothing_says_that_nothing_is_there(cast: Cast) -> None:
    brought(STREETS, cast)
    assert value("83/0a1b2c3d-empty.jpg", "thing", "bo@example.com") == {"elements": []}
    assert not Answer.objects.filter(
        item__external_key="83/0a1b2c3d-empty.jpg", question__key="lamps"
    ).exists()


def test_everything_without_an_equal_is_named_and_counted(cast: Cast) -> None:
    found = remarks(brought(STREETS, cast))
    for what, name, count in [
        ("tag", "Style", 1),
        ("attribute", "TextArea.maxSubmissions", 1),
        ("attribute", "Label.background", 2),
        ("region", "mask", 1),
        ("region", "relation", 1),
        ("region", "polygon", 1),  # crosses itself
        ("region", "box", 1),  # cut at the edge
        ("answer", "skipped", 1),
        ("item", "drafts", 1),
        ("item", "comments", 1),
        ("field", "exif", 1),
        ("file", "example.com/far/away.jpg", 1),
    ]:
        assert found.get((what, name)) == count, (what, name, found)


def test_ground_truth_becomes_known_answers_and_predictions_stay_apart(cast: Cast) -> None:
    done = brought(STREETS, cast)
    assert GoldAnswer.objects.get(question__key="light").value == {"class": 2}
    assert done.known == 8
    night = Prediction.objects.get(question__key="light")
    assert (night.value, night.probabilities) == ({"class": 2}, {"2": 0.8})
    assert {one.agent.kind for one in ModelRun.objects.select_related("agent")} == {Agent.Kind.MODEL}
    assert night.model_run.name == "Label Studio: day-or-night"


def test_fields_beside_the_picture_become_fields_of_the_item(cast: Cast) -> None:
    done = brought(STREETS, cast)
    assert Item.objects.get(external_key="83/5f3a9c1b-corner.jpg").fields == {
        "camera": "north",
        "taken": "2024-02-28",
    }
    assert [one["kind"] for one in Dataset.objects.get(pk=done.dataset).fields] == ["text", "date"]


def test_figures_equal_a_recount_and_answers_are_in_the_open_version(cast: Cast) -> None:
    done = brought(STREETS, cast)
    for question in Question.objects.filter(project=done.project):
        assert profiles.recount(question.pk) == []
    closed = versions.close_version(done.dataset, name="one", by=cast.manager.agent_id)
    assert Round.objects.get(pk=done.round).state == Round.State.CLOSED
    assert closed.number == 1


def test_the_same_export_again_changes_nothing(cast: Cast) -> None:
    first = brought(STREETS, cast)
    again = brought(STREETS, cast)
    assert (again.project, again.dataset) == (first.project, first.dataset)
    assert (again.answers, again.repeated, again.predictions, again.known) == (0, 4, 0, 0)
    assert Annotation.objects.filter(task__round=first.round).count() == 4
    assert Project.objects.filter(name="Streets").count() == 1


def test_what_came_since_is_added_and_a_changed_answer_is_told_but_not_rewritten(cast: Cast) -> None:
    first = brought(STREETS, cast)
    grown = (
        STREETS["export.json"]
        .replace(
            b'"completed_by": {"id": 3, "email": "ann@example.com"}, "was_cancelled": true',
            b'"completed_by": 12, "was_cancelled": false',
        )
        .replace(b'"value": {"rating": 3}', b'"value": {"rating": 4}')
        .replace(b'"choices": ["Day"]}}]\n', b'"choices": ["Dusk"]}}]\n')
    )
    config = STREETS["config.xml"].replace(
        b'<Choice value="Day"/>', b'<Choice value="Dawn"/><Choice value="Day"/>'
    )
    again = brought({**STREETS, "export.json": grown, "config.xml": config}, cast)
    assert (again.answers, again.repeated) == (1, 4)
    assert remarks(again)["answer", "changed since"] >= 1
    assert value("83/5f3a9c1b-corner.jpg", "quality", "ann@example.com") == {"level": 3}
    light = Question.objects.get(project=first.project, key="light")
    assert [(one["code"], one["name"]) for one in light.spec["classes"]] == [
        (1, "Day"),
        (2, "Night"),
        (3, "Dawn"),
    ]
    empty = Item.objects.get(external_key="83/0a1b2c3d-empty.jpg")
    assert Place.objects.get(task__item=empty).taken == 2
    for question in Question.objects.filter(project=first.project):
        assert profiles.recount(question.pk) == []


def test_answers_meet_the_pictures_that_a_dataset_has_already(cast: Cast) -> None:
    dataset = datasets.create_dataset(name="Photos", by=cast.manager.agent_id)
    delivery = imports.open_batch(dataset.pk, name="photos", by=cast.manager.agent_id)
    media.import_media(
        dataset.pk,
        [Entry(1, "2024/corner.jpg", STREETS["photos/corner.jpg"])],
        batch=delivery,
        by=cast.manager.agent_id,
    )
    texts = {name: data for name, data in STREETS.items() if not name.startswith("photos/")}
    done = brought(texts, cast, dataset=dataset.pk)
    assert (done.dataset, done.items, done.answers) == (dataset.pk, 1, 3)
    assert value("2024/corner.jpg", "light", "bo@example.com") == {"class": 2}
    assert remarks(done)["file", "83/0a1b2c3d-empty.jpg"] == 1


def test_spans_follow_their_words_however_they_were_counted(cast: Cast) -> None:
    done = brought(REVIEWS, cast, name="Reviews")
    by_characters = value("task-1", "ner", "user 5")["elements"]
    assert [(e["geometry"]["start"], e["geometry"]["end"]) for e in by_characters] == [(19, 23), (29, 33)]
    assert value("task-1", "ner", "user 6")["elements"][0]["geometry"] == {"start": 19, "end": 23}
    assert remarks(done)["region", "span"] == 1
    topic = Question.objects.get(project=done.project, key="topic")
    assert [(one["name"], one.get("parent")) for one in topic.spec["classes"]] == [
        ("Service", None),
        ("Delivery", 1),
        ("Service / Other", 1),
        ("Goods", None),
        ("Price", 4),
        ("Goods / Other", 4),
    ]
    assert value("task-1", "topic", "user 5") == {"classes": [2, 6]}
    assert remarks(done)["tag", "Number stars"] == 1


def test_a_cvat_export_with_its_pictures_in_one_zip_becomes_a_project(cast: Cast) -> None:
    done = brought({"task.zip": zipped(CARS)}, cast, name="")
    assert Project.objects.get(pk=done.project).name == "Cars of the yard"
    assert (done.items, done.people, done.answers) == (4, 1, 3)
    assert [(one.key, one.label_type) for one in Question.objects.filter(project=done.project)] == [
        ("tags", "choices"),
        ("boxes", "box"),
        ("polygons", "polygon"),
        ("points", "keypoint"),
        ("van", "keypoint"),
    ]
    boxes = value("yard/first.png", "boxes", "ann@example.com")["elements"]
    assert boxes[0]["geometry"] == {"x0": 10.5, "y0": 20.0, "x1": 110.5, "y1": 220.25}
    assert boxes[0]["attributes"] == {"occluded": True, "z_order": 2, "group_id": 3, "color": "blue"}
    assert boxes[2]["geometry"]["x1"] == 640.0
    assert value("yard/first.png", "tags", "ann@example.com") == {"classes": [1]}
    assert value("yard/second.png", "polygons", "ann@example.com") == {"elements": []}
    found = remarks(done)
    assert found["region", "polyline"] == 1
    assert found["region", "points"] == 1
    assert found["class", "lane"] == 1
    assert found["attribute", "color"] == 1
    assert found["answer", "empty"] == 1
    assert found["file", "lost.png"] == 1
    assert found["person", "ann@example.com"] == 1


@pytest.mark.parametrize(
    ("files", "field", "said"),
    [
        ({"config.xml": STREETS["config.xml"]}, "files", "export itself is missing"),
        ({"export.json": STREETS["export.json"]}, "files", "config.xml"),
        ({**STREETS, "annotations.xml": CARS["annotations.xml"]}, "files", "two tools"),
        ({"a.json": b"[1, 2]", "config.xml": STREETS["config.xml"]}, "a.json", "no task"),
        ({"a.json": b"[{]", "config.xml": STREETS["config.xml"]}, "a.json", "list of tasks"),
        (
            {"a.json": b'[{"id": 1, "annotator": 2, "img": "x"}]', "c.xml": STREETS["config.xml"]},
            "a.json",
            "JSON-MIN",
        ),
        (
            {"a.json": b'[{"data": {}}]', "c.xml": b"<View><Video name='v' value='$v'/></View>"},
            "c.xml",
            "shows no",
        ),
        ({"c.xml": b"<annotations><track id='0'/></annotations>"}, "c.xml", "for videos"),
        ({"c.xml": b"<annotations><image></annotations>"}, "c.xml", "line 1"),
        (
            {"c.xml": b"<!DOCTYPE a [<!ENTITY x 'y'>]><annotations>&x;</annotations>"},
            "c.xml",
            "document type",
        ),
        ({"note.xml": b"<note/>"}, "note.xml", "<note>"),
        ({"notes.json": b"{}"}, "files", "no Label Studio export"),
    ],
)
def test_an_export_that_cannot_be_used_is_refused_with_its_file_and_reason(
    cast: Cast, files: dict[str, bytes], field: str, said: str
) -> None:
    before = Project.objects.count()
    with pytest.raises(UnreadableFile) as refused:
        brought(files, cast)
    assert said in refused.value.fields[field]
    assert Project.objects.count() == before


def test_a_question_of_another_kind_than_before_refuses_the_whole_import(cast: Cast) -> None:
    first = brought(STREETS, cast)
    config = STREETS["config.xml"].replace(b'choice="single-radio"', b'choice="multiple"')
    with pytest.raises(foreign_questions.QuestionChanged) as refused:
        brought({**STREETS, "config.xml": config}, cast)
    assert list(refused.value.fields) == ["light"]
    assert Annotation.objects.filter(task__round=first.round).count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_job_that_was_killed_after_its_commit_finds_what_it_did(cast: Cast) -> None:
    uploads = [ContentFile(data, name=name) for name, data in STREETS.items()]
    job_id = foreign_projects.start_migration(None, "Streets", uploads, by=cast.manager.agent_id)
    stored = [(str(one["name"]), str(one["key"])) for one in Job.objects.get(pk=job_id).args["files"]]
    foreign_projects.migrate(
        [(name, partial(default_storage.open, key, "rb")) for name, key in stored],
        name="Streets",
        dataset_id=None,
        by=cast.manager.agent_id,
        job_id=job_id,
    )
    Job.objects.filter(pk=job_id).update(attempts=1)
    jobs.run(job_id)
    job = Job.objects.get(pk=job_id)
    assert job.state == Job.State.DONE
    assert (job.result or {})["answers"] == 4
    assert Annotation.objects.filter(task__round__kind=Round.Kind.IMPORTED).count() == 4
    assert Project.objects.filter(name="Streets").count() == 1
    assert Asset.objects.count() == 2
