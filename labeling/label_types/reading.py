"""Reading JSON that nobody has checked: each function returns what it promises or raises `InvalidValue`.

A path in a complaint is made of our own names and of indices only, so that nothing a client sent is echoed in it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from labeling.label_types.errors import InvalidValue

Scalar: TypeAlias = bool | int | float | str | None

BIGGEST_INTEGER = 2**53 - 1  # what a browser and a JSON reader in any language keep exactly
IDENTIFIER = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)


def joined(path: str, key: str | int) -> str:
    return f"{path}.{key}" if path else str(key)


def object_at(
    raw: object, path: str, *, required: Sequence[str] = (), optional: Sequence[str] = ()
) -> Mapping[str, object]:
    """A JSON object with exactly these keys."""
    if not isinstance(raw, dict):
        raise InvalidValue(path, "must be an object")
    for key in required:
        if key not in raw:
            raise InvalidValue(joined(path, key), "is required")
    for key in raw:
        if key not in required and key not in optional:
            raise InvalidValue(path, f"has a field that is not known: {ascii(key)[:40]}")
    return raw


def list_at(raw: object, path: str, *, most: int) -> Sequence[object]:
    if not isinstance(raw, list | tuple):
        raise InvalidValue(path, "must be a list")
    if len(raw) > most:
        raise InvalidValue(path, f"has more than {most} entries")
    return raw


def number_at(raw: object, path: str, *, least: float | None = None, most: float | None = None) -> float:
    """A finite number; `True` is not one, nor is an integer that a float cannot hold."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise InvalidValue(path, "must be a number")
    if isinstance(raw, int) and abs(raw) > BIGGEST_INTEGER:
        raise InvalidValue(path, "is too large")
    number = float(raw)
    if not math.isfinite(number):
        raise InvalidValue(path, "must be a finite number")
    if least is not None and number < least:
        raise InvalidValue(path, f"must be at least {least:g}")
    if most is not None and number > most:
        raise InvalidValue(path, f"must be at most {most:g}")
    return number + 0.0  # -0.0 becomes 0.0: the two are equal but would hash differently once written


def integer_at(raw: object, path: str, *, least: int, most: int = BIGGEST_INTEGER) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise InvalidValue(path, "must be a whole number")
    if not least <= raw <= most:
        raise InvalidValue(path, f"must be from {least} to {most}")
    return raw


def flag_at(raw: object, path: str) -> bool:
    if not isinstance(raw, bool):
        raise InvalidValue(path, "must be true or false")
    return raw


def text_at(raw: object, path: str, *, most: int, least: int = 0) -> str:
    """Text that a database and a UTF-8 response can carry, counted in code points."""
    if not isinstance(raw, str):
        raise InvalidValue(path, "must be text")
    if len(raw) > most:
        raise InvalidValue(path, f"is longer than {most} characters")
    if "\x00" in raw:
        raise InvalidValue(path, "contains a NUL character")
    try:
        raw.encode()
    except UnicodeEncodeError:
        raise InvalidValue(path, "contains half of a character (a lone surrogate)") from None
    if len(raw.strip()) < least:
        raise InvalidValue(path, "must not be empty")
    return raw


def one_of(raw: object, path: str, options: Sequence[str]) -> str:
    if not isinstance(raw, str) or raw not in options:
        raise InvalidValue(path, f"must be one of {', '.join(options)}")
    return raw


def identifier_at(raw: object, path: str) -> str:
    if not isinstance(raw, str) or IDENTIFIER.fullmatch(raw) is None:
        raise InvalidValue(path, "must be 1 to 64 of the characters A-Z a-z 0-9 _ . : -")
    return raw


def scalars_at(raw: object, path: str, *, most: int = 32) -> dict[str, Scalar]:
    """A flat object of names and plain values, as in the attributes of an element."""
    if not isinstance(raw, dict):
        raise InvalidValue(path, "must be an object")
    if len(raw) > most:
        raise InvalidValue(path, f"has more than {most} entries")
    found: dict[str, Scalar] = {}
    for key, value in raw.items():
        name = text_at(key, path, most=64, least=1)
        if value is None or isinstance(value, bool):
            found[name] = value
        elif isinstance(value, str):
            found[name] = text_at(value, path, most=1000)
        elif isinstance(value, int):
            found[name] = integer_at(value, path, least=-BIGGEST_INTEGER)
        else:
            found[name] = number_at(value, path)
    return found
