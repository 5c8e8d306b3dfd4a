"""The fields of a record that a question asks for: what each is called, what it holds, and how far values are apart."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast, get_args

from labeling.label_types.alignment import edit_distance
from labeling.label_types.classes import BIGGEST_CODE
from labeling.label_types.errors import InvalidValue
from labeling.label_types.reading import (
    flag_at,
    integer_at,
    joined,
    list_at,
    number_at,
    object_at,
    one_of,
    text_at,
)

FieldKind: TypeAlias = Literal["text", "number", "choice", "date", "yes_no"]
FieldValue: TypeAlias = str | float | bool

KINDS: tuple[str, ...] = get_args(FieldKind)
MOST_FIELDS = 60
MOST_OPTIONS = 100
LONGEST_TEXT = 2_000
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FieldDef:
    """`least` and `most` bound a number, or a date by its day number; `max_length` a text."""

    name: str
    kind: FieldKind
    label: str = ""
    required: bool = True
    least: float | None = None
    most: float | None = None
    whole: bool = False
    max_length: int = 200
    options: tuple[str, ...] = ()


def fields_at(raw: object, path: str) -> tuple[FieldDef, ...]:
    """At least one field, each name used once."""
    found = tuple(
        _field_at(entry, joined(path, at)) for at, entry in enumerate(list_at(raw, path, most=MOST_FIELDS))
    )
    if not found:
        raise InvalidValue(path, "at least one field is needed")
    seen: set[str] = set()
    for at, one in enumerate(found):
        if one.name in seen:
            raise InvalidValue(joined(joined(path, at), "name"), "is used by another field")
        seen.add(one.name)
    return found


def value_at(raw: object, path: str, field: FieldDef) -> FieldValue:
    """What was entered into the field; dates as `2026-03-12`, texts in Unicode's composed form."""
    if field.kind == "yes_no":
        return flag_at(raw, path)
    if field.kind == "choice":
        return one_of(raw, path, field.options)
    if field.kind == "number":
        number = number_at(raw, path, least=field.least, most=field.most)
        if field.whole and not number.is_integer():
            raise InvalidValue(path, "must be a whole number")
        return number
    if field.kind == "date":
        return _within(text_at(raw, path, most=10), path, field)
    text = " ".join(unicodedata.normalize("NFC", text_at(raw, path, most=LONGEST_TEXT)).split())
    if not text:
        raise InvalidValue(path, "must not be empty")
    if len(text) > field.max_length:
        raise InvalidValue(path, f"is longer than {field.max_length} characters")
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise InvalidValue(path, "contains a control character")
    return text


def option_code(option: str) -> int:
    """The code that stands for an option in votes: it follows from the option's own name, so that listing options in
    another order changes no vote."""
    return zlib.crc32(option.encode()) % BIGGEST_CODE + 1


def day_number(day: str) -> int:
    return dt.date.fromisoformat(day).toordinal()


def distance_between(a: FieldValue, b: FieldValue, field: FieldDef) -> float:
    """0 the same, 1 unrelated, by the kind of field.

    number, date: how far apart, over the range where one is declared; else a number over the larger of the two and a
    date 0 or 1. text: edits over the longer one. choice, yes or no: 0 or 1.
    """
    if a == b:
        return 0.0
    if field.kind == "text":
        one, other = str(a), str(b)
        return edit_distance(one, other) / max(len(one), len(other))
    if field.kind not in ("number", "date"):
        return 1.0
    one_at, other_at = place_of(a, field), place_of(b, field)
    apart = abs(one_at - other_at)
    if field.least is not None and field.most is not None:
        return min(1.0, apart / (field.most - field.least)) if field.most > field.least else 1.0
    return 1.0 if field.kind == "date" else min(1.0, apart / max(abs(one_at), abs(other_at)))


def place_of(value: FieldValue, field: FieldDef) -> float:
    """A number or a date as a number."""
    return float(day_number(str(value))) if field.kind == "date" else float(value)


