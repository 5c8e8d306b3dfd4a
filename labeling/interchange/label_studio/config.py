"""Label Studio's labeling config: which tags ask something, and what question that is here.

https://labelstud.io/tags/: object tags show a part of the task, control tags ask about one, the others only look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final

from labeling.interchange.foreign import QuestionDraft, Report, classes_of, question_key, relation_names
from labeling.interchange.label_studio.classes import PATH_SEPARATOR, ListedClass, listed_in, told_apart
from labeling.interchange.label_studio.tags import (
    CONTROLS,
    DRAWN,
    LOOKS,
    MOST,
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
SPOKEN: Final = "text"
"""The attribute that holds what is said in a stretch of a sound."""
BOTH_WAYS: Final = "bi"
"""The direction of a relation that points nowhere."""
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
    relations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By question, what relations between its regions are called here, by the label that results write."""
    both_ways: frozenset[str] = frozenset()
    """Labels of relations that point nowhere."""


@dataclass(slots=True)
class _Walk:
    """The config as it is read: what was found in it, and what results say beside it."""

    report: Report
    named: Mapping[str, Sequence[str]]
    related: Mapping[str, Mapping[str, Set[str]]]
    objects: dict[str, Shown] = field(default_factory=dict)
    found: list[tuple[Node, str, Mapping[str, str]]] = field(default_factory=list)
    relations: list[str] | None = None
    controls: dict[str, Control] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    both_ways: set[str] = field(default_factory=set)

    def shown(self, node: Node) -> list[Shown]:
        """What a control asks about, as far as it is shown."""
        names = [name.strip() for name in node.attributes.get("toName", "").split(",")]
        return [self.objects[name] for name in names if name in self.objects]

    def over(self, tag: str, kind: str) -> list[Node]:
        """The controls of a tag that ask about a kind of part."""
        return [
            node
            for node, *_ in self.found
            if node.tag == tag and [one.kind for one in self.shown(node)] == [kind]
        ]


def read_config(
    data: bytes,
    report: Report,
    *,
    named: Mapping[str, Sequence[str]],
    related: Mapping[str, Mapping[str, Set[str]]],
    file: str,
) -> Config:
    """The questions of a labeling config. `named` are the labels that results name, by control: for those whose list
    comes with each task. `related`: what results say between two regions of a control, and in which directions."""
    root = read_xml(data, file=file)
    if root.tag != "View":
        raise UnreadableFile(
            "This is no labeling config.",
            fields={file: f"line {root.line}: begins with <{root.tag}>, not <View>"},
        )
    walk = _Walk(report, named, related)
    _walk(root, walk, header="", condition={})
    if not walk.objects:
        raise UnreadableFile(fields={file: "shows no image, text or sound that can be labeled here"})
    attributes: dict[str, str] = {}
    others: dict[str, str] = {}
    drafts: list[QuestionDraft] = []
    labels, lists = _bare_labels(walk)
    spoken = _spoken(walk)
    for node, header, condition in walk.found:
        name = node.attributes.get("name", "")
        if name in labels:
            continue
        if node.attributes.get("perRegion") == "true":
            attributes[name] = SPOKEN if name in spoken.values() else question_key(name, set())
            what = "text" if name in spoken.values() else "attributes"
            report.note(
                "tag", f"{node.tag} {name}", f"asked of each region: its answers become {what} of the element"
            )
            continue
        made = _control(node, lists.get(name), header, condition, walk, spoken)
        if made is None:
            others[name] = node.tag
            continue
        walk.controls[name] = made[0]
        drafts.append(made[1])
    if not drafts:
        raise UnreadableFile(fields={file: "asks nothing that has an equal here"})
    return Config(
        walk.objects,
        walk.controls,
        attributes,
        labels,
        others,
        drafts,
        walk.names,
        frozenset(walk.both_ways),
    )


def _bare_labels(walk: _Walk) -> tuple[dict[str, str], dict[str, Node]]:
    """A drawing tag without classes, and the list of labels that its regions are given, each by the other's name."""
    drawing = {
        shown.name: node.attributes.get("name", "")
        for node, *_ in walk.found
        if node.tag in ("Rectangle", "Polygon", "KeyPoint", "Brush")
        for shown in walk.shown(node)
    }
    labels: dict[str, str] = {}
    lists: dict[str, Node] = {}
    for node in walk.over("Labels", "image"):
        if owner := drawing.get(walk.shown(node)[0].name):
            labels[node.attributes.get("name", "")] = owner
            lists[owner] = node
    return labels, lists


