"""Answers no question allows: each is refused with its code and its field, and nothing is stored."""

from __future__ import annotations

import json
from typing import Any, Final

import pytest

from labeling.label_types.registry import LABEL_TYPES
from labeling.models import Annotation, Answer
from labeling.services import desk, projects, rounds
from metadata.models import Item, Part
from metadata.selectors.access import ALL_SCOPES, Caller
from metadata.services import assets, imports
from tests.api.world import hum, picture
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


def point(name: str, **fields: Any) -> dict[str, Any]:
    return drawn({"points": {name: {"x": 3, "y": 4, "visible": True, **fields}}})


def span(start: Any, end: Any, **fields: Any) -> dict[str, Any]:
    return drawn({"start": start, "end": end}, **{"part": "text", **fields})


def related(*links: tuple[Any, Any], **fields: Any) -> dict[str, Any]:
    """Two spans, a and b, and links between these ends."""
    spans = [span(0, 2, id="a")["elements"][0], span(3, 5, id="b")["elements"][0]]
    ends = [{"id": f"l{at}", "relation": "is", "from": a, "to": b} for at, (a, b) in enumerate(links)]
    return {"elements": spans, "links": [{**one, **fields} for one in ends]}


def stretch(start: Any, end: Any, **fields: Any) -> dict[str, Any]:
    return drawn({"start": start, "end": end}, **{"part": "sound", **fields})


def numbered(one: dict[str, Any], count: int) -> list[dict[str, Any]]:
    return [{**one["elements"][0], "id": f"e{n}"} for n in range(count)]


