"""Label Studio's labeling config: which tags ask something, and what question that is here.

https://labelstud.io/tags/: object tags show a part of the task, control tags ask about one, the others only look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from labeling.interchange.foreign import QuestionDraft, Report, classes_of, question_key
from labeling.interchange.label_studio.classes import PATH_SEPARATOR, ListedClass, listed_in, told_apart
from labeling.interchange.label_studio.tags import (
    CONTROLS,
    DRAWN,
    LOOKS,
    OBJECTS,
    OTHER_OBJECTS,
    WITHOUT_EQUAL,
    Shown,
    note_attributes,
    place_of,
)
from labeling.interchange.lines import UnreadableFile
from labeling.interchange.safe_xml import Node, read_xml

RATINGS: Final = 5
MOST_RATINGS: Final = 100


@dataclass(frozen=True, slots=True)
class Control:
    """A control tag that became a question; `codes` by the text that stands in results."""

    name: str
    tag: str
    shown: Shown
    question: str
    label_type: str
    codes: Mapping[str, int] = field(default_factory=dict)
    is_open: bool = False  # its classes come with each task: they are what results name


@dataclass(frozen=True, slots=True)
class Config:
    """What a labeling config asks. `attributes`: controls that ask about a region become attributes of the element."""

    objects: Mapping[str, Shown]
    controls: Mapping[str, Control]
    attributes: Mapping[str, str]
    labels: Mapping[str, str]
    """By the name of a bare `Labels` tag over an image, the drawing tag whose regions it names."""
    others: Mapping[str, str]
    """By control that has no equal, its tag."""
    questions: Sequence[QuestionDraft]


@dataclass(slots=True)
class _Walk:
    report: Report
    objects: dict[str, Shown] = field(default_factory=dict)
    found: list[tuple[Node, str, Mapping[str, str]]] = field(default_factory=list)
    columns: set[str] = field(default_factory=set)


def read_config(data: bytes, report: Report, *, named: Mapping[str, Sequence[str]], file: str) -> Config:
    """The questions of a labeling config. `named` are the labels that results name, by control: for those whose list
    comes with each task."""
    root = read_xml(data, file=file)
    if root.tag != "View":
        raise UnreadableFile(
            "This is no labeling config.",
            fields={file: f"line {root.line}: begins with <{root.tag}>, not <View>"},
        )
    walk = _Walk(report)
    _walk(root, walk, header="", condition={})
    if not walk.objects:
        raise UnreadableFile(fields={file: "shows no image, text or sound that can be labeled here"})
    controls: dict[str, Control] = {}
    attributes: dict[str, str] = {}
    others: dict[str, str] = {}
    drafts: list[QuestionDraft] = []
    taken: set[str] = set()
    drawing = {
        node.attributes.get("toName", ""): node.attributes.get("name", "")
        for node, _, _ in walk.found
        if node.tag in ("Rectangle", "Polygon")
    }
    labels: dict[str, str] = {}
    lists: dict[str, Node] = {}
    for node, _, _ in walk.found:
        shown = walk.objects.get(node.attributes.get("toName", ""))
        name = node.attributes.get("name", "")
        if node.tag == "Labels" and shown and shown.kind == "image" and (owner := drawing.get(shown.name)):
            labels[name] = owner
            lists[owner] = node
    for node, header, condition in walk.found:
        name = node.attributes.get("name", "")
        if name in labels:
            continue
        if node.attributes.get("perRegion") == "true":
            attributes[name] = question_key(name, set())
            report.note(
                "tag",
                f"{node.tag} {name}",
                "asked of each region: its answers become attributes of the element",
            )
            continue
        made = _control(node, lists.get(name), header, condition, walk, controls, taken, named)
        if made is None:
            others[name] = node.tag
            continue
        controls[name] = made[0]
        drafts.append(made[1])
    if not drafts:
        raise UnreadableFile(fields={file: "asks nothing that has an equal here"})
    return Config(walk.objects, controls, attributes, labels, others, drafts)


def _walk(node: Node, walk: _Walk, *, header: str, condition: Mapping[str, str]) -> str:
    """Every tag in order; the words of the last header come before the control it stands over."""
    tag, given = node.tag, node.attributes
    if given.get("visibleWhen"):
        if condition:
            walk.report.note(
                "attribute", f"{tag}.visibleWhen", "one condition inside another is not kept", place_of(node)
            )
        else:
            condition = dict(given)
    if tag in OBJECTS:
        _object(node, walk)
    elif tag in OTHER_OBJECTS:
        walk.report.note("tag", tag, "what it shows cannot be labeled here", place_of(node))
    elif tag == "Header":
        return given.get("value", "") or node.text
    elif tag in CONTROLS or tag in WITHOUT_EQUAL:
        walk.found.append((node, header, condition))
        return ""
    elif tag in LOOKS:
        if tag not in ("View", "Header"):
            walk.report.note("tag", tag, "only looks; left out", place_of(node))
    else:
        walk.report.note("tag", tag, "is not known here", place_of(node))
    for child in node.children:
        header = _walk(child, walk, header=header, condition=condition)
    return header


def _object(node: Node, walk: _Walk) -> None:
    name, value = node.attributes.get("name", ""), node.attributes.get("value", "")
    kind = OBJECTS[node.tag]
    if "valueList" in node.attributes:
        walk.report.note(
            "attribute", f"{node.tag}.valueList", "several files under one name are not read", place_of(node)
        )
    if not value.startswith("$"):
        walk.report.note("tag", f"{node.tag} {name}", "shows no column of the task", place_of(node))
        return
    same = sum(1 for one in walk.objects.values() if one.kind == kind)
    role = kind if not same else f"{kind}-{same + 1}"
    walk.objects[name] = Shown(name, kind, value[1:], role)
    note_attributes(node, walk.report)


def _control(
    node: Node,
    labels: Node | None,
    header: str,
    condition: Mapping[str, str],
    walk: _Walk,
    before: Mapping[str, Control],
    taken: set[str],
    named: Mapping[str, Sequence[str]],
) -> tuple[Control, QuestionDraft] | None:
    name, where = node.attributes.get("name", ""), place_of(node)
    called = f"{node.tag} {name}".strip()
    if reason := WITHOUT_EQUAL.get(node.tag):
        walk.report.note("tag", called, reason, where)
        return None
    shown = walk.objects.get(node.attributes.get("toName", ""))
    if shown is None:
        walk.report.note("tag", called, "asks about something that is not shown here", where)
        return None
    kind, settings = CONTROLS[node.tag](node, shown)
    if not kind:
        walk.report.note("tag", called, f"is not asked about {shown.kind} here", where)
        return None
    note_attributes(node, walk.report)
    spec: dict[str, Any] = dict(settings)
    codes: dict[str, int] = {}
    is_open = False
    if kind == "rating":
        most = _whole(node.attributes.get("maxRating", ""), RATINGS, walk.report, where)
        spec["classes"] = classes_of([str(level) for level in range(1, most + 1)])
        codes = {str(level): level for level in range(1, most + 1)}
    elif kind != "transcript":
        listed = listed_in(labels or node, walk.report, in_paths=node.tag == "Taxonomy")
        is_open = not listed or (labels or node).attributes.get("value", "").startswith("$")
        if is_open:
            listed += [
                ListedClass(one.replace(PATH_SEPARATOR, " / "), one, path=one)
                for one in named.get((labels or node).attributes.get("name", name), ())
            ]
            walk.report.note(
                "tag", called, "its list comes with each task: the classes are those that answers name"
            )
        if not listed and labels is None and node.tag in ("Rectangle", "Polygon"):
            listed, is_open = [ListedClass("object", "object")], False
        if not listed:
            walk.report.note("tag", called, "has no class, and no answer names one", where)
            return None
        spec["classes"] = classes_of(told_apart(listed))
        codes = {one.written: code for code, one in enumerate(listed, start=1)}
        keys: set[str] = set()
        for code, one in enumerate(listed):
            spec["classes"][code].update(one.more(codes, keys))
    key = question_key(name or node.tag, taken)
    return (
        Control(name, node.tag, shown, key, kind, codes, is_open),
        QuestionDraft(
            key,
            (header.strip() or name or node.tag)[:300],
            kind,
            spec,
            required=kind in DRAWN or node.attributes.get("required") == "true",
            shown_if=_shown_if(condition, before, walk.report, where),
        ),
    )


def _shown_if(
    condition: Mapping[str, str], before: Mapping[str, Control], report: Report, where: str
) -> dict[str, Any]:
    when = condition.get("visibleWhen", "")
    if not when:
        return {}
    earlier = before.get(condition.get("whenTagName", ""))
    chosen = [one.strip() for one in condition.get("whenChoiceValue", "").split(",") if one.strip()]
    if when != "choice-selected" or earlier is None or not earlier.codes:
        report.note("attribute", "visibleWhen", f"{when!r} has no equal: the question is always asked", where)
        return {}
    codes = sorted({earlier.codes[one] for one in chosen if one in earlier.codes}) or sorted(
        earlier.codes.values()
    )
    return {"question": earlier.question, "classes": codes}


def _whole(raw: str, otherwise: int, report: Report, where: str) -> int:
    if raw.isdecimal() and len(raw) < 6 and 2 <= int(raw) <= MOST_RATINGS:
        return int(raw)
    if raw:
        report.note(
            "attribute", "Rating.maxRating", f"is not from 2 to {MOST_RATINGS}: {otherwise} is taken", where
        )
    return otherwise
