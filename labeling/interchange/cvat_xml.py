"""CVAT's XML 1.1 for images: labels, and by image its shapes and tags in pixels.

https://docs.cvat.ai/docs/other/xml_format/. The file does not say who drew what: the task's assignee, else its owner,
stands for everybody. An image without any shape may be empty or untouched: it is taken as not answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from labeling.interchange.cvat_shapes import Skeleton, attributes_of, geometries_of, skeletons_of
from labeling.interchange.foreign import (
    ForeignAnswer,
    ForeignPart,
    ForeignProject,
    QuestionDraft,
    Report,
    ShownFacts,
    classes_of,
    moment,
    question_key,
)
from labeling.interchange.lines import UnreadableFile
from labeling.interchange.safe_xml import Node, read_xml

TOOL: Final = "CVAT"
PART: Final = "image"
QUESTIONS: Final[Mapping[str, tuple[str, str, Mapping[str, Any]]]] = {
    "tag": ("tags", "choices", {}),
    "box": ("boxes", "box", {"min_size": 0.01, "rotation": True, "max": 2_000}),
    "polygon": ("polygons", "polygon", {"min_area": 0.01, "max": 2_000}),
    "points": ("points", "keypoint", {"max": 2_000}),
}
PROMPTS: Final = {
    "tag": "Which of these apply to the picture?",
    "box": "Where are they?",
    "polygon": "Outline them",
    "points": "Set a point on each of them",
}
DECLARED: Final = {
    "rectangle": "box",
    "bbox": "box",
    "polygon": "polygon",
    "mask": "polygon",
    "points": "points",
    "tag": "tag",
}
OUTLINED: Final = {"mask": "polygon"}
"""Shapes that become another: painted masks are outlines here."""
WITHOUT_EQUAL: Final[Mapping[str, str]] = {
    "polyline": "open lines have no label type here",
    "cuboid": "cuboids have no label type here",
    "ellipse": "ellipses have no label type here",
}


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
    labels = about.child("labels")
    skeletons = skeletons_of(labels.children if labels else (), found.images)
    drafts: list[QuestionDraft] = []
    asked: dict[tuple[str, str], tuple[str, int]] = {}
    for shape, (key, kind, settings) in QUESTIONS.items():
        if names[shape]:
            classes = classes_of(names[shape])
            drafts.append(QuestionDraft(key, PROMPTS[shape], kind, {**settings, "classes": classes}))
            asked |= {(shape, name): (key, code) for code, name in enumerate(names[shape], start=1)}
    taken = {key for key, *_ in QUESTIONS.values()}
    for name, skeleton in skeletons.items():
        drafts.append(_skeleton_draft(name, skeleton, taken))
        asked["skeleton", name] = (drafts[-1].key, 1)
    if not drafts:
        raise UnreadableFile(fields={file: "holds no box, polygon, point or tag"})
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
        tasks.append(CvatImage(node, asked, person, made))
    return ForeignProject(TOOL, about.text_of("id"), about.text_of("name"), drafts, tasks)


def _skeleton_draft(name: str, skeleton: Skeleton, taken: set[str]) -> QuestionDraft:
    """Points are named by the question: each skeleton asks one of its own."""
    spec = {
        "classes": classes_of([name]),
        "points": [{"name": one} for one in skeleton.points],
        "lines": [list(pair) for pair in skeleton.lines],
        "max": 2_000,
    }
    return QuestionDraft(question_key(name, taken), f"Set the points of every {name}"[:300], "keypoint", spec)


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
            kind = OUTLINED.get(shape.tag, shape.tag)
            if kind in drawn and shape.attributes.get("label"):
                drawn[kind][shape.attributes["label"]] = None
    for label in listed.children if listed else ():
        name, kind = label.text_of("name"), label.text_of("type") or "any"
        if kind == "skeleton" or label.text_of("parent"):
            continue
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
                "its list of values is not kept; values stay as attributes of the shapes",
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
    asked: Mapping[tuple[str, str], tuple[str, int]]
    """By shape and label, the question and the class."""
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
        tag_key = QUESTIONS["tag"][0]
        drawn: dict[str, list[dict[str, Any]]] = {key: [] for key, _ in self.asked.values() if key != tag_key}
        tags: list[int] = []
        count = 0
        for shape in self.node.children:
            at = f"image {self.ident}, line {shape.line}"
            asked = self._asked(shape, report, at)
            if asked is None:
                continue
            key, code = asked
            if shape.tag == "tag":
                _note_tag(shape, code, tags, report, at)
                continue
            for geometry in geometries_of(shape, shown, report, at):
                count += 1
                drawn[key].append(
                    {
                        "id": f"r{count}",
                        "class": code,
                        "part": shown.role,
                        "geometry": geometry,
                        "attributes": attributes_of(shape, report, at),
                    }
                )
        values: dict[str, Any] = {key: {"elements": elements} for key, elements in drawn.items()}
        if any(key == tag_key for key, _ in self.asked.values()):
            values[tag_key] = {"classes": sorted(tags)}
        yield ForeignAnswer(self.key[-120:], self.person, values, created_at=self.made)

    def _asked(self, shape: Node, report: Report, where: str) -> tuple[str, int] | None:
        """The question that a shape answers, and its class there."""
        if shape.tag in WITHOUT_EQUAL:
            report.note("region", shape.tag, WITHOUT_EQUAL[shape.tag], where)
            return None
        kind = OUTLINED.get(shape.tag, shape.tag)
        if kind not in QUESTIONS and kind != "skeleton":
            report.note("region", shape.tag, "is not known here", where)
            return None
        asked = self.asked.get((kind, shape.attributes.get("label", "")))
        if asked is None:
            report.note("region", shape.tag, "has no label", where)
        return asked


def _note_tag(shape: Node, code: int, tags: list[int], report: Report, where: str) -> None:
    if code in tags:
        report.note("region", "tag", "is there twice", where)
        return
    tags.append(code)
    for one in shape.children:
        report.note("attribute", one.attributes.get("name", ""), "a tag carries no attributes here", where)
