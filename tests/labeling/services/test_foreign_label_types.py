"""What Label Studio and CVAT draw, compare and relate becomes the same here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from labeling.models import Answer, Prediction, Question
from labeling.services import foreign_projects
from tests.api.world import hum
from tests.conftest import Cast
from tests.labeling.services.exported import CARS, label_studio, opened


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    backend = "django.core.files.storage.FileSystemStorage"
    default = {"BACKEND": backend, "OPTIONS": {"location": str(tmp_path / "blobs")}}
    settings.STORAGES = {**settings.STORAGES, "default": default}


def brought(files: dict[str, bytes], cast: Cast, name: str) -> foreign_projects.Migrated:
    return foreign_projects.migrate(opened(files), name=name, dataset_id=None, by=cast.manager.agent_id)


def value(who: str, key: str) -> Any:
    return Answer.objects.get(annotation__agent__identity__external_key=who, item__external_key=key).value


def remarks(done: foreign_projects.Migrated) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for one in done.report.remarks:
        found[one.what, one.name] = found.get((one.what, one.name), 0) + one.count
    return found


def said(answer: Any, text: str) -> list[tuple[str, str, str]]:
    words = {e["id"]: text[e["geometry"]["start"] : e["geometry"]["end"]] for e in answer["elements"]}
    return [(words[one["from"]], one["relation"], words[one["to"]]) for one in answer["links"]]


TEXT = "Ann of Acme met Bob, her husband, at Globex."


def test_relations_between_spans_become_links(cast: Cast) -> None:
    done = brought(label_studio("people"), cast, "People")
    asked = Question.objects.get(project=done.project)
    assert (asked.label_type, asked.prompt) == ("relation", "Who has to do with whom?")
    assert asked.spec["relations"] == [
        {"name": "works for"},
        {"name": "married to", "symmetric": True},
        {"name": "related"},
    ]
    assert said(value("user 5", "task-1"), TEXT) == [
        ("Ann", "works for", "Acme"),
        ("Bob", "married to", "Ann"),
        ("Bob", "works for", "Globex"),
        ("Ann", "related", "Globex"),
    ]
    assert value("user 5", "task-2") == {"elements": [], "links": []}
    assert said(Prediction.objects.get().value, TEXT) == [("Ann", "works for", "Acme")]


def test_a_relation_of_a_span_that_stays_behind_stays_behind_and_is_told(cast: Cast) -> None:
    done = brought(label_studio("people"), cast, "People")
    assert said(value("user 6", "task-1"), TEXT) == [("Ann", "works for", "Acme")]
    assert remarks(done)["region", "span"] == 1
    assert remarks(done)["region", "relation"] == 1


def test_a_relation_that_came_since_is_added(cast: Cast) -> None:
    files = label_studio("people")
    brought(files, cast, "People")
    config = files["config.xml"].replace(b"</Relations>", b'<Relation value="knows"/></Relations>')
    again = brought({**files, "config.xml": config}, cast, "People")
    asked = Question.objects.get(project=again.project)
    assert [one["name"] for one in asked.spec["relations"]] == ["works for", "married to", "related", "knows"]
    assert (again.answers, again.repeated) == (0, 3)


def test_comparisons_become_preferences_between_named_parts(cast: Cast) -> None:
    done = brought(label_studio("compared"), cast, "Summaries")
    asked = Question.objects.get(project=done.project)
    assert (asked.label_type, asked.spec["parts"]) == ("pairwise", ["text", "text-2"])
    assert [one["name"] for one in asked.spec["classes"]] == ["first", "second"]
    assert value("user 5", "task-1") == {"ranking": [[1], [2]]}
    assert value("user 5", "task-2") == {"ranking": [[2], [1]]}
    assert remarks(done)["region", "better"] == 1


def test_labeled_stretches_of_a_sound_become_segments_with_their_words(cast: Cast) -> None:
    done = brought({**label_studio("calls"), "aa11bb22-call.wav": hum(2.0)}, cast, "Calls")
    asked = Question.objects.get(project=done.project)
    assert (asked.label_type, asked.spec["text"], asked.spec["overlapping"]) == ("segment", True, True)
    first, second = value("user 5", "33/aa11bb22-call.wav")["elements"]
    assert first["geometry"] == {"start": 50, "end": 800}
    assert first["attributes"] == {"text": "Hello, how are you?", "tone": "calm"}
    assert second["geometry"] == {"start": 750, "end": 2_000}
    assert second["attributes"] == {"text": "Fine.", "channel": 1}
    assert remarks(done)["region", "segment"] == 1


def test_skeletons_and_points_become_figures_and_boxes_stay_turned(cast: Cast) -> None:
    done = brought(CARS, cast, "Yard")
    asked = {one.key: one for one in Question.objects.filter(project=done.project)}
    assert {key: one.label_type for key, one in asked.items()} == {
        "tags": "choices",
        "boxes": "box",
        "polygons": "polygon",
        "points": "keypoint",
        "van": "keypoint",
    }
    assert [one["name"] for one in asked["van"].spec["points"]] == ["hood", "left wheel", "right wheel"]
    assert asked["van"].spec["lines"] == [["hood", "left wheel"], ["hood", "right wheel"]]
    figure, *others = answer_to("van.png", "van")
    assert figure["geometry"] == {
        "points": {
            "hood": {"x": 100.0, "y": 20.0, "visible": True},
            "right wheel": {"x": 150.0, "y": 80.5, "visible": False},
        }
    }
    assert others == []
    single = [one["geometry"]["points"]["point"] for one in answer_to("van.png", "points")]
    assert [(one["x"], one["y"]) for one in single] == [(10, 20), (30, 40)]
    turned = answer_to("yard/first.png", "boxes")[1]
    assert turned["geometry"] == {"x0": 200, "y0": 20, "x1": 300, "y1": 80, "angle": 45}
    (roof,) = answer_to("van.png", "polygons")
    xs, ys = zip(*roof["geometry"]["points"], strict=True)
    assert (min(xs), max(xs), min(ys), max(ys)) == (24, 27, 30, 32)
    found = remarks(done)
    assert (found["region", "skeleton"], found["region", "points"]) == (1, 1)


def answer_to(key: str, question: str) -> list[dict[str, Any]]:
    answer = Answer.objects.get(item__external_key=key, question__key=question)
    return list(answer.value["elements"])
