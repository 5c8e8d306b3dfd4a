"""The typed fields a dataset declares for its items, and reading one record by them."""

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from metadata.kernel.errors import InvalidInput
from metadata.kernel.json_guard import SAFE_INTEGER

FieldKind: TypeAlias = Literal["text", "integer", "number", "boolean", "date", "choice"]
FieldValue: TypeAlias = str | int | float | bool | None
Unknown: TypeAlias = Literal["refuse", "drop", "keep"]

KINDS: Final[tuple[FieldKind, ...]] = get_args(FieldKind)
MAX_FIELDS: Final = 200
LONGEST_TEXT: Final = 10_000
_NAME: Final = re.compile(r"[^\W_](?:[\w .\-]{0,62}[\w])?")
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_TRUE: Final = frozenset({"true", "yes", "t", "y", "1"})
_FALSE: Final = frozenset({"false", "no", "f", "n", "0"})


class InvalidFields(InvalidInput):
    """The declaration of the fields cannot be used."""

    code = "invalid_fields"


class InvalidRecord(InvalidInput):
    """A value does not fit the field it stands in."""

    code = "invalid_record"


@dataclass(frozen=True, slots=True)
class Field:
    """One declared field. Labelers see it only if it is `visible`: metadata can give the answer away."""

    name: str
    kind: FieldKind = "text"
    visible: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The declaration as stored in the dataset."""
        plain: dict[str, object] = {"name": self.name, "kind": self.kind, "visible": self.visible}
        plain["required"] = self.required
        if self.kind == "choice":
            plain["choices"] = list(self.choices)
        return plain


def declared_fields(raw: object) -> tuple[Field, ...]:
    """Read a declaration, `[{"name", "kind", "visible", "required", "choices"}]`; InvalidFields names the culprit.

    >>> declared_fields([{"name": "scratch_mm", "kind": "number"}])
    (Field(name='scratch_mm', kind='number', visible=False, required=False, choices=()),)
    """
    if not isinstance(raw, list):
        raise InvalidFields(fields={"fields": "must be a list"})
    if len(raw) > MAX_FIELDS:
        raise InvalidFields(fields={"fields": f"more than {MAX_FIELDS}"})
    read: dict[str, Field] = {}
    for position, entry in enumerate(raw):
        where = f"fields[{position}]"
        field = _declared(entry, where)
        if field.name in read:
            raise InvalidFields(fields={f"{where}.name": f"{field.name!r} is declared twice"})
        read[field.name] = field
    return tuple(read.values())


def _declared(entry: object, where: str) -> Field:
    if not isinstance(entry, dict):
        raise InvalidFields(fields={where: "must be an object"})
    stray = set(entry) - {"name", "kind", "visible", "required", "choices"}
    if stray:
        raise InvalidFields(fields={f"{where}.{min(map(str, stray))}": "is not a property of a field"})
    name, kind = entry.get("name"), entry.get("kind", "text")
    if not isinstance(name, str) or not _NAME.fullmatch(name) or "__" in name:
        reason = "1 to 64 letters, digits, spaces, dots, hyphens or single underscores, starting with a letter or digit"
        raise InvalidFields(fields={f"{where}.name": reason})
    if kind not in KINDS:
        raise InvalidFields(fields={f"{where}.kind": f"must be one of {', '.join(KINDS)}"})
    for flag in ("visible", "required"):
        if not isinstance(entry.get(flag, False), bool):
            raise InvalidFields(fields={f"{where}.{flag}": "must be true or false"})
    choices = entry.get("choices", [])
    if not isinstance(choices, list) or not all(
        isinstance(one, str) and _is_storable(one) and one for one in choices
    ):
        raise InvalidFields(fields={f"{where}.choices": "must be a list of texts"})
    if (kind == "choice") != bool(choices):
        raise InvalidFields(fields={f"{where}.choices": "a choice has them, and nothing else does"})
    if len(set(choices)) != len(choices):
        raise InvalidFields(fields={f"{where}.choices": "one is there twice"})
    return Field(name, kind, entry.get("visible", False), entry.get("required", False), tuple(choices))


def parsed_record(
    fields: Sequence[Field], record: Mapping[str, object], *, unknown: Unknown = "refuse"
) -> dict[str, FieldValue]:
    """The record's values in the types declared; InvalidRecord names every field that does not fit.

    Text is coerced ("3" is an integer, "yes" a boolean), since CSV knows nothing else. An empty cell or null is
    left out. Fields nobody declared are refused, dropped, or kept as they are if they are plain.

    >>> parsed_record([Field("mm", "number"), Field("ok", "boolean")], {"mm": "2.5", "ok": "no"})
    {'mm': 2.5, 'ok': False}
    """
    values: dict[str, FieldValue] = {}
    wrong: dict[str, str] = {}
    for field in fields:
        raw = record.get(field.name)
        if raw is None or (raw == "" and field.kind != "text"):
            if field.required:
                wrong[field.name] = "is required"
            continue
        try:
            values[field.name] = _coerced(field, raw)
        except ValueError as error:
            wrong[field.name] = str(error)
    if unknown != "drop" and len(record) > len(values):
        declared = {field.name for field in fields}
        for name, raw in record.items():
            if name in declared or raw is None:
                continue
            if unknown == "refuse":
                wrong[str(name)[:64]] = "is not a field of this dataset"
                continue
            try:
                values[name] = _kept(name, raw)
            except ValueError as error:
                wrong[str(name)[:64]] = str(error)
    if wrong:
        raise InvalidRecord(fields=wrong)
    return values


def _coerced(field: Field, raw: object) -> FieldValue:
    match field.kind:
        case "text":
            return _text(raw)
        case "integer":
            return _integer(raw)
        case "number":
            return _number(raw)
        case "boolean":
            return _boolean(raw)
        case "date":
            return _date(raw)
        case "choice":
            if raw in field.choices:
                return str(raw)
            shown = ", ".join(field.choices[:8])
            raise ValueError(f"must be one of {shown}" + (", …" if len(field.choices) > 8 else ""))


def _is_storable(text: str) -> bool:
    return "\0" not in text and (text.isascii() or not any("\ud800" <= mark <= "\udfff" for mark in text))


def _text(raw: object) -> str:
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise ValueError("must be text")
    text = raw if isinstance(raw, str) else repr(raw)
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"longer than {LONGEST_TEXT} characters")
    if not _is_storable(text):
        raise ValueError("holds a NUL or half a surrogate pair")
    return text


def _integer(raw: object) -> int:
    is_written_whole = isinstance(raw, str) and _INTEGER.fullmatch(raw.strip())
    if is_written_whole or (isinstance(raw, float) and raw.is_integer()):
        raw = int(raw)  # type: ignore[call-overload]
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise ValueError("must be a whole number")
    if not -SAFE_INTEGER <= raw <= SAFE_INTEGER:
        raise ValueError(f"beyond ±{SAFE_INTEGER}")
    return raw


def _number(raw: object) -> float | int:
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        raw = float(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise ValueError("must be a number")
    if isinstance(raw, int):
        return _integer(raw)
    if not math.isfinite(raw):
        raise ValueError("must be a finite number")
    return raw


def _boolean(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower() if isinstance(raw, str | int) else ""
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("must be true or false")


def _date(raw: object) -> str:
    if isinstance(raw, str):
        try:
            return dt.date.fromisoformat(raw.strip()).isoformat()
        except ValueError:
            pass
    raise ValueError("must be a date such as 2026-05-31")


def _kept(name: object, raw: object) -> FieldValue:
    if not isinstance(name, str) or not _NAME.fullmatch(name) or "__" in name:
        raise ValueError("is not a name a field can have")
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | float):
        return _number(raw)
    return _text(raw)


def inferred_fields(records: Iterable[Mapping[str, object]]) -> tuple[Field, ...]:
    """A declaration that all the given records fit: the narrowest of integer, number, boolean, date, else text.

    Never a choice (a sample cannot show that a list is complete) and never visible (a person decides that).

    >>> [(field.name, field.kind) for field in inferred_fields([{"a": "1", "b": "x"}, {"a": "2.5"}])]
    [('a', 'number'), ('b', 'text')]
    """
    possible: dict[str, list[FieldKind]] = {}
    for record in records:
        for name, raw in record.items():
            kinds = possible.setdefault(name, ["integer", "number", "boolean", "date", "text"])
            if raw is not None and raw != "":
                possible[name] = [kind for kind in kinds if _fits(kind, raw)]
    return tuple(
        Field(name, kinds[0] if kinds and len(kinds) < 5 else "text") for name, kinds in possible.items()
    )


def _fits(kind: FieldKind, raw: object) -> bool:
    if kind in ("integer", "number") and isinstance(raw, str) and re.match(r"[+-]?0[0-9]", raw.strip()):
        return False  # 00123 is a code, not a number
    try:
        _coerced(Field("", kind), raw)
    except ValueError:
        return False
    return True
