"""What was said or written, as text: `{"text": "Um, the weather"}`. Empty text says that nothing was said."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Literal

from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import flag_at, integer_at, joined, list_at, object_at, one_of, text_at
from labeling.label_types.settings import Setting
from metadata.kernel.json_guard import Json

LONGEST = 10_000  # two of them are compared in a table of at most 10,000 by 10,000 cells of two bytes


MOST_CONVENTIONS = 200
MOST_FORMS = 20
LONGEST_FORM = 200


@dataclass(frozen=True, slots=True)
class Convention:
    """How the project writes something, and which other ways of writing it the editor warns about."""

    write: str
    avoid: tuple[str, ...]
    because: str = ""


@dataclass(frozen=True, slots=True)
class TranscriptSpec:
    """What is compared (words, or characters where words are not set apart), and what is not held against anybody."""

    unit: Literal["word", "character"] = "word"
    ignore_case: bool = False
    ignore_punctuation: bool = False
    min: int = 0
    max: int = 4_000
    conventions: tuple[Convention, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    text: str = ""


SETTINGS = (
    Setting("unit", "option", "word", options=("word", "character")),
    Setting("ignore_case", "flag", False),
    Setting("ignore_punctuation", "flag", False),
    Setting("min", "whole", 0, 0, LONGEST),
    Setting("max", "whole", TranscriptSpec().max, 1, LONGEST),
    Setting("conventions", "conventions", most=MOST_CONVENTIONS),
)


def check_spec(raw: object) -> TranscriptSpec:
    """`min` and `max` count characters."""
    settings = object_at(raw, "", optional=tuple(one.name for one in SETTINGS))
    characters = one_of(settings.get("unit", "word"), "unit", ("word", "character")) == "character"
    least = integer_at(settings.get("min", 0), "min", least=0, most=LONGEST)
    most = integer_at(settings.get("max", TranscriptSpec().max), "max", least=1, most=LONGEST)
    if least > most:
        raise InvalidValue("min", "must not be more than max")
    return TranscriptSpec(
        unit="character" if characters else "word",
        ignore_case=flag_at(settings.get("ignore_case", False), "ignore_case"),
        ignore_punctuation=flag_at(settings.get("ignore_punctuation", False), "ignore_punctuation"),
        min=least,
        max=most,
        conventions=_conventions_at(settings.get("conventions", ()), "conventions"),
    )


def parse(raw: object, spec: TranscriptSpec) -> Transcript:
    """The text in Unicode's composed form (NFC), every run of white space one space."""
    written = text_at(object_at(raw, "", required=("text",))["text"], "text", most=LONGEST)
    text = " ".join(unicodedata.normalize("NFC", written).split())
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise InvalidValue("text", "contains a control character")
    if not spec.min <= len(text) <= spec.max:
        raise InvalidValue(
            "text", f"has {len(text)} characters; this question takes {spec.min} to {spec.max}"
        )
    return Transcript(text)


def dump(value: Transcript) -> dict[str, Json]:
    return {"text": value.text}


def _conventions_at(raw: object, path: str) -> tuple[Convention, ...]:
    """`[{"write": "Um,", "not": ["Um..."], "because": "Filled pauses end in a comma."}]`"""
    return tuple(
        _convention_at(entry, joined(path, at))
        for at, entry in enumerate(list_at(raw, path, most=MOST_CONVENTIONS))
    )


def _convention_at(raw: object, path: str) -> Convention:
    entry = object_at(raw, path, required=("write", "not"), optional=("because",))
    write = text_at(entry["write"], joined(path, "write"), most=LONGEST_FORM, least=1).strip()
    where = joined(path, "not")
    forms = list_at(entry["not"], where, most=MOST_FORMS)
    if not forms:
        raise InvalidValue(where, "names at least one way not to write it")
    avoid = tuple(
        text_at(form, joined(where, at), most=LONGEST_FORM, least=1).strip() for at, form in enumerate(forms)
    )
    if write in avoid:
        raise InvalidValue(where, "is what should be written")
    return Convention(write, avoid, text_at(entry.get("because", ""), joined(path, "because"), most=500))
