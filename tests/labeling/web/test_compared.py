"""Answers beside each other."""

from typing import Any

from labeling.web.compared import Said, compared
from metadata.selectors.parts import ShownPart

TEXT = "Ann works for Acme"
PARTS = [ShownPart(1, 1, "text", "text", None, TEXT, None, None)]
SPEC = {
    "classes": [{"code": 1, "name": "name"}],
    "relations": [{"name": "works for"}, {"name": "knows", "symmetric": True}],
}


def answer(*links: tuple[str, str, str]) -> dict[str, Any]:
    spans = [
        {"id": name, "class": 1, "part": "text", "geometry": {"start": start, "end": end}}
        for name, start, end in (("ann", 0, 3), ("acme", 14, 18))
    ]
    drawn = [{"id": f"l{at}", "relation": name, "from": a, "to": b} for at, (a, name, b) in enumerate(links)]
    return {"elements": spans, "links": drawn}


def test_links_are_said_in_the_words_they_join_and_those_that_differ_stand_out() -> None:
    differences = [{"question": "q", "kind": "direction", "a": ("l0",), "b": ("l0",)}]
    found = compared(
        {"key": "q", "prompt": "Who?", "spec": SPEC},
        answer(("ann", "works for", "acme"), ("ann", "knows", "acme")),
        answer(("acme", "works for", "ann")),
        parts=PARTS,
        picture=None,
        differences=differences,
    )
    assert found.before.links == (
        Said("Ann", "works for", "Acme", points=True, differs=True),
        Said("Ann", "knows", "Acme", points=False, differs=False),
    )
    assert found.after is not None
    assert found.after.links == (Said("Acme", "works for", "Ann", points=True, differs=True),)
    assert found.words == ("a link goes the other way around",)


def pieces(side: Any) -> list[tuple[str, bool]]:
    return [(one.text, one.differs) for one in side.pieces]


def test_words_of_a_transcript_that_differ_stand_out_on_both_sides() -> None:
    question = {"key": "q", "prompt": "What is said?", "spec": {}}
    found = compared(question, {"text": "we went hom"}, {"text": "we went home"}, parts=[], picture=None)
    assert found.after is not None
    assert pieces(found.before) == [("we went ", False), ("hom", True)]
    assert pieces(found.after) == [("we went ", False), ("home", True)]


def test_spans_stand_in_their_text_and_the_one_that_differs_stands_out() -> None:
    question = {"key": "q", "prompt": "Who?", "spec": {"classes": [{"code": 1, "name": "name", "color": 4}]}}
    ours = {"elements": [{"id": "a", "class": 1, "part": "text", "geometry": {"start": 0, "end": 3}}]}
    theirs = {"elements": [{"id": "b", "class": 1, "part": "text", "geometry": {"start": 0, "end": 9}}]}
    differences = [{"question": "q", "kind": "boundary", "class_a": 1, "class_b": 1, "a": ["a"], "b": ["b"]}]
    found = compared(question, ours, theirs, parts=PARTS, picture=None, differences=differences)
    assert found.after is not None
    assert pieces(found.before) == [("Ann", True), (" works for Acme", False)]
    assert pieces(found.after) == [("Ann works", True), (" for Acme", False)]
    assert (found.before.pieces[0].name, found.before.pieces[0].color) == ("name", 4)


def test_stretches_of_a_sound_lie_along_one_line_of_time_in_both() -> None:
    question = {"key": "q", "prompt": "Who?", "spec": {"classes": [{"code": 1, "name": "Ann"}]}}
    sound = [ShownPart(1, 1, "audio", "audio", 1, None, None, None, 4_000)]

    def said(*spans: tuple[str, int, int]) -> dict[str, Any]:
        return {
            "elements": [
                {"id": name, "class": 1, "part": "audio", "geometry": {"start": start, "end": end}}
                for name, start, end in spans
            ]
        }

    differences = [{"question": "q", "kind": "missed", "class_b": 1, "b": ["y"]}]
    found = compared(
        question,
        said(("x", 0, 1_000)),
        said(("x", 0, 1_000), ("y", 500, 2_000)),
        parts=sound,
        picture=None,
        differences=differences,
    )
    assert found.after is not None
    assert [(one.left, one.width, one.row, one.differs) for one in found.before.stretches] == [
        (0, 250, 0, False)
    ]
    assert [(one.left, one.width, one.row, one.differs) for one in found.after.stretches] == [
        (0, 250, 0, False),
        (125, 375, 1, True),
    ]
    assert found.after.rows == 2


def test_the_fields_of_a_form_that_differ_stand_out() -> None:
    spec = {"fields": [{"name": "city", "kind": "text"}, {"name": "ok", "kind": "bool"}]}
    differences = [{"question": "q", "kind": "class", "a": ["city"], "b": ["city"]}]
    found = compared(
        {"key": "q", "prompt": "Check", "spec": spec},
        {"fields": {"city": "Rome", "ok": True}},
        {"fields": {"city": "Paris", "ok": True}},
        parts=[],
        picture=None,
        differences=differences,
    )
    assert found.after is not None
    assert found.before.entries == (("city", "Rome", True), ("ok", "yes", False))
    assert found.after.entries == (("city", "Paris", True), ("ok", "yes", False))
