"""One answer, or two beside each other, as a page draws them: what differs stands out, in words and on the picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from labeling.web.passages import Piece, Stretch, around, changed_words, passage, stretches
from labeling.web.shown import Shape, Shown, entries, field_labels, shown
from metadata.selectors.parts import ShownPart


@dataclass(frozen=True)
class Picture:
    """A picture to draw over, by an address that its viewer may open."""

    url: str
    width: int
    height: int
    role: str
    view: tuple[int, int, int, int] | None = None

    @property
    def box(self) -> str:
        """What of it is shown: all, unless a part was chosen."""
        return " ".join(map(str, self.view or (0, 0, self.width, self.height)))


@dataclass(frozen=True)
class Quote:
    """A marked stretch of text."""

    name: str
    color: int
    text: str
    differs: bool


@dataclass(frozen=True)
class Said:
    """A link between two marked stretches."""

    source: str
    relation: str
    target: str
    points: bool
    differs: bool


@dataclass(frozen=True)
class Side:
    """One answer to one question."""

    shown: Shown
    shapes: tuple[Shape, ...]
    quotes: tuple[Quote, ...]
    links: tuple[Said, ...]
    marked: frozenset[str]
    is_given: bool
    pieces: tuple[Piece, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    entries: tuple[tuple[str, str, bool], ...] = ()

    @property
    def rows(self) -> int:
        """How many rows of stretches lie below each other."""
        return 1 + max((one.row for one in self.stretches), default=0)


@dataclass(frozen=True)
class Compared:
    """One question: an answer, the one it became if there is one, and the differences in words."""

    prompt: str
    before: Side
    after: Side | None
    words: tuple[str, ...]
    picture: Picture | None

    @property
    def around(self) -> Picture | None:
        """The picture, cut to where what differs is."""
        if self.picture is None:
            return None
        sides = (self.before, self.after) if self.after else (self.before,)
        differing = [shape for side in sides for shape in side.shapes if shape.id in side.marked]
        corners = [point.split(",") for shape in differing for point in shape.points.split()]
        spots = [(float(x), float(y)) for x, y in corners]
        spots += [(spot.x, spot.y) for shape in differing for spot in shape.spots]
        return replace(self.picture, view=_view(self.picture, spots)) if spots else self.picture


def _view(picture: Picture, spots: Sequence[tuple[float, float]]) -> tuple[int, int, int, int]:
    """A window of the picture's own proportions around these spots, of a third of its sides at least."""
    left, right = min(x for x, _ in spots), max(x for x, _ in spots)
    top, bottom = min(y for _, y in spots), max(y for _, y in spots)
    share = max((right - left) / picture.width, (bottom - top) / picture.height) * 1.5
    share = min(1.0, max(share, 1 / 3))
    width, height = round(picture.width * share), round(picture.height * share)
    x = round(min(max((left + right - width) / 2, 0), picture.width - width))
    y = round(min(max((top + bottom - height) / 2, 0), picture.height - height))
    return x, y, width, height


def picture_of(task_id: int, parts: Sequence[ShownPart]) -> Picture | None:
    """The first picture of an item, opened through the task: whoever may see the task may see it."""
    for part in parts:
        if part.kind == "image" and part.width and part.height:
            url = reverse("task-part", args=[task_id, part.id])
            return Picture(url, part.width, part.height, part.role)
    return None


def compared(
    question: Mapping[str, Any],
    before: Any,
    after: Any,
    *,
    parts: Sequence[ShownPart],
    picture: Picture | None,
    differences: Sequence[Mapping[str, Any]] = (),
) -> Compared:
    """One question of a guideline with one or two answers to it; `after` is None where there is no second."""
    own = [one for one in differences if one["question"] == question["key"]]
    left = _side(
        before, question["spec"], parts, picture, frozenset(i for one in own for i in one.get("a", ()))
    )
    right = None
    if after is not None or own:
        right = _side(
            after, question["spec"], parts, picture, frozenset(i for one in own for i in one.get("b", ()))
        )
    if right is not None:
        left, right = _beside(left, right, before, after, question["spec"], parts)
    is_drawn = left.shown.is_drawn or (right is not None and right.shown.is_drawn)
    return Compared(
        question["prompt"],
        left,
        right,
        tuple(_words(one, question["spec"]) for one in own),
        picture if is_drawn else None,
    )


def _side(
    value: Any,
    spec: Mapping[str, Any],
    parts: Sequence[ShownPart],
    picture: Picture | None,
    marked: frozenset[str],
) -> Side:
    if value is None:
        return Side(Shown((), {}, ""), (), (), (), frozenset(), is_given=False)
    drawn = shown(value, spec)
    shapes = drawn.shapes.get(picture.role, ()) if picture else ()
    quotes, links = _quotes(value, spec, parts, marked), _links(value, spec, parts, marked)
    return Side(drawn, shapes, quotes, links, marked, is_given=True)


