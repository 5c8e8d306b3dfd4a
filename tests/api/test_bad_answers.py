"""Answers no question allows: each is refused with its code and its field, and nothing is stored."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from labeling.models import Annotation, Answer
from labeling.services import desk, projects, rounds
from metadata.models import Item, Part
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import assets, imports
from tests.api.world import picture
from tests.conftest import Cast

CLASSES: Final = [{"code": 1, "name": "one"}, {"code": 2, "name": "two"}]
TEXT: Final = "Um 🌦️ ja"


def box(**edges: Any) -> dict[str, Any]:
    return drawn({"x0": 1, "y0": 1, "x1": 9, "y1": 9, **edges})


def drawn(geometry: Any, **fields: Any) -> dict[str, Any]:
    part = fields.pop("part", "image")
    return {"elements": [{"id": "e", "class": 1, "part": part, "geometry": geometry, **fields}]}


def ring(*points: Any) -> dict[str, Any]:
    return drawn({"points": list(points)})


def span(start: Any, end: Any, **fields: Any) -> dict[str, Any]:
    return drawn({"start": start, "end": end}, **{"part": "text", **fields})


TWICE: Final = {"elements": box()["elements"] * 2}
CASES: Final[list[tuple[str, str, Any, str]]] = [
    ("choice", "unknown class", {"class": 9}, "class"),
    ("choice", "a flag as class", {"class": True}, "class"),
    ("choice", "another type", {"level": 1}, "class"),
    ("choice", "a list", [1], ""),
    ("choices", "unknown class", {"classes": [1, 9]}, "classes.1"),
    ("choices", "twice", {"classes": [1, 1]}, "classes.1"),
    ("choices", "too many", {"classes": [1, 2]}, "classes"),
    ("rating", "unknown level", {"level": 9}, "level"),
    ("rating", "a fraction", {"level": 1.5}, "level"),
    ("box", "outside", box(x1=999), "elements.0.geometry.x1"),
    ("box", "left of the picture", box(x0=-0.1), "elements.0.geometry.x0"),
    ("box", "a flag as coordinate", box(x0=True), "elements.0.geometry.x0"),
    ("box", "no area", box(x1=1), "elements.0.geometry.x1"),
    ("box", "inside out", box(y0=8, y1=2), "elements.0.geometry.y1"),
    ("box", "too large", box(x0=0, x1=16), "elements.0.geometry.x1"),
    ("box", "unknown class", {"elements": [box()["elements"][0] | {"class": 9}]}, "elements.0.class"),
    ("box", "an id twice", TWICE, "elements.1.id"),
    ("box", "another part", drawn({"x0": 1, "y0": 1, "x1": 9, "y1": 9}, part="back"), "elements.0.geometry"),
    ("polygon", "crosses itself", ring([1, 1], [9, 9], [9, 1], [1, 9]), "elements.0.geometry.points"),
    ("polygon", "no area", ring([1, 1], [5, 1], [9, 1]), "elements.0.geometry.points"),
    ("polygon", "two corners", ring([1, 1], [5, 5]), "elements.0.geometry.points"),
    ("polygon", "outside", ring([1, 1], [99, 1], [5, 5]), "elements.0.geometry.points.1.0"),
    ("polygon", "three numbers", ring([1, 1, 1], [9, 1], [5, 5]), "elements.0.geometry.points.0"),
    ("span", "past the end", span(3, 99), "elements.0.geometry.end"),
    (
        "span",
        "counted in halves of pairs",
        span(0, len(TEXT.encode("utf-16-le")) // 2),
        "elements.0.geometry.end",
    ),
    ("span", "empty", span(3, 3), "elements.0.geometry.end"),
    ("span", "before the text", span(-1, 3), "elements.0.geometry.start"),
    ("span", "a fraction", span(0.5, 3), "elements.0.geometry.start"),
    ("transcript", "no text", {"text": 3}, "text"),
    ("transcript", "too long", {"text": "a" * 5_000}, "text"),
    ("transcript", "a control character", {"text": "a\x07b"}, "text"),
]
SPECS: Final[dict[str, dict[str, Any]]] = {"choices": {"max": 1}, "box": {"max_size": 12}}


def sent(cast: Cast, name: str, raw: bytes | None, value: Any = None) -> Any:
    """The HTTP answer to a submit of this value, or of these bytes, to a question of this type."""
    batch = imports.open_batch(cast.dataset.pk, name="lines", by=None)
    line = json.dumps({"key": "a", "text": TEXT}).encode() + b"\n"
    imports.import_lines(cast.dataset.pk, [line], format="jsonl", batch=batch, by=None)
    item = Item.objects.get(dataset=cast.dataset)
    Part.objects.create(item=item, role="image", ordinal=1, asset=assets.store(picture(50)))
    spec = {**({} if name == "transcript" else {"classes": CLASSES}), **SPECS.get(name, {})}
    question = {"key": "asked", "prompt": "Asked?", "label_type": name, "spec": spec}
    by = cast.manager.agent_id
    made = projects.create_project(dataset_id=cast.dataset.pk, name="Bad", questions=[question], by=by)
    opened = rounds.open_round(made.pk, name="One", places_per_task=1, by=by)
    handed = desk.claim(Caller(by, False, ALL_SCOPES), made.pk)
    assert isinstance(handed, desk.ClaimedTask)
    body = {"guideline_version": opened.guideline_version_id, "answers": {"asked": value}, "active_ms": 1}
    return cast.manager.api.generic(
        "POST",
        f"/api/v1/tasks/{handed.task_id}/annotations",
        raw or json.dumps(body).encode(),
        "application/json",
        headers={"Idempotency-Key": "bad-answer-1"},
    )


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [pytest.param(name, value, field, id=f"{name}: {what}") for name, what, value, field in CASES],
)
def test_a_wrong_answer_is_refused_at_its_field_and_not_stored(
    cast: Cast, name: str, value: Any, field: str
) -> None:
    answer = sent(cast, name, None, value)
    assert answer.status_code == 422, answer.content
    body = answer.json()
    assert body["code"] == "invalid_answers"
    assert list(body["fields"]) == [f"answers.asked.{field}".rstrip(".")]
    assert not Annotation.objects.exists()
    assert not Answer.objects.exists()


def test_a_missing_required_answer_is_refused_at_its_question(cast: Cast) -> None:
    answer = sent(cast, "choice", None, None)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["answers.asked"])


@pytest.mark.parametrize(
    "raw",
    [
        b'{"answers": {"asked": ' + b"[" * 10_000_000 + b"}}",
        b'{"answers": {"asked": {"text": "a\\u0000b"}}}',
        b'{"answers": {"asked": {"text": "\\ud800"}}}',
        b'{"answers": {"asked": {"class": NaN}}}',
    ],
    ids=["10 MB of nesting", "NUL", "a lone surrogate", "NaN"],
)
def test_json_that_nothing_could_hold_is_refused_before_it_is_read(cast: Cast, raw: bytes) -> None:
    answer = sent(cast, "transcript", raw)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"]
    assert not Answer.objects.exists()