def _spoken(walk: _Walk) -> dict[str, str]:
    """By sound whose regions are labeled, the first control that asks for a text of each."""
    labeled = {walk.shown(node)[0].name for node in walk.over("Labels", "audio")}
    found: dict[str, str] = {}
    for node in walk.over("TextArea", "audio"):
        sound = walk.shown(node)[0].name
        if node.attributes.get("perRegion") == "true" and sound in labeled:
            found.setdefault(sound, node.attributes.get("name", ""))
    return found


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
    elif tag == "Relations":
        note_attributes(node, walk.report)
        given_names = [one.attributes.get("value", "") for one in node.children if one.tag == "Relation"]
        walk.relations = [*(walk.relations or ()), *given_names]
        return header
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
    spoken: Mapping[str, str],
) -> tuple[Control, QuestionDraft] | None:
    name, where = node.attributes.get("name", ""), place_of(node)
    called = f"{node.tag} {name}".strip()
    if reason := WITHOUT_EQUAL.get(node.tag):
        walk.report.note("tag", called, reason, where)
        return None
    about = walk.shown(node)
    if not about:
        walk.report.note("tag", called, "asks about something that is not shown here", where)
        return None
    kind, settings = CONTROLS[node.tag](node, about[0])
    if not kind:
        walk.report.note("tag", called, f"is not asked about {about[0].kind} here", where)
        return None
    note_attributes(node, walk.report)
    spec: dict[str, Any] = dict(settings)
    listed = _listed(node, labels, kind, about, walk)
    if listed is None:
        return None
    classes, codes, is_open = listed
    spec |= classes
    key = question_key(name or node.tag, walk.taken)
    if node.tag == "Labels" and about[0].name in spoken:
        spec["text"] = True
    if node in walk.over("Labels", "text") and (relations := _relations(node, key, walk)):
        kind, spec["relations"], spec["max_links"] = "relation", relations, MOST
    return (
        Control(name, node.tag, about[0], key, kind, codes, is_open),
        QuestionDraft(
            key,
            (header.strip() or name or node.tag)[:300],
            kind,
            spec,
            required=kind in DRAWN or node.attributes.get("required") == "true",
            shown_if=_shown_if(condition, walk.controls, walk.report, where),
        ),
    )


_Listed = tuple[dict[str, Any], dict[str, int], bool]
"""Settings that hold the classes, their codes by what results write, and whether they come with each task."""


def _listed(
    node: Node, labels: Node | None, kind: str, about: Sequence[Shown], walk: _Walk
) -> _Listed | None:
    """The classes of a control, or None with the reason noted."""
    if kind == "transcript":
        return {}, {}, False
    if kind == "rating":
        most = _whole(node.attributes.get("maxRating", ""), RATINGS, walk.report, place_of(node))
        levels = [str(level) for level in range(1, most + 1)]
        return {"classes": classes_of(levels)}, {level: int(level) for level in levels}, False
    if kind == "pairwise":
        return _compared(node, about, walk)
    name = node.attributes.get("name", "")
    called = f"{node.tag} {name}".strip()
    listed = listed_in(labels or node, walk.report, in_paths=node.tag == "Taxonomy")
    is_open = not listed or (labels or node).attributes.get("value", "").startswith("$")
    if is_open:
        listed += [
            ListedClass(one.replace(PATH_SEPARATOR, " / "), one, path=one)
            for one in walk.named.get((labels or node).attributes.get("name", name), ())
        ]
        walk.report.note(
            "tag", called, "its list comes with each task: the classes are those that answers name"
        )
    if not listed and labels is None and node.tag in ("Rectangle", "Polygon", "KeyPoint", "Brush"):
        listed, is_open = [ListedClass("object", "object")], False
    if not listed:
        walk.report.note("tag", called, "has no class, and no answer names one", place_of(node))
        return None
    classes = classes_of(told_apart(listed))
    codes = {one.written: code for code, one in enumerate(listed, start=1)}
    keys: set[str] = set()
    for at, one in enumerate(listed):
        classes[at].update(one.more(codes, keys))
    return {"classes": classes}, codes, is_open


def _compared(node: Node, about: Sequence[Shown], walk: _Walk) -> _Listed | None:
    """Two parts stand for the classes of a comparison; results name them by their side."""
    if len(about) != 2 or about[0] == about[1]:
        called = f"{node.tag} {node.attributes.get('name', '')}".strip()
        walk.report.note("tag", called, "does not compare two parts that are shown here", place_of(node))
        return None
    codes = {side: code for code, side in enumerate(("left", "right"), start=1)}
    codes |= {one.name: code for code, one in enumerate(about, start=1)}
    classes = classes_of([one.name for one in about])
    return {"classes": classes, "parts": [one.role for one in about]}, codes, False


def _relations(node: Node, key: str, walk: _Walk) -> list[dict[str, Any]]:
    """What may be said between two spans of this control: what the config lists, and what results say. A list is meant
    for the only control over a text, or for those between whose spans something is said."""
    used = walk.related.get(node.attributes.get("name", ""), {})
    is_only = walk.relations is not None and len(walk.over("Labels", "text")) == 1
    if not used and not is_only:
        return []
    labels = list(dict.fromkeys([*filter(None, walk.relations or ()), *used])) or [""]
    names = relation_names(labels)
    walk.names[key] = names
    symmetric = {label for label in labels if used.get(label) == {BOTH_WAYS}}
    walk.both_ways |= symmetric
    return [{"name": names[label], **({"symmetric": True} if label in symmetric else {})} for label in labels]


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
