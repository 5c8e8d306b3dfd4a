"""Keyset cursors: the sort key of the last row seen, as opaque text. Unsigned, and therefore checked on return.

A cursor holds nothing its bearer could not see on the page it came with, and it only moves a starting point inside
a queryset that is already scoped, so there is nothing to gain by forging one.
"""

import base64
import binascii
import datetime as dt
import math
import uuid
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from metadata.kernel.errors import InvalidInput

CursorValue: TypeAlias = int | float | str | dt.datetime | uuid.UUID | None
CursorKind: TypeAlias = Literal["integer", "number", "text", "time", "uuid"]

PAGE_SIZE: Final = 50
LARGEST_PAGE: Final = 500
_LONGEST_CURSOR: Final = 4096
_BIGINT: Final = 2**63


class InvalidCursor(InvalidInput):
    """This page address is damaged; start from the first page."""

    code = "invalid_cursor"


class InvalidPageSize(InvalidInput):
    """The page size is not a whole number within the limits."""

    code = "invalid_page_size"


def encode_cursor(values: Sequence[CursorValue]) -> str:
    """The key values of the last row of a page, as text for an address."""
    plain = [value.isoformat() if isinstance(value, dt.datetime) else value for value in values]
    return base64.urlsafe_b64encode(msgspec.json.encode(plain)).rstrip(b"=").decode("ascii")


def decode_cursor(
    cursor: str, kinds: Sequence[CursorKind], *, nullable: bool = False
) -> tuple[CursorValue, ...]:
    """The key values again, each checked to be of its kind; InvalidCursor for anything else.

    >>> decode_cursor(encode_cursor(["gold", 17]), ["text", "integer"])
    ('gold', 17)
    """
    if len(cursor) > _LONGEST_CURSOR:
        raise InvalidCursor(fields={"cursor": "too long"})
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        plain = msgspec.json.decode(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, UnicodeError, msgspec.DecodeError, RecursionError):
        raise InvalidCursor(fields={"cursor": "cannot be read"}) from None
    if not isinstance(plain, list) or len(plain) != len(kinds):
        raise InvalidCursor(fields={"cursor": "belongs to another list"})
    return tuple(_checked(value, kind, nullable) for value, kind in zip(plain, kinds, strict=True))


def _checked(value: object, kind: CursorKind, nullable: bool) -> CursorValue:
    if value is None and nullable:
        return None
    if kind == "integer" and type(value) is int and -_BIGINT <= value < _BIGINT:
        return value
    if kind == "number" and type(value) in (int, float) and math.isfinite(_as_float(value)):
        return value  # type: ignore[return-value]
    if isinstance(value, str) and "\0" not in value:
        if kind == "text":
            return value
        try:
            if kind == "time":
                moment = dt.datetime.fromisoformat(value)
                if moment.tzinfo is not None:
                    return moment
            elif kind == "uuid":
                return uuid.UUID(value)
        except ValueError:
            pass
    raise InvalidCursor(fields={"cursor": f"a {kind} was expected"})


def _as_float(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        return math.inf


def page_size(raw: str | int | None, *, default: int = PAGE_SIZE, largest: int = LARGEST_PAGE) -> int:
    """How many rows to give: absent means `default`; beyond the limits is refused, never quietly cut.

    >>> page_size(None), page_size("20")
    (50, 20)
    """
    if raw is None or raw == "":
        return default
    text = str(raw)
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= largest):
        raise InvalidPageSize(fields={"page_size": f"must be a whole number from 1 to {largest}"})
    return int(text)
