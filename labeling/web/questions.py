"""A question as a card of a form: its words, its label type, a row per class."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from labeling.label_types.classes import COLORS, EXAMPLE_KINDS
from labeling.label_types.registry import LABEL_TYPES
from labeling.models import Question
from labeling.web import question_settings

SPARE_ROWS = 2
ROW_NAME = re.compile(r"classes-([0-9]{1,4})-name")
COLUMNS = ("name", "code", "color", "hotkey", "definition", "parent", *EXAMPLE_KINDS)


@dataclass(frozen=True)
class ClassRow:
    """One class as typed; an empty code is a new one. The examples are numbers of items."""

    name: str = ""
    code: str = ""
    color: str = ""
    hotkey: str = ""
    definition: str = ""
    parent: str = ""
    typical: str = ""
    borderline: str = ""
    counter: str = ""
    error: str = ""

    @property
    def has_more(self) -> bool:
        return bool(self.parent or self.typical or self.borderline or self.counter)

    @property
    def is_blank(self) -> bool:
        return not (self.name.strip() or self.code)

    @property
    def as_parent(self) -> str:
        """What stands for this class where it is above another: its code, or its name while it has none."""
        return self.code or f"={self.name.strip()}"

    def as_spec(self) -> dict[str, Any]:
        spec: dict[str, Any] = {"name": self.name.strip()}
        if self.code.isdecimal():
            spec["code"] = int(self.code)
        if self.color.isdecimal():
            spec["color"] = int(self.color)
        if self.hotkey.strip():
            spec["hotkey"] = self.hotkey.strip()
        if self.definition.strip():
            spec["definition"] = self.definition.strip()
        if self.parent.isdecimal():
            spec["parent"] = int(self.parent)
        elif self.parent.startswith("="):
            spec["parent"] = self.parent[1:]
        typed = {kind: _numbers(getattr(self, kind)) for kind in EXAMPLE_KINDS}
        if examples := {kind: numbers for kind, numbers in typed.items() if numbers}:
            spec["examples"] = examples
        return spec


def _numbers(typed: str) -> list[int | str]:
    """`12, #14`; what is no number goes on as it is, to be refused at its place."""
    words = [word.lstrip("#") for word in typed.replace(",", " ").split()]
    return [int(word) if word.isdecimal() and len(word) <= 15 else word for word in words]


@dataclass(frozen=True)
class Earlier:
    """A question that this one may wait for, with the classes it waits for."""

    key: str
    prompt: str
    classes: tuple[tuple[int, str, bool], ...]
    is_chosen: bool


@dataclass
class QuestionCard:
    """What stands in the card, kept as it was typed, and what is wrong with it by field."""

    prompt: str = ""
    label_type: str = "choice"
    required: bool = True
    classes: list[ClassRow] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    question_id: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    shown_if: dict[str, Any] = field(default_factory=dict)
    earlier: list[Earlier] = field(default_factory=list)
    is_answered: bool = False

    @property
    def parents(self) -> list[tuple[str, str]]:
        """The classes that may be above another; one that is not saved yet goes by its name."""
        return [(row.as_parent, row.name) for row in self.classes if row.name.strip()]

    @property
    def rows(self) -> list[ClassRow]:
        """The classes with their colors settled, and spare rows for new ones."""
        spare = SPARE_ROWS if self.classes else SPARE_ROWS + 1
        every = [*self.classes, *[ClassRow() for _ in range(spare)]]
        return [replace(row, color=row.color or str(at % COLORS + 1)) for at, row in enumerate(every)]

    @property
    def types(self) -> list[tuple[str, str, str]]:
        words = question_settings.type_words()
        return [(one.name, *words.get(one.name, (one.name, ""))) for one in LABEL_TYPES]

    @property
    def type_settings(self) -> list[question_settings.TypeSettings]:
        """The settings of this question's type; of every type while it can still be chosen."""
        names = [self.label_type] if self.question_id else [one.name for one in LABEL_TYPES]
        found = []
        for name in names:
            chosen = name == self.label_type
            fields = question_settings.fields_of(
                name, self.settings if chosen else {}, self.errors if chosen else {}
            )
            if fields:
                found.append(question_settings.TypeSettings(name, fields, chosen))
        return found

    @property
    def has_classes(self) -> bool:
        return question_settings.has_classes(self.label_type)

    @property
    def types_with_classes(self) -> str:
        return " ".join(question_settings.types_with_classes())

    @property
    def blank(self) -> ClassRow:
        """What an added row starts from; the script chooses its color."""
        return ClassRow(color="1")

    @property
    def anchor(self) -> str:
        return f"q{self.question_id or 'new'}"

    def as_raw(self) -> dict[str, Any]:
        """What the service takes."""
        classes = {"classes": [row.as_spec() for row in self.classes]} if self._sends_classes else {}
        return {
            "prompt": self.prompt,
            "label_type": self.label_type,
            "required": self.required,
            "shown_if": self.shown_if,
            "spec": {**self.settings, **classes},
        }

    @property
    def _sends_classes(self) -> bool:
        return self.has_classes or bool(self.classes)

    def refuse(self, fields: Mapping[str, str]) -> bool:
        """Places what a service refused at the rows and fields of the card; false if something found no place."""
        all_placed = True
        own = {one.name for one in question_settings.settings_of(self.label_type)} - {"classes"}
        for path, reason in fields.items():
            parts = path.removeprefix("questions.0.").removeprefix("spec.").split(".")
            if parts[0] in own:
                self.errors[parts[0]] = reason
            elif parts[0] == "classes" and len(parts) > 1 and parts[1].isdecimal():
                at = int(parts[1])
                words = f"{parts[2]}: {reason}" if len(parts) > 2 else reason
                self.classes[at] = replace(self.classes[at], error=words)
            elif parts[0] == "shown_if":
                self.errors["shown_if"] = reason
            elif parts[0] in ("prompt", "label_type", "classes", "key"):
                self.errors["prompt" if parts[0] == "key" else parts[0]] = reason
            else:
                all_placed = False
        return all_placed


