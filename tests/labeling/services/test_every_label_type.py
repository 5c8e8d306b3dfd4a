"""An answer of every label type goes the whole way: asked, handed out, submitted, stored, resolved."""

import json
import uuid
from typing import Any

import pytest

from labeling.label_types.registry import LABEL_TYPES
from labeling.models import Answer, Project, Resolution
from labeling.services import annotations, desk, projects, resolutions, rounds
from metadata.models import Asset, Item, Part
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import imports
from tests.conftest import Cast

CLASSES = [{"name": "one"}, {"name": "two"}]
TEXT = "Um, das Wetter 🌦️"


def element(geometry: dict[str, Any], part: str = "text") -> dict[str, Any]:
    return {"id": "e1", "class": 1, "part": part, "geometry": geometry, "attributes": {}}


ANSWERS: dict[str, Any] = {
    "choice": {"class": 1},
    "choices": {"classes": [1, 2]},
    "rating": {"level": 2},
    "pairwise": {"ranking": [[2], [1]], "shown": [2, 1]},
    "span": {"elements": [element({"start": 15, "end": len(TEXT)})]},
    "relation": {
        "elements": [element({"start": 0, "end": 2}), {**element({"start": 4, "end": 7}), "id": "e2"}],
        "links": [{"id": "l1", "relation": "related", "from": "e1", "to": "e2"}],
    },
    "segment": {"elements": [element({"start": 100, "end": 900}, "sound")]},
    "record": {"fields": {"text": "Um, das Wetter"}},
    "transcript": {"text": "Um, das Wetter"},
    "box": {"elements": []},
    "polygon": {"elements": []},
    "keypoint": {
        "elements": [element({"points": {"point": {"x": 1.0, "y": 2.5, "visible": False}}}, "image")]
    },
}


@pytest.mark.parametrize("name", [one.name for one in LABEL_TYPES])
def test_an_answer_is_stored_as_it_was_given_and_resolved(cast: Cast, name: str) -> None:
    batch = imports.open_batch(cast.dataset.pk, name="lines", by=None)
    line = json.dumps({"key": "a", "text": TEXT}).encode() + b"\n"
    imports.import_lines(cast.dataset.pk, [line], format="jsonl", batch=batch, by=None)
    picture = Asset.objects.create(sha256="a" * 64, size=1, media_type="image/png", width=640, height=480)
    Part.objects.create(item=Item.objects.get(), role="image", ordinal=1, asset=picture)
    sound = Asset.objects.create(sha256="b" * 64, size=1, media_type="audio/wav", duration_ms=900)
    Part.objects.create(item=Item.objects.get(), role="sound", ordinal=2, asset=sound)
    kind = next(one for one in LABEL_TYPES if one.name == name)
    spec = {"classes": CLASSES} if any(one.kind == "classes" for one in kind.settings) else {}
    question = {"key": "asked", "prompt": "Asked?", "label_type": name, "spec": spec}
    made = projects.create_project(
        dataset_id=cast.dataset.pk, name="All", questions=[question], by=cast.manager.agent_id
    )
    assert Project.objects.get(pk=made.pk).questions.get().label_type == name
    opened = rounds.open_round(made.pk, name="One", places_per_task=1, by=cast.manager.agent_id)
    caller = Caller(cast.manager.agent_id, False, ALL_SCOPES)
    handed = desk.claim(caller, made.pk)
    assert isinstance(handed, desk.ClaimedTask)
    body = {"guideline_version": opened.guideline_version_id, "answers": {"asked": ANSWERS[name]}}
    annotations.submit(caller, handed.task_id, key=uuid.uuid4().hex, body=body)
    assert Answer.objects.get().value == ANSWERS[name]
    resolutions.resolve_question(made.questions.get().pk, by=None)
    assert Resolution.objects.get().value == ANSWERS[name]
