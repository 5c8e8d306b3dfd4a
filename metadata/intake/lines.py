"""One item as it stands in a file, and why a line cannot be one. Every reader gives these, one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from metadata.kernel.errors import InvalidInput

KEY_NAMES: Final = ("key", "id", "external_key", "item", "item_id")
TEXT_NAMES: Final = ("text", "sentence", "message", "body")
LONGEST_LINE: Final = 1_048_576
LONGEST_KEY: Final = 300
LONGEST_TEXT: Final = 500_000
MOST_PARTS: Final = 64
LONGEST_ROLE: Final = 40
MOST_ORDINALS: Final = 32_767


class UnreadableUpload(InvalidInput):
    """The file as a whole cannot be read."""

    code = "unreadable_file"


class PartLine(msgspec.Struct, frozen=True, gc=False):
    """A part: its own text, or the sha256 of a file that was uploaded before."""

    role: str
    ordinal: int = 0
    text: str | None = None
    sha256: str | None = None


class ItemLine(msgspec.Struct, frozen=True, gc=False):
    """`fields` are not yet checked against what the dataset declares; without a key the content is one."""

    line: int
    key: str | None
    parts: tuple[PartLine, ...]
    fields: dict[str, Any]


class BadLine(msgspec.Struct, frozen=True, gc=False):
    """Why one line was left out; the lines around it are not touched by it. `field` is "" for the whole line."""

    line: int
    field: str
    code: str
    reason: str


class Unusable(Exception):
    """A line that does not describe an item: (field, code, reason)."""


def numbered_lines(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes] | BadLine]:
    """Lines without their end, counted from 1. A line beyond the limit is reported, never gathered.

    >>> list(numbered_lines([b"a\\nb", b"c\\n"]))
    [(1, b'a'), (2, b'bc')]
    """
    number, tail, skipping = 0, b"", False
    for chunk in _without_mark(chunks):
        pieces = (tail + chunk).split(b"\n") if tail else chunk.split(b"\n")
        tail = pieces.pop()
        for piece in pieces:
            number += 1
            if skipping:
                skipping = False
            elif len(piece) > LONGEST_LINE:
                yield _too_long(number)
            else:
                yield number, piece
        if skipping:
            tail = b""
        elif len(tail) > LONGEST_LINE:
            yield _too_long(number + 1)
            tail, skipping = b"", True
    if tail:
        yield number + 1, tail


def _too_long(number: int) -> BadLine:
    return BadLine(number, "", "line_too_long", f"longer than {LONGEST_LINE} bytes")


def _without_mark(chunks: Iterable[bytes]) -> Iterator[bytes]:
    pieces = iter(chunks)
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= 3:
            break
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableUpload("The file is UTF-16; save it as UTF-8.", fields={"file": "must be UTF-8"})
    yield start.removeprefix(b"\xef\xbb\xbf")
    yield from pieces


def checked_key(raw: object, name: str) -> str:
    if type(raw) is int:
        raw = str(raw)
    if not isinstance(raw, str) or not raw.strip():
        raise Unusable(name, "invalid_value", "must be a text or a whole number")
    if len(raw) > LONGEST_KEY:
        raise Unusable(name, "too_long", f"longer than {LONGEST_KEY} characters")
    if "\0" in raw:
        raise Unusable(name, "invalid_value", "holds a NUL character")
    return raw


def checked_text(raw: object, name: str) -> str:
    if not isinstance(raw, str) or not raw:
        raise Unusable(name, "invalid_value", "must be a text that is not empty")
    if len(raw) > LONGEST_TEXT:
        raise Unusable(name, "too_long", f"longer than {LONGEST_TEXT} characters")
    if "\0" in raw:
        raise Unusable(name, "invalid_value", "holds a NUL character")
    return raw