def typed_card(posted: QueryDict, *, question: Question | None = None) -> QuestionCard:
    """The card as it was sent. A row without a name is no class."""
    at = sorted({int(found[1]) for name in posted if (found := ROW_NAME.fullmatch(name))})
    rows = [ClassRow(*(posted.get(f"classes-{n}-{column}", "") for column in COLUMNS)) for n in at]
    label_type = question.label_type if question else posted.get("label_type", "")
    before = _without_classes(question) if question else {}
    return QuestionCard(
        prompt=posted.get("prompt", ""),
        label_type=label_type,
        required=posted.get("optional") != "on",
        classes=[row for row in rows if not row.is_blank],
        settings=question_settings.typed_settings(posted, label_type, before),
        question_id=question.pk if question else None,
        shown_if=_typed_condition(posted),
    )


def _typed_condition(posted: QueryDict) -> dict[str, Any]:
    """The classes ticked under the question that was chosen; those under another one do not count."""
    question = posted.get("shown_if", "")
    codes = posted.getlist(f"shown_if-{question}")
    return {"question": question, "classes": [int(c) for c in codes if c.isdecimal()]} if question else {}


def with_earlier(cards: Sequence[QuestionCard], asked: Sequence[Question]) -> None:
    """Tells each card which of the questions before its own it may wait for; a new one may wait for all."""
    for card in cards:
        place = (
            [question.pk for question in asked].index(card.question_id) if card.question_id else len(asked)
        )
        card.earlier = [
            Earlier(
                question.key,
                question.prompt,
                tuple(
                    (c["code"], c["name"], c["code"] in card.shown_if.get("classes", ()))
                    for c in question.spec["classes"]
                ),
                question.key == card.shown_if.get("question"),
            )
            for question in asked[:place]
            if question.spec.get("classes")
        ]


def card_of(question: Question) -> QuestionCard:
    classes = [
        ClassRow(
            name=c["name"],
            code=str(c["code"]),
            color=str(c.get("color", "")),
            hotkey=c.get("hotkey", ""),
            definition=c.get("definition", ""),
            parent=str(c.get("parent") or ""),
            **{kind: ", ".join(map(str, items)) for kind, items in c.get("examples", {}).items()},
        )
        for c in question.spec.get("classes", ())
    ]
    return QuestionCard(
        question.prompt,
        question.label_type,
        question.required,
        classes,
        _without_classes(question),
        question.pk,
        shown_if=question.shown_if,
    )


def _without_classes(question: Question) -> dict[str, Any]:
    return {name: value for name, value in question.spec.items() if name != "classes"}
