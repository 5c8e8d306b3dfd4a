"""CVAT's XML 1.1 for images: labels, and by image its boxes, polygons and tags in pixels.

https://docs.cvat.ai/docs/other/xml_format/. The file does not say who drew what: the task's assignee, else its owner,
stands for everybody. An image without any shape may be empty or untouched: it is taken as not answered.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from labeling.interchange.foreign import (
    LONGEST_ATTRIBUTE,
    ForeignAnswer,
    ForeignPart,
    ForeignProject,
    QuestionDraft,
    Report,
    ShownFacts,
    classes_of,
    moment,
    within,
)
from labeling.interchange.lines import UnreadableFile
from labeling.interchange.safe_xml import Node, read_xml

TOOL: Final = "CVAT"
PART: Final = "image"
QUESTIONS: Final[Mapping[str, tuple[str, str, Mapping[str, Any]]]] = {
    "tag": ("tags", "choices", {}),
    "box": ("boxes", "box", {"min_size": 0.01, "max": 2_000}),
    "polygon": ("polygons", "polygon", {"min_area": 0.01, "max": 2_000}),
}
PROMPTS: Final = {
    "tag": "Which of these apply to the picture?",
    "box": "Where are they?",
    "polygon": "Outline them",
}
DECLARED: Final = {"rectangle": "box", "bbox": "box", "polygon": "polygon", "tag": "tag"}
WITHOUT_EQUAL: Final[Mapping[str, str]] = {
    "polyline": "open lines have no label type here",
    "points": "points are not read from CVAT",
    "mask": "painted masks have no label type here; convert them to polygons first",
    "cuboid": "cuboids have no label type here",
    "ellipse": "ellipses have no label type here",
    "skeleton": "skeletons are not read from CVAT",
}
KNOWN: Final = frozenset(
    [
        "label",
        "source",
        "occluded",
        "rotation",
        "xtl",
        "ytl",
        "xbr",
        "ybr",
        "points",
        "z_order",
        "group_id",
        "outside",
        "keyframe",
    ]
)


@dataclass(slots=True)
class _Found:
    images: list[Node] = field(default_factory=list)
    tracks: int = 0


def read_cvat(data: bytes, report: Report, *, file: str) -> ForeignProject:
    """The project behind an export; UnreadableFile names what is wrong in it."""
    found = _Found()

    def track(_: Node) -> None:
        found.tracks += 1

    root = read_xml(data, file=file, handing={"image": found.images.append, "track": track})
    if root.tag != "annotations":
        raise UnreadableFile(fields={file: f"line {root.line}: begins with <{root.tag}>, not <annotations>"})
    if found.tracks:
        report.note("region", "track", "tracks over frames have no equal here", count=found.tracks)
    if not found.images:
        why = (
            "is of the format for videos: export as 'CVAT for images 1.1'" if found.tracks else "has no image"
        )
        raise UnreadableFile(fields={file: why})
    if (version := root.text_of("version")) not in ("1.1", ""):
        report.note("field", "version", f"{version[:20]} is read as 1.1")
    about = _about(root)
    names = _labels(about, found.images, report)
    codes = {
        shape: {name: code for code, name in enumerate(listed, start=1)}
        for shape, listed in names.items()
        if listed
    }
    if not codes:
        raise UnreadableFile(fields={file: "holds no box, polygon or tag"})
    drafts = [
        QuestionDraft(key, PROMPTS[shape], kind, {**settings, "classes": classes_of(names[shape])})
        for shape, (key, kind, settings) in QUESTIONS.items()
        if shape in codes
    ]
    person = _person(about, report)
    made = moment(root.child("meta").text_of("dumped")) if root.child("meta") else None  # type: ignore[union-attr]
    seen: set[str] = set()
    tasks = []
    for node in found.images:
        name = node.attributes.get("name", "")
        if not name or name in seen:
            report.note("item", name, "has no name" if not name else "is there twice", f"line {node.line}")
            continue
        seen.add(name)
        tasks.append(CvatImage(node, codes, person, made))
    return ForeignProject(TOOL, about.text_of("id"), about.text_of("name"), drafts, tasks)


def _about(root: Node) -> Node:
    """The task, project or job that was exported."""
    meta = root.child("meta") or Node("meta", root.line)
    return next(
        (one for one in meta.children if one.tag in ("task", "project", "job")), Node("task", root.line)
    )


def _labels(about: Node, images: Sequence[Node], report: Report) -> dict[str, list[str]]:
    """By kind of shape, the labels that are declared for it or drawn with it."""
    listed = about.child("labels")
    found: dict[str, dict[str, None]] = {shape: {} for shape in QUESTIONS}
    drawn: dict[str, dict[str, None]] = {shape: {} for shape in QUESTIONS}
    for image in images:
        for shape in image.children:
            if shape.tag in drawn and shape.attributes.get("label"):
                drawn[shape.tag][shape.attributes["label"]] = None
    for label in listed.children if listed else ():
        name, kind = label.text_of("name"), label.text_of("type") or "any"
        if shape_of := DECLARED.get(kind):
            found[shape_of][name] = None
        elif kind == "any":
            for one, names in drawn.items():
                if names:
                    found[one][name] = None
        else:
            report.note(
                "class", name, f"is declared for {kind}, which has no equal here", f"line {label.line}"
            )
        attributes = label.child("attributes")
        for attribute in attributes.children if attributes else ():
            report.note(
                "attribute",
                attribute.text_of("name"),
                "its list of values is not kept; values stay as attributes of boxes and polygons",
                f"line {attribute.line}",
            )
    return {
        shape: [name for name in {**found[shape], **drawn[shape]} if name]
        if drawn[shape] or found[shape]
        else []
        for shape in QUESTIONS
    }


def _person(about: Node, report: Report) -> str:
    for role in ("assignee", "owner"):
        if one := about.child(role):
            name = one.text_of("email").lower() or one.text_of("username") or one.text
            if name:
                report.note(
                    "person", name, f"the {role} stands for whoever drew: CVAT's file does not say who did"
                )
                return name[:200]
    report.note("person", "cvat", "one labeler stands for whoever drew: CVAT's file does not say who did")
    return "cvat"


@dataclass(frozen=True, slots=True)
class CvatImage:
    """One image, read when it is asked."""

    node: Node
    codes: Mapping[str, Mapping[str, int]]
    person: str
    made: Any

    @property
    def ident(self) -> str:
        return self.node.attributes["name"][-100:]

    @property
    def key(self) -> str:
        return self.node.attributes["name"].replace("\\", "/").lstrip("/")[-300:]

    @property
    def parts(self) -> list[ForeignPart]:
        return [ForeignPart("image", PART, path=self.key)]

    @property
    def fields(self) -> dict[str, Any]:
        return {"subset": subset} if (subset := self.node.attributes.get("subset")) else {}

    def answers(self, facts: Mapping[str, ShownFacts], report: Report, /) -> Iterator[ForeignAnswer]:
        where = f"image {self.ident}, line {self.node.line}"
        shown = facts.get(PART)
        if not self.node.children:
            report.note("answer", "empty", "an image without a shape is taken as not answered", where)
            return
        if shown is None or not shown.width or not shown.height:
            report.note("item", self.ident, "is no picture whose size is known", where)
            return
        size = (self.node.attributes.get("width"), self.node.attributes.get("height"))
        if size != (str(shown.width), str(shown.height)) and None not in size:
            report.note(
                "item", "picture of another size", f"CVAT says {size[0]} × {size[1]}: not carried over", where
            )
            return
        drawn: dict[str, list[dict[str, Any]]] = {"box": [], "polygon": []}
        tags: list[int] = []
        for shape in self.node.children:
            at = f"image {self.ident}, line {shape.line}"
            code = self._code(shape, report, at)
            if code is None:
                continue
            if shape.tag == "tag":
                if code in tags:
                    report.note("region", "tag", "is there twice", at)
                    continue
                tags.append(code)
                for one in shape.children:
                    report.note(
                        "attribute", one.attributes.get("name", ""), "a tag carries no attributes here", at
                    )
                continue
            geometry = GEOMETRY[shape.tag](shape, shown, report, at)
            if geometry is not None:
                number = len(drawn["box"]) + len(drawn["polygon"]) + 1
                drawn[shape.tag].append(
                    {
                        "id": f"r{number}",
                        "class": code,
                        "part": shown.role,
                        "geometry": geometry,
                        "attributes": _attributes(shape, report, at),
                    }
                )
        values: dict[str, Any] = {
            QUESTIONS[shape][0]: {"elements": elements}
            for shape, elements in drawn.items()
            if shape in self.codes
        }
        if "tag" in self.codes:
            values[QUESTIONS["tag"][0]] = {"classes": sorted(tags)}
        yield ForeignAnswer(self.key[-120:], self.person, values, created_at=self.made)

    def _code(self, shape: Node, report: Report, where: str) -> int | None:
        if shape.tag in WITHOUT_EQUAL:
            report.note("region", shape.tag, WITHOUT_EQUAL[shape.tag], where)
            return None
        if shape.tag not in QUESTIONS:
            report.note("region", shape.tag, "is not known here", where)
            return None
        code = self.codes.get(shape.tag, {}).get(shape.attributes.get("label", ""))
        if code is None:
            report.note("region", shape.tag, "has no label", where)
        return code


def _attributes(shape: Node, report: Report, where: str) -> dict[str, Any]:
    """What CVAT says of a shape beside its place, as plain values."""
    found: dict[str, Any] = {}
    given = shape.attributes
    if given.get("occluded") == "1":
        found["occluded"] = True
    if given.get("source", "manual") != "manual":
        found["source"] = given["source"][:LONGEST_ATTRIBUTE]
    for name in ("z_order", "group_id"):
        raw = given.get(name, "0")
        if raw.lstrip("-").isdecimal() and len(raw) < 10 and int(raw):
            found[name] = int(raw)
    for name in given:
        if name not in KNOWN:
            report.note("attribute", f"{shape.tag}.{name}", "has no equal here", where)
    for one in shape.children:
        name = one.attributes.get("name", "")[:64]
        if one.tag != "attribute" or not name:
            report.note("tag", one.tag, "is not known inside a shape", where)
            continue
        if len(one.text) > LONGEST_ATTRIBUTE:
            report.note("attribute", name, f"cut after {LONGEST_ATTRIBUTE} characters", where)
        found[name] = one.text[:LONGEST_ATTRIBUTE]
    return found


def _number(raw: str | None) -> float | None:
    try:
        found = float(raw or "")
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _box(shape: Node, shown: ShownFacts, report: Report, where: str) -> dict[str, Any] | None:
    edges = [_number(shape.attributes.get(name)) for name in ("xtl", "ytl", "xbr", "ybr")]
    if None in edges:
        report.note("region", "box", "has no place: xtl, ytl, xbr and ybr must be numbers", where)
        return None
    if _number(shape.attributes.get("rotation", "0")):
        report.note("region", "rotated box", "boxes stand upright here", where)
        return None
    frame = (shown.width or 0, shown.height or 0)
    kept = [within(edge or 0.0, side) for edge, side in zip(edges, (*frame, *frame), strict=True)]
    if any(is_cut for _, is_cut in kept):
        report.note("region", "box", "reached out of the picture: cut at its edge", where)
    return dict(zip(("x0", "y0", "x1", "y1"), (edge for edge, _ in kept), strict=True))


def _polygon(shape: Node, shown: ShownFacts, report: Report, where: str) -> dict[str, Any] | None:
    points: list[list[float]] = []
    is_cut = False
    for pair in shape.attributes.get("points", "").split(";"):
        x, _, y = pair.partition(",")
        one, other = _number(x), _number(y)
        if one is None or other is None:
            report.note("region", "polygon", "has a point that is not a pair of numbers", where)
            return None
        (left, cut_x), (top, cut_y) = within(one, shown.width or 0), within(other, shown.height or 0)
        is_cut = is_cut or cut_x or cut_y
        points.append([left, top])
    if is_cut:
        report.note("region", "polygon", "reached out of the picture: cut at its edge", where)
    return {"points": points}


GEOMETRY: Final = {"box": _box, "polygon": _polygon}
