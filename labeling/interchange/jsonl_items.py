"""Items as JSON Lines: `{"key": "m1", "text": "Hello", "channel": "mail"}`, one object a line.

`key` (or `id`) makes a repeated import harmless. The datum is `text`, `image` or `audio` (a path in the upload), or
`parts`, a list of `{"role", "text" | "path"}`. Everything else, and the members of `fields`, are fields.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from labeling.interchange.items import KEY_NAMES, MEDIA_NAMES, ItemRow, PartRow
from labeling.interchange.lines import LONGEST_KEY, LONGEST_LINE, LineError, numbered_lines
from metadata.kernel.json_guard import InvalidJson, Json, guard_json

MOST_PARTS: Final = 64
_decoded = msgspec.json.Decoder().decode


class _Unusable(Exception):
    """A line that does not describe an item: (field, code, reason)."""


def read_items(chunks: Iterable[bytes], *, longest_line: int = LONGEST_LINE) -> Iterator[ItemRow | LineError]:
    """One ItemRow or LineError a line, in order; blank lines are passed over.

    >>> next(read_items([b'{"id": 7, "text": "Hi", "lang": "en"}']))
    ItemRow(line=1, key='7', parts=(PartRow(role='text', text='Hi', path=None),), fields={'lang': 'en'})
    """
    for entry in numbered_lines(chunks, longest=longest_line):
        if isinstance(entry, LineError):
            yield entry
            continue
        number, line = entry
        if not line or line.isspace():
            continue
        try:
            record = _decoded(line)
            guard_json(record, max_bytes=longest_line)
            yield _row(number, record)
        except _Unusable as unusable:
            yield LineError(number, *unusable.args)
        except InvalidJson as error:
            path, reason = next(iter(error.fields.items()))
            yield LineError(number, path.removeprefix("$").removeprefix("."), "invalid_json", reason)
        except UnicodeDecodeError:
            yield LineError(number, "", "not_utf8", "is not UTF-8")
        except (msgspec.DecodeError, RecursionError) as error:
            reason = "nested too deeply" if isinstance(error, RecursionError) else str(error)
            yield LineError(number, "", "not_json", reason)


def _row(number: int, record: object) -> ItemRow:
    if not isinstance(record, dict):
        raise _Unusable("", "not_an_object", "must be an object")
    key = _key(record)
    parts = _parts(record)
    if "fields" in record:
        fields = record.pop("fields")
        if not isinstance(fields, dict):
            raise _Unusable("fields", "invalid_value", "must be an object")
        both = fields.keys() & record.keys()
        if both:
            raise _Unusable(min(both), "given_twice", "stands both in the line and in its fields")
        record.update(fields)
    return ItemRow(number, key, parts, record)


def _key(record: dict[str, Json]) -> str | None:
    for name in KEY_NAMES:
        if name in record:
            key = record.pop(name)
            if isinstance(key, int) and not isinstance(key, bool):
                key = str(key)
            if not isinstance(key, str) or not key.strip():
                raise _Unusable(name, "invalid_value", "must be a text or a whole number")
            if len(key) > LONGEST_KEY:
                raise _Unusable(name, "too_long", f"longer than {LONGEST_KEY} characters")
            return key
    return None


def _parts(record: dict[str, Json]) -> tuple[PartRow, ...]:
    if "parts" in record:
        return _listed_parts(record.pop("parts"))
    parts: list[PartRow] = []
    if "text" in record:
        text = record.pop("text")
        if not isinstance(text, str) or not text:
            raise _Unusable("text", "invalid_value", "must be a text that is not empty")
        parts.append(PartRow("text", text=text))
    for name in MEDIA_NAMES:
        if name in record:
            path = record.pop(name)
            if not isinstance(path, str) or not path:
                raise _Unusable(name, "invalid_value", "must be the path of a file")
            parts.append(PartRow(name, path=path))
    if not parts:
        raise _Unusable("text", "missing", "an item has text, image, audio or parts")
    return tuple(parts)


def _listed_parts(raw: Json) -> tuple[PartRow, ...]:
    if not isinstance(raw, list) or not 1 <= len(raw) <= MOST_PARTS:
        raise _Unusable("parts", "invalid_value", f"must be a list of 1 to {MOST_PARTS}")
    parts: list[PartRow] = []
    for position, entry in enumerate(raw):
        where = f"parts[{position}]"
        if not isinstance(entry, dict) or entry.keys() - {"role", "text", "path"}:
            raise _Unusable(where, "invalid_value", "must be an object of role and text, or role and path")
        role, text, path = entry.get("role"), entry.get("text"), entry.get("path")
        if not isinstance(role, str) or not 1 <= len(role) <= 64:
            raise _Unusable(f"{where}.role", "invalid_value", "must be a text of 1 to 64 characters")
        if isinstance(text, str) and text and path is None:
            parts.append(PartRow(role, text=text))
        elif isinstance(path, str) and path and text is None:
            parts.append(PartRow(role, path=path))
        else:
            raise _Unusable(where, "invalid_value", "needs either text or path")
    return tuple(parts)