TRIANGLE: Final = {"points": [[1, 1], [9, 1], [5, 9]]}
VALID: Final[dict[str, Any]] = {
    "choice": {"class": 1},
    "choices": {"classes": [1]},
    "rating": {"level": 1},
    "pairwise": {"ranking": [[1], [2]]},
    "segment": drawn({"start": 0, "end": 500}, part="sound"),
    "record": {"fields": {"amount": 5, "sort": "letter", "due": "2026-03-12", "paid": True}},
    "box": box(),
    "polygon": drawn(TRIANGLE),
    "keypoint": drawn({"points": {"point": {"x": 3, "y": 4, "visible": True}}}),
    "span": span(0, 2),
    "relation": related(("a", "b")),
    "transcript": {"text": "Um"},
}
FILLED: Final = VALID["record"]["fields"]
TWICE: Final = {"elements": box()["elements"] * 2}
CASES: Final[list[tuple[str, str, Any, str]]] = [
    ("choice", "unknown class", {"class": 9}, "class"),
    ("choice", "a flag as class", {"class": True}, "class"),
    ("choice", "another type", {"level": 1}, "class"),
    ("choice", "a list", [1], ""),
    ("choices", "unknown class", {"classes": [1, 9]}, "classes.1"),
    ("choices", "twice", {"classes": [1, 1]}, "classes.1"),
    ("choices", "too many", {"classes": [1, 2]}, "classes"),
    ("choices", "a flag as class", {"classes": [True]}, "classes.0"),
    ("choices", "one code and no list", {"classes": 1}, "classes"),
    ("choices", "another type", {"class": 1}, "classes"),
    ("rating", "unknown level", {"level": 9}, "level"),
    ("rating", "a fraction", {"level": 1.5}, "level"),
    ("rating", "a flag as level", {"level": True}, "level"),
    ("rating", "a number in words", {"level": "1"}, "level"),
    ("pairwise", "unknown class", {"ranking": [[1], [9]]}, "ranking.1.0"),
    ("pairwise", "a part left out", {"ranking": [[1]]}, "ranking"),
    ("pairwise", "twice", {"ranking": [[1], [1, 2]]}, "ranking"),
    ("pairwise", "no groups", {"ranking": [1, 2]}, "ranking.0"),
    ("pairwise", "a flag as class", {"ranking": [[True], [2]]}, "ranking.0.0"),
    ("pairwise", "a strength nobody asked for", {"ranking": [[1], [2]], "strength": 1}, "strength"),
    ("pairwise", "another order of other parts", {"ranking": [[1], [2]], "shown": [2, 2]}, "shown"),
    ("relation", "no such end", related(("a", "c")), "links.0.to"),
    ("relation", "a number as end", related((1, "b")), "links.0.from"),
    ("relation", "with itself", related(("a", "a")), "links.0.to"),
    ("relation", "twice", related(("a", "b"), ("a", "b")), "links.1"),
    ("relation", "a circle", related(("a", "b"), ("b", "a")), "links.1"),
    ("relation", "unknown relation", related(("a", "b"), relation="was"), "links.0.relation"),
    ("relation", "an id of an element", related(("a", "b"), id="a"), "links.0.id"),
    ("relation", "no list of links", {"elements": [], "links": 3}, "links"),
    ("relation", "past the end", {"elements": span(3, 99)["elements"]}, "elements.0.geometry.end"),
    ("segment", "past the end", stretch(0, 1_200), "elements.0.geometry.end"),
    ("segment", "empty", stretch(300, 300), "elements.0.geometry.end"),
    ("segment", "before the sound", stretch(-1, 300), "elements.0.geometry.start"),
    ("segment", "a fraction", stretch(0.5, 300), "elements.0.geometry.start"),
    ("segment", "a flag as time", stretch(True, 300), "elements.0.geometry.start"),
    ("segment", "unknown class", stretch(0, 300, **{"class": 9}), "elements.0.class"),
    ("segment", "of a text", stretch(0, 300, part="text"), "elements.0.geometry"),
    ("segment", "over another", {"elements": numbered(stretch(0, 300), 2)}, "elements.1.geometry"),
    ("record", "no number", {"fields": {**FILLED, "amount": "5"}}, "fields.amount"),
    ("record", "a flag as number", {"fields": {**FILLED, "amount": True}}, "fields.amount"),
    ("record", "beyond the range", {"fields": {**FILLED, "amount": 11}}, "fields.amount"),
    ("record", "unknown option", {"fields": {**FILLED, "sort": "card"}}, "fields.sort"),
    ("record", "no day", {"fields": {**FILLED, "due": "2026-02-30"}}, "fields.due"),
    ("record", "a day in words", {"fields": {**FILLED, "due": "12 March"}}, "fields.due"),
    ("record", "a number as flag", {"fields": {**FILLED, "paid": 1}}, "fields.paid"),
    ("record", "a field left out", {"fields": {}}, "fields.amount"),
    ("record", "unknown field", {"fields": {**FILLED, "more": 1}}, "fields"),
    ("record", "no fields", {"fields": [1]}, "fields"),
    ("box", "outside", box(x1=999), "elements.0.geometry.x1"),
    ("box", "left of the picture", box(x0=-0.1), "elements.0.geometry.x0"),
    ("box", "a flag as coordinate", box(x0=True), "elements.0.geometry.x0"),
    ("box", "no area", box(x1=1), "elements.0.geometry.x1"),
    ("box", "inside out", box(y0=8, y1=2), "elements.0.geometry.y1"),
    ("box", "too large", box(x0=0, x1=16), "elements.0.geometry.x1"),
    ("box", "unknown class", {"elements": [box()["elements"][0] | {"class": 9}]}, "elements.0.class"),
    ("box", "an id twice", TWICE, "elements.1.id"),
    ("box", "too many", {"elements": numbered(box(), 3)}, "elements"),
    ("box", "a number in words", box(x0="1"), "elements.0.geometry.x0"),
    ("box", "beyond any picture", box(x1=1e300), "elements.0.geometry.x1"),
    ("box", "a corner too few", drawn({"x0": 1, "y0": 1, "x1": 9}), "elements.0.geometry.y1"),
    ("box", "another part", drawn({"x0": 1, "y0": 1, "x1": 9, "y1": 9}, part="back"), "elements.0.geometry"),
    ("polygon", "crosses itself", ring([1, 1], [9, 9], [9, 1], [1, 9]), "elements.0.geometry.points"),
    ("polygon", "no area", ring([1, 1], [5, 1], [9, 1]), "elements.0.geometry.points"),
    ("polygon", "two corners", ring([1, 1], [5, 5]), "elements.0.geometry.points"),
    ("polygon", "outside", ring([1, 1], [99, 1], [5, 5]), "elements.0.geometry.points.1.0"),
    ("polygon", "three numbers", ring([1, 1, 1], [9, 1], [5, 5]), "elements.0.geometry.points.0"),
    ("polygon", "a flag as coordinate", ring([1, True], [9, 1], [5, 5]), "elements.0.geometry.points.0.1"),
    ("polygon", "no list of corners", drawn({"points": 3}), "elements.0.geometry.points"),
    ("polygon", "unknown class", drawn(TRIANGLE, **{"class": 9}), "elements.0.class"),
    ("polygon", "too many", {"elements": numbered(drawn(TRIANGLE), 3)}, "elements"),
    ("polygon", "another part", drawn(TRIANGLE, part="back"), "elements.0.geometry"),
    ("span", "a flag as place", span(True, 3), "elements.0.geometry.start"),
    ("span", "unknown class", span(0, 3, **{"class": 9}), "elements.0.class"),
    (
        "span",
        "too many",
        {"elements": [span(n, n + 1, id=f"e{n}")["elements"][0] for n in range(3)]},
        "elements",
    ),
    (
        "polygon",
        "a hole outside",
        drawn({**TRIANGLE, "holes": [[[1, 8], [2, 8], [1, 9]]]}),
        "elements.0.geometry.holes.0",
    ),
    ("polygon", "holes in no list", drawn({**TRIANGLE, "holes": 1}), "elements.0.geometry.holes"),
    ("keypoint", "no point", drawn({"points": {}}), "elements.0.geometry.points"),
    ("keypoint", "a point nobody asked for", point("tail"), "elements.0.geometry.points"),
    ("keypoint", "outside", point("point", x=99), "elements.0.geometry.points.point.x"),
    ("keypoint", "a number for seen", point("point", visible=2), "elements.0.geometry.points.point.visible"),
    ("keypoint", "too many", {"elements": numbered(point("point"), 3)}, "elements"),
    ("span", "of a picture", span(0, 3, part="image"), "elements.0.geometry"),
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
    ("transcript", "a flag as text", {"text": True}, "text"),
    ("transcript", "another type", {"class": 1}, "text"),
    ("transcript", "too long", {"text": "a" * 5_000}, "text"),
    ("transcript", "a control character", {"text": "a\x07b"}, "text"),
]
SPECS: Final[dict[str, dict[str, Any]]] = {
    "choices": {"max": 1},
    "box": {"max_size": 12, "max": 2},
    "record": {
        "fields": [
            {"name": "amount", "kind": "number", "max": 10},
            {"name": "sort", "kind": "choice", "options": ["letter", "invoice"]},
            {"name": "due", "kind": "date"},
            {"name": "paid", "kind": "yes_no"},
        ]
    },
    "polygon": {"max": 2},
    "keypoint": {"max": 2},
    "span": {"max": 2},
    "relation": {"relations": [{"name": "is"}], "cycles": False},
}
EVERY_TYPE: Final = [one.name for one in LABEL_TYPES]


