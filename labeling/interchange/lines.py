"""Bytes in pieces to numbered lines, and what is said about a line that cannot be used.

Memory stays flat whatever arrives: a line beyond the limit is reported and skipped without being gathered.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from metadata.kernel.errors import InvalidInput

LONGEST_LINE: Final = 1_048_576
LONGEST_KEY: Final = 255
_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


class UnreadableFile(InvalidInput):
    """The file as a whole cannot be read."""

    code = "unreadable_file"


@dataclass(frozen=True, slots=True)
class LineError:
    """Why one line was left out; the lines around it are not touched by it. `field` is "" for the whole line."""

    line: int
    field: str
    code: str
    reason: str


def numbered_lines(
    chunks: Iterable[bytes], *, longest: int = LONGEST_LINE
) -> Iterator[tuple[int, bytes] | LineError]:
    """Lines without their line feed, counted from 1; a byte order mark is dropped, UTF-16 is refused.

    >>> list(numbered_lines([b"a\\nb", b"c\\n"]))
    [(1, b'a'), (2, b'bc')]
    """
    number, tail, skipping = 0, b"", False
    for chunk in _without_mark(chunks):
        pieces = (tail + chunk).split(b"\n")
        tail = pieces.pop()
        for piece in pieces:
            number += 1
            if skipping:
                skipping = False
            elif len(piece) > longest:
                yield _too_long(number, longest)
            else:
                yield number, piece
        if skipping:
            tail = b""
        elif len(tail) > longest:
            yield _too_long(number + 1, longest)
            tail, skipping = b"", True
    if tail:
        yield number + 1, tail


def _too_long(number: int, longest: int) -> LineError:
    return LineError(number, "", "line_too_long", f"longer than {longest} bytes")


def _without_mark(chunks: Iterable[bytes]) -> Iterator[bytes]:
    pieces = iter(chunks)
    start = b""
    for piece in pieces:
        start += piece
        if len(start) >= len(_UTF8_MARK):
            break
    if start.startswith(_UTF16_MARKS):
        raise UnreadableFile("The file is UTF-16; save it as UTF-8.", fields={"file": "must be UTF-8"})
    yield start.removeprefix(_UTF8_MARK)
    yield from pieces
