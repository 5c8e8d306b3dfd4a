"""Items as JSON Lines: `{"key": "m1", "text": "Hello", "channel": "mail"}`, one object a line.

`key` (or `id`) makes a repeated import harmless. The datum is `text`, or `parts`: a list of `{"role", "ordinal",
"text" | "sha256"}`. Everything else, and the members of `fields`, are fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from metadata.intake.lines import (
    KEY_NAMES,
    LONGEST_ROLE,
    MOST_ORDINALS,
    MOST_PARTS,
    BadLine,
    ItemLine,
    PartLine,
    Unusable,
    checked_key,
    checked_text,
    numbered_lines,
)

_decoded = msgspec.json.Decoder().decode
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_ROLE: Final = re.compile(rf"[A-Za-z0-9][A-Za-z0-9_\-]{{0,{LONGEST_ROLE - 1}}}")


def read_items(chunks: Iterable[bytes]) -> Iterator[ItemLine | BadLine]:
    """One ItemLine or BadLine a line, in order; blank lines are passed over.

    >>> next(read_items([b'{"id": 7, "text": "Hi", "lang": "en"}'])).fields
    {'lang': 'en'}
    """
    for entry in numbered_lines(chunks):
        if isinstance(entry, BadLine):
            yield entry
            continue
        number, line = entry
        if not line or line.isspace():
            continue
        try:
            record = _decoded(line)
        except UnicodeDecodeError:
            yield BadLine(number, "", "not_utf8", "is not UTF-8")
            continue
        except RecursionError:
            yield BadLine(number, "", "not_json", "is nested too deeply")
            continue
        except msgspec.DecodeError as error:
            yield BadLine(number, "", "not_json", str(error))
            continue
        yield item_of(number, record)


def item_of(number: int, record: object) -> ItemLine | BadLine:
    """The item that a parsed object describes; the bulk endpoint reads its items so, too."""
    try:
        if not isinstance(record, dict):
            raise Unusable("", "not_an_object", "must be an object")
        key = _key(record)
        parts = _parts(record)
        if "fields" in record:
            fields = record.pop("fields")
            if not isinstance(fields, dict):
                raise Unusable("fields", "invalid_value", "must be an object")
            if both := fields.keys() & record.keys():
                raise Unusable(
                    str(min(both))[:60], "given_twice", "stands both in the line and in its fields"
                )
            record.update(fields)
        return ItemLine(number, key, parts, record)
    except Unusable as unusable:
        return BadLine(number, *unusable.args)


def _key(record: dict[str, Any]) -> str | None:
    for name in KEY_NAMES:
        if name in record:
            return checked_key(record.pop(name), name)
    return None


def _parts(record: dict[str, Any]) -> tuple[PartLine, ...]:
    if "parts" in record:
        if "text" in record:
            raise Unusable("text", "given_twice", "an item has either text or parts")
        return _listed_parts(record.pop("parts"))
    if "text" not in record:
        raise Unusable("text", "missing", "an item has text or parts")
    return (PartLine("text", 0, checked_text(record.pop("text"), "text")),)


def _listed_parts(raw: object) -> tuple[PartLine, ...]:
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_PARTS:
        raise Unusable("parts", "invalid_value", f"must be a list of 1 to {MOST_PARTS}")
    parts = [_listed_part(entry, f"parts[{at}]") for at, entry in enumerate(raw)]
    if len({(part.role, part.ordinal) for part in parts}) < len(parts):
        raise Unusable("parts", "given_twice", "two have the same role and ordinal")
    return tuple(parts)


def _listed_part(entry: object, where: str) -> PartLine:
    if not isinstance(entry, dict) or entry.keys() - {"role", "ordinal", "text", "sha256"}:
        raise Unusable(where, "invalid_value", "must be an object of role, ordinal, and text or sha256")
    role, ordinal, sha256 = entry.get("role"), entry.get("ordinal", 0), entry.get("sha256")
    if not isinstance(role, str) or not _ROLE.fullmatch(role):
        raise Unusable(f"{where}.role", "invalid_value", f"1 to {LONGEST_ROLE} letters, digits, _ and -")
    if type(ordinal) is not int or not 0 <= ordinal <= MOST_ORDINALS:
        raise Unusable(f"{where}.ordinal", "invalid_value", f"must be from 0 to {MOST_ORDINALS}")
    if sha256 is None:
        return PartLine(role, ordinal, checked_text(entry.get("text"), f"{where}.text"))
    if entry.get("text") is not None:
        raise Unusable(where, "given_twice", "has either text or sha256")
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise Unusable(f"{where}.sha256", "invalid_value", "must be 64 hexadecimal digits")
    return PartLine(role, ordinal, None, sha256)
