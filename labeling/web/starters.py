"""What the usual jobs begin from: a question with its type, its settings and first classes, to be changed at will."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from labeling.web.questions import ClassRow, QuestionCard

Words = str | Promise


@dataclass(frozen=True)
class Starter:
    """One usual job. Each class is its name and its definition."""

    title: Words
    about: Words
    symbol: str
    label_type: str
    prompt: Words
    classes: tuple[tuple[Words, Words], ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    required: bool = True


STARTERS: Final[dict[str, Starter]] = {
    "image-class": Starter(
        _("Classes of pictures"),
        _("one class a picture"),
        "image",
        "choice",
        _("What does the picture show?"),
        (
            (_("good"), _("Nothing that a customer would complain about.")),
            (_("faulty"), _("A fault that can be seen without a tool.")),
            (_("cannot tell"), _("Blurred, dark or cut off so that nobody could say.")),
        ),
    ),
    "detection": Starter(
        _("Detection"),
        _("boxes around things in pictures"),
        "box",
        "box",
        _("Mark everything that is damaged"),
        (
            (
                _("scratch"),
                _("A line that a fingernail catches on. One box around each line, as tight as it can be."),
            ),
            (_("dent"), _("The surface is pressed in, but not broken.")),
        ),
        {"min_size": 4.0},
    ),
    "segmentation": Starter(
        _("Segmentation"),
        _("outlines of things in pictures"),
        "overlap",
        "polygon",
        _("Outline every part"),
        ((_("part"), _("Along the visible edge; what is hidden is not guessed.")), (_("background"), "")),
        {"min_area": 16.0},
    ),
    "pose": Starter(
        _("Keypoints"),
        _("named points of people, faces, hands"),
        "people",
        "keypoint",
        _("Set the points of every person"),
        ((_("person"), _("Left and right are the person’s own. A hidden point is set where it must be.")),),
        {
            "points": [
                {"name": "nose"},
                {"name": "left shoulder", "other_side": "right shoulder"},
                {"name": "right shoulder"},
                {"name": "left hand", "other_side": "right hand"},
                {"name": "right hand"},
                {"name": "left hip", "other_side": "right hip"},
                {"name": "right hip"},
                {"name": "left foot", "other_side": "right foot"},
                {"name": "right foot"},
            ],
            "lines": [
                ["left hand", "left shoulder", "nose", "right shoulder", "right hand"],
                ["left foot", "left hip", "left shoulder", "right shoulder", "right hip", "right foot"],
                ["left hip", "right hip"],
            ],
        },
    ),
    "entities": Starter(
        _("Named entities"),
        _("spans of text: people, places, dates"),
        "text",
        "span",
        _("Mark every name"),
        (
            (_("person"), _("A named human being, with titles that belong to the name.")),
            (_("organization"), _("A company, an authority, a club.")),
            (_("place"), _("A country, a town, a street, a building.")),
            (_("date"), _("A day, a month, a year, or words for one, such as “last Tuesday”.")),
        ),
    ),
    "relations": Starter(
        _("Relations"),
        _("who works where, what belongs to what"),
        "fork",
        "relation",
        _("Mark people and organizations, and who has to do with what"),
        (
            (_("person"), _("A named human being, with titles that belong to the name.")),
            (_("organization"), _("A company, an authority, a club.")),
            (_("place"), _("A country, a town, a street, a building.")),
        ),
        {
            "relations": [
                {"name": _("works for"), "from": [_("person")], "to": [_("organization")]},
                {"name": _("is in"), "from": [_("organization"), _("place")], "to": [_("place")]},
                {"name": _("knows"), "from": [_("person")], "to": [_("person")], "symmetric": True},
            ]
        },
    ),
    "text-class": Starter(
        _("Classes of texts"),
        _("what a message is about"),
        "text",
        "choice",
        _("What does the writer want?"),
        (
            (_("complaint"), _("Something went wrong, and they say so.")),
            (_("question"), _("They want to know something.")),
            (_("order"), _("They want to buy or to change what they bought.")),
            (_("something else"), ""),
        ),
    ),
    "sentiment": Starter(
        _("Sentiment"),
        _("a scale from worst to best"),
        "bars",
        "rating",
        _("How does the writer feel?"),
        (
            (_("very bad"), _("Anger, or a threat to leave.")),
            (_("bad"), ""),
            (_("neither"), _("Facts only.")),
            (_("good"), ""),
            (_("very good"), _("Praise nobody asked for.")),
        ),
        {"scale": "ordinal"},
    ),
    "preference": Starter(
        _("Preferences"),
        _("which of two answers, pictures or sounds is better"),
        "scales",
        "pairwise",
        _("Which one is better?"),
        (
            (_("first"), _("The part whose name comes first: “a” before “b”, “left” before “right”.")),
            (_("second"), ""),
        ),
        {"ties": True, "shuffle": True},
    ),
    "transcription": Starter(
        _("Transcription"),
        _("what is said, written out"),
        "pulse",
        "transcript",
        _("What is said?"),
        (),
        {
            "ignore_case": False,
            "conventions": [
                {"write": "Um...", "not": ["Um,", "Uhm"], "because": "Filled pauses end in three dots."},
                {"write": "okay", "not": ["ok", "O.K."]},
            ],
        },
    ),
    "speakers": Starter(
        _("Who speaks when"),
        _("stretches of a recording, with what is said"),
        "pulse",
        "segment",
        _("Mark every turn of each speaker"),
        (
            (_("speaker 1"), _("Whoever speaks first.")),
            (_("speaker 2"), ""),
            (_("noise"), _("Anything that is not speech and lasts longer than a second.")),
        ),
        {"overlapping": True, "text": True},
    ),
    "records": Starter(
        _("Checking records"),
        _("what an entry should say, field by field"),
        "grid",
        "record",
        _("What should this record say?"),
        (),
        {
            "fields": [
                {"name": "name", "kind": "text", "label": "Name, spelled right", "required": False},
                {"name": "amount", "kind": "number", "label": "Amount", "min": 0, "required": False},
                {"name": "date", "kind": "date", "label": "Date", "required": False},
                {
                    "name": "sort",
                    "kind": "choice",
                    "label": "Kind",
                    "options": ["invoice", "receipt", "letter", "something else"],
                },
                {"name": "duplicate", "kind": "yes_no", "label": "Was entered before"},
            ]
        },
    ),
}


def starter_card(key: str) -> QuestionCard:
    """The card as this job begins it; an empty one for a key nobody knows."""
    starter = STARTERS.get(key)
    if starter is None:
        return QuestionCard()
    return QuestionCard(
        prompt=str(starter.prompt),
        label_type=starter.label_type,
        required=starter.required,
        classes=[ClassRow(name=str(name), definition=str(words)) for name, words in starter.classes],
        settings=_in_words(starter.settings),
    )


def _in_words(value: Any) -> Any:
    """Settings with their words in the language of the page."""
    if isinstance(value, Mapping):
        return {name: _in_words(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_in_words(one) for one in value]
    return str(value) if isinstance(value, Promise) else value