def bare(value: FieldValue) -> str:
    """Without case, blanks and punctuation: texts alike in this differ by how they are written."""
    kept = (one for one in str(value).casefold() if not unicodedata.category(one).startswith(("P", "S", "Z")))
    return "".join(kept)


def _field_at(raw: object, path: str) -> FieldDef:
    optional = ("label", "required", "min", "max", "whole", "max_length", "options")
    entry = object_at(raw, path, required=("name", "kind"), optional=optional)
    name = text_at(entry["name"], joined(path, "name"), most=40)
    if NAME.fullmatch(name) is None:
        raise InvalidValue(
            joined(path, "name"), "must be letters a-z, digits and _, with a letter first, at most 40"
        )
    kind = cast(FieldKind, one_of(entry["kind"], joined(path, "kind"), KINDS))
    _refuse_strangers(entry, path, kind)
    least, most = _bounds_at(entry, path, kind)
    return FieldDef(
        name,
        kind,
        text_at(entry.get("label", ""), joined(path, "label"), most=200).strip(),
        flag_at(entry.get("required", True), joined(path, "required")),
        least,
        most,
        flag_at(entry.get("whole", False), joined(path, "whole")),
        integer_at(entry.get("max_length", 200), joined(path, "max_length"), least=1, most=LONGEST_TEXT),
        _options_at(entry["options"], joined(path, "options")) if kind == "choice" else (),
    )


def _refuse_strangers(entry: Mapping[str, object], path: str, kind: FieldKind) -> None:
    """Settings that mean nothing to this kind of field are a mistake."""
    meant = {"number": {"min", "max", "whole"}, "date": {"min", "max"}, "text": {"max_length"}}
    allowed = meant.get(kind, {"options"} if kind == "choice" else set())
    for name in ("min", "max", "whole", "max_length", "options"):
        if name in entry and name not in allowed:
            raise InvalidValue(joined(path, name), f"means nothing to a field of this kind ({kind})")
    if kind == "choice" and "options" not in entry:
        raise InvalidValue(joined(path, "options"), "is required")


def _bounds_at(entry: Mapping[str, object], path: str, kind: FieldKind) -> tuple[float | None, float | None]:
    bounds: list[float | None] = []
    for name in ("min", "max"):
        where = joined(path, name)
        if entry.get(name) is None:
            bounds.append(None)
        elif kind == "date":
            bounds.append(float(day_number(_day_at(text_at(entry[name], where, most=10), where))))
        else:
            bounds.append(number_at(entry[name], where))
    least, most = bounds
    if least is not None and most is not None and least > most:
        raise InvalidValue(joined(path, "min"), "must not be more than max")
    return least, most


def _options_at(raw: object, path: str) -> tuple[str, ...]:
    options = tuple(
        text_at(entry, joined(path, at), most=200, least=1).strip()
        for at, entry in enumerate(list_at(raw, path, most=MOST_OPTIONS))
    )
    if len(options) < 2:
        raise InvalidValue(path, "at least two options are needed")
    taken: dict[int, str] = {}
    for at, option in enumerate(options):
        other = taken.setdefault(option_code(option), option)
        if options.index(option) != at:
            raise InvalidValue(joined(path, at), "is listed twice")
        if other != option:
            raise InvalidValue(joined(path, at), "counts like another option: change a letter of it")
    return options


def _day_at(text: str, path: str) -> str:
    try:
        if DAY.fullmatch(text) is None:
            raise ValueError
        dt.date.fromisoformat(text)
    except ValueError:
        raise InvalidValue(path, "must be a date such as 2026-03-12") from None
    return text


def _within(text: str, path: str, field: FieldDef) -> str:
    day = _day_at(text, path)
    number = day_number(day)
    if field.least is not None and number < field.least:
        raise InvalidValue(path, f"must be {dt.date.fromordinal(int(field.least))} or later")
    if field.most is not None and number > field.most:
        raise InvalidValue(path, f"must be {dt.date.fromordinal(int(field.most))} or earlier")
    return day


def mean(numbers: Sequence[float]) -> float:
    return math.fsum(numbers) / len(numbers) if numbers else 0.0
