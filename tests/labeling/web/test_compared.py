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