def _beside(
    left: Side, right: Side, before: Any, after: Any, spec: Mapping[str, Any], parts: Sequence[ShownPart]
) -> tuple[Side, Side]:
    """Both with what differs in its place: in the words of a text, along a sound, in the fields of a form."""
    a, b = (value if isinstance(value, Mapping) else {} for value in (before, after))
    if isinstance(a.get("text"), str) and isinstance(b.get("text"), str):
        return (
            replace(left, pieces=changed_words(a["text"], b["text"])),
            replace(right, pieces=changed_words(b["text"], a["text"])),
        )
    if isinstance(a.get("fields"), Mapping) or isinstance(b.get("fields"), Mapping):
        return _with_entries(left, a, spec), _with_entries(right, b, spec)
    classes = {
        c["code"]: (c["name"], c.get("color") or (c["code"] - 1) % 12 + 1) for c in spec.get("classes", ())
    }
    for part in parts:
        ours, theirs = _stretched(a, part), _stretched(b, part)
        if not ours and not theirs:
            continue
        if part.text is not None:
            own = [
                e for side, found in ((left, ours), (right, theirs)) for e in found if e["id"] in side.marked
            ]
            window = around(part.text, [(e["geometry"]["start"], e["geometry"]["end"]) for e in own])
            return (
                replace(left, pieces=passage(part.text, ours, classes, left.marked, window)),
                replace(right, pieces=passage(part.text, theirs, classes, right.marked, window)),
            )
        length_ms = max(part.duration_ms or 1, *(e["geometry"]["end"] for e in (*ours, *theirs)))
        return (
            replace(left, stretches=stretches(ours, classes, left.marked, length_ms)),
            replace(right, stretches=stretches(theirs, classes, right.marked, length_ms)),
        )
    return left, right


def _stretched(value: Mapping[str, Any], part: ShownPart) -> list[Mapping[str, Any]]:
    """The elements of an answer that go from here to there in this part."""
    return [
        one for one in value.get("elements") or () if one["part"] == part.role and "start" in one["geometry"]
    ]


def _with_entries(side: Side, value: Mapping[str, Any], spec: Mapping[str, Any]) -> Side:
    filled = entries(value.get("fields") or {}, spec)
    return replace(side, entries=tuple((label, words, name in side.marked) for name, label, words in filled))


def _quotes(
    value: Any, spec: Mapping[str, Any], parts: Sequence[ShownPart], marked: frozenset[str]
) -> tuple[Quote, ...]:
    classes = {c["code"]: c for c in spec.get("classes", ())}
    texts = {part.role: part.text or "" for part in parts}
    found = []
    for element in (value.get("elements") or ()) if isinstance(value, Mapping) else ():
        geometry = element["geometry"]
        if "start" not in geometry:
            continue
        cls = classes.get(element["class"], {})
        color = cls.get("color") or (element["class"] - 1) % 12 + 1
        text = _quoted(element, texts)
        found.append(Quote(cls.get("name", f"#{element['class']}"), color, text, element["id"] in marked))
    return tuple(found)


def _links(
    value: Any, spec: Mapping[str, Any], parts: Sequence[ShownPart], marked: frozenset[str]
) -> tuple[Said, ...]:
    """What links say of the stretches they join."""
    if not isinstance(value, Mapping) or not value.get("links"):
        return ()
    texts = {part.role: part.text or "" for part in parts}
    quoted = {one["id"]: _quoted(one, texts) for one in value["elements"]}
    both_ways = {one["name"] for one in spec.get("relations", ()) if one.get("symmetric")}
    points = bool(spec.get("relations"))
    return tuple(
        Said(
            quoted.get(one["from"], ""),
            one["relation"],
            quoted.get(one["to"], ""),
            points and one["relation"] not in both_ways,
            one["id"] in marked,
        )
        for one in value["links"]
    )


def _field_words(one: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    """A difference of one field of a form."""
    named = [*one.get("a", ()), *one.get("b", ())]
    label = field_labels(spec).get(named[0], named[0]) if named else ""
    if one["kind"] == "missed":
        words = _("%(field)s was left out") if one.get("a") else _("%(field)s was filled in")
    elif one["kind"] == "convention":
        words = _("%(field)s: written otherwise")
    else:
        words = _("%(field)s: another answer")
    return words % {"field": label}


def _quoted(element: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """The marked characters; of a sound, from when to when in seconds and what was said."""
    start, end = element["geometry"]["start"], element["geometry"]["end"]
    if element["part"] in texts:
        return texts[element["part"]][start:end]
    said = element.get("attributes", {}).get("text", "")
    return f"{start / 1000:.2f}–{end / 1000:.2f} s {said}".strip()


def _words(one: Mapping[str, Any], spec: Mapping[str, Any]) -> str:
    """A difference in a sentence: what it was, what it became. Code 0 is the vote for neither of two."""
    names = {0: _("equally good"), **{c["code"]: c["name"] for c in spec.get("classes", ())}}
    if spec.get("fields"):
        return _field_words(one, spec)
    a, b = names.get(one.get("class_a"), ""), names.get(one.get("class_b"), "")
    kind = str(one["kind"])
    if kind == "class":
        return _("%(a)s became %(b)s") % {"a": a or _("nothing"), "b": b or _("nothing")}
    if kind == "boundary" and not one.get("a"):
        return _("%(a)s: by another amount") % {"a": a}
    if kind == "boundary":
        return _("%(a)s: other edges") % {"a": a or b} if a or b else _("other edges")
    if kind == "missed":
        name = a or b or _("a piece")
        return (
            _("%(name)s was taken away") % {"name": name}
            if one.get("a")
            else _("%(name)s was missed") % {"name": name}
        )
    if kind == "one_versus_many":
        return _("%(name)s: %(n)s became %(m)s") % {"name": a or b, "n": len(one["a"]), "m": len(one["b"])}
    words = {
        "sides": _("%(name)s: left and right exchanged") % {"name": a or b},
        "points": _("%(name)s: other points are set") % {"name": a or b},
        "visibility": _("%(name)s: a point is hidden to one only") % {"name": a or b},
        "link": _("a link was taken away") if one.get("a") else _("a link was missed"),
        "relation": _("a link says something else"),
        "direction": _("a link goes the other way around"),
        "end": _("a link goes to or from something else"),
        "convention": _("written by another convention"),
        "answered": _("an answer was added"),
        "withdrawn": _("the answer was taken away"),
        "outdated": _("given under an earlier guideline"),
    }
    return words.get(kind, kind)