def sent(cast: Cast, name: str, raw: bytes | None, value: Any = None) -> Any:
    """The HTTP answer to a submit of this value, or of these bytes, to a question of this type."""
    batch = imports.open_batch(cast.dataset.pk, name="lines", by=None)
    line = json.dumps({"key": "a", "text": TEXT}).encode() + b"\n"
    imports.import_lines(cast.dataset.pk, [line], format="jsonl", batch=batch, by=None)
    item = Item.objects.get(dataset=cast.dataset)
    Part.objects.create(item=item, role="image", ordinal=1, asset=assets.store(picture(50)))
    Part.objects.create(item=item, role="sound", ordinal=2, asset=assets.store(hum(1.0)))
    spec = {**({} if name in ("transcript", "record") else {"classes": CLASSES}), **SPECS.get(name, {})}
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


@pytest.mark.parametrize("name", EVERY_TYPE)
def test_what_the_wrong_answers_are_spoiled_from_is_accepted(cast: Cast, name: str) -> None:
    assert sent(cast, name, None, VALID[name]).status_code == 201


@pytest.mark.parametrize("name", EVERY_TYPE)
@pytest.mark.parametrize("value", [None, True, 1, "one", [], {}], ids=repr)
def test_a_missing_answer_and_one_of_no_known_shape_are_refused_at_their_question(
    cast: Cast, name: str, value: Any
) -> None:
    answer = sent(cast, name, None, value)
    assert answer.status_code == 422, answer.content
    (field,) = answer.json()["fields"]
    assert field.split(".")[:2] == ["answers", "asked"]
    assert not Annotation.objects.exists()


def with_last_leaf(value: Any, leaf: str) -> Any:
    if isinstance(value, dict):
        return {**value, (last := list(value)[-1]): with_last_leaf(value[last], leaf)}
    return [*value[:-1], with_last_leaf(value[-1], leaf)] if isinstance(value, list) else leaf


@pytest.mark.parametrize("name", EVERY_TYPE)
@pytest.mark.parametrize(
    "bad",
    [b"[" * 10_000_000, b'"a\\u0000b"', b'"\\ud800"', b"NaN", b"1e999", b"9" * 400],
    ids=["10 MB of nesting", "NUL", "a lone surrogate", "NaN", "infinity", "400 digits"],
)
def test_json_that_nothing_could_hold_is_refused_before_it_is_read(cast: Cast, name: str, bad: bytes) -> None:
    """In the place of the answer's last number or text, however deep that lies."""
    written = json.dumps({"answers": {"asked": with_last_leaf(VALID[name], "SPOILED")}}).encode()
    raw = written.replace(b'"SPOILED"', bad)
    assert raw != written
    answer = sent(cast, name, raw)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"]
    assert not Answer.objects.exists()
