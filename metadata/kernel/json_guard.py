"""The guard in front of every JSON column: what PostgreSQL, JavaScript or a float column would choke on stops here.

Measured without it: deep nesting and NUL answered 500, and a float column stored NaN.
"""

import json
import math
from collections.abc import Iterable
from typing import Final, NoReturn, TypeAlias

import msgspec

from metadata.kernel.errors import InvalidInput

SAFE_INTEGER: Final = 2**53  # beyond it JavaScript and floats silently round
BIGINT: Final = 2**63 - 1
MAX_DEPTH: Final = 24
MAX_BYTES: Final = 1_000_000
_LONGEST_PATH: Final = 12

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
_Path: TypeAlias = "tuple[_Path, str | int] | None"


class InvalidJson(InvalidInput):
    """This is not JSON that can be stored."""

    code = "invalid_json"


def guarded_json(
    raw: bytes | str, *, max_depth: int = MAX_DEPTH, max_bytes: int = MAX_BYTES, largest: int = SAFE_INTEGER
) -> Json:
    """Parse untrusted bytes and guard what they hold.

    >>> guarded_json(b'{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    """
    if len(raw) > max_bytes:
        raise InvalidJson(fields={"$": f"larger than {max_bytes} bytes"})
    try:
        value: Json = msgspec.json.decode(raw)
    except RecursionError:
        raise InvalidJson(fields={"$": f"nested deeper than {max_depth} levels"}) from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise InvalidJson(fields={"$": str(error)}) from None
    guard_json(value, max_depth=max_depth, max_bytes=max_bytes, largest=largest)
    return value


def guard_json(
    value: object,
    *,
    root: str = "$",
    max_depth: int = MAX_DEPTH,
    max_bytes: int = MAX_BYTES,
    largest: int = SAFE_INTEGER,
) -> None:
    """Raise InvalidJson naming the path of the first thing in a parsed value that must not be stored.

    `largest` bounds integers (`BIGINT` where a 64-bit column takes them); `max_bytes` bounds an estimate of the
    size as JSON: text by its UTF-8 length, everything else by a few bytes each.
    """
    size = 0
    pending: list[tuple[dict[str, object] | list[object], _Path, int]] = [([value], None, -1)]
    while pending:
        container, path, depth = pending.pop()
        if depth >= max_depth:
            _refuse(root, path, f"nested deeper than {max_depth} levels")
        members: Iterable[tuple[str | int, object]] = enumerate(container)
        if isinstance(container, dict):
            members = container.items()
            size += _size_of_keys(container, root, path)
        for step, member in members:
            if isinstance(member, dict | list):
                size += 2
                pending.append((member, (path, step), depth + 1))
                continue
            try:
                size += _size_of_scalar(member, largest)
            except ValueError as error:
                _refuse(root, (path, step), str(error))
        if size > max_bytes:
            _refuse(root, None, f"larger than {max_bytes} bytes")


def _size_of_keys(container: dict[str, object], root: str, path: _Path) -> int:
    size = 0
    for key in container:
        if not isinstance(key, str):
            _refuse(root, path, "a key is not text")
        try:
            size += _size_of_text(key) + 1
        except ValueError as error:
            _refuse(root, (path, key), f"the key {error}")
    return size


def _size_of_scalar(member: object, largest: int) -> int:
    if isinstance(member, str):
        return _size_of_text(member)
    if member is None or isinstance(member, bool):
        return 5
    if isinstance(member, int):
        if not -largest <= member <= largest:
            raise ValueError(f"is an integer beyond ±{largest}")
        return 4
    if isinstance(member, float):
        if not math.isfinite(member):
            raise ValueError("is not a finite number")
        return 8
    raise ValueError(f"is a {type(member).__name__}, which has no JSON form")


def _size_of_text(text: str) -> int:
    if "\0" in text:
        raise ValueError("holds a NUL character")
    if text.isascii():
        return len(text) + 3
    try:
        return len(text.encode("utf-8")) + 3
    except UnicodeEncodeError:
        raise ValueError("holds half a surrogate pair") from None


def _refuse(root: str, path: _Path, reason: str) -> NoReturn:
    raise InvalidJson(fields={_written(root, path): reason})


def _written(root: str, path: _Path) -> str:
    steps: list[str] = []
    while path is not None:
        path, step = path
        if path is None:
            break  # the one-element list that wraps the value
        if isinstance(step, int):
            steps.append(f"[{step}]")
        elif step.isidentifier() and len(step) <= 60:
            steps.append(f".{step}")
        else:
            steps.append(f"[{json.dumps(step[:60])}]")
    if len(steps) > _LONGEST_PATH:
        steps = [*steps[:3], "…", *steps[3 - _LONGEST_PATH :]]
    return root + "".join(reversed(steps))
