"""A version out, as JSON Lines: one item a line with everything the version holds about it."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from labeling.interchange.lines import LineError, numbered_lines

_ITEMS_A_PIECE = 500


class ExportedPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part: its text, or the hash, type and size of its bytes."""

    role: str
    kind: str
    text: str | None = None
    sha256: str | None = None
    media_type: str | None = None
    width: int | None = None
    height: int | None = None


class ExportedVote(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person's answer to one question."""

    worker: str
    value: Any
    round: str
    guideline_version: int
    seat: int | None = None
    revision: int = 0


class ExportedAnswer(msgspec.Struct, frozen=True, omit_defaults=True):
    """The accepted answer to one question, how it was reached, and every vote it rests on."""

    value: Any
    method: str
    confidence: float | None = None
    distribution: Any = None
    votes: tuple[ExportedVote, ...] = ()


class ExportedItem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line."""

    key: str
    revision: int
    parts: tuple[ExportedPart, ...]
    fields: dict[str, Any] = {}
    answers: dict[str, ExportedAnswer] = {}
    votes: dict[str, tuple[ExportedVote, ...]] = {}  # of questions without an accepted answer
    split: str | None = None


def written_items(items: Iterable[ExportedItem]) -> Iterator[bytes]:
    """The items as JSON Lines in pieces, in the order given; the same items give the same bytes."""
    encoder = msgspec.json.Encoder(order="deterministic")
    piece = bytearray()
    for count, item in enumerate(items, start=1):
        piece += encoder.encode(item) + b"\n"
        if count % _ITEMS_A_PIECE == 0:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def read_items(chunks: Iterable[bytes]) -> Iterator[ExportedItem | LineError]:
    """The items of such a file again."""
    decoder = msgspec.json.Decoder(ExportedItem)
    for entry in numbered_lines(chunks, longest=64 * 2**20):
        if isinstance(entry, LineError):
            yield entry
            continue
        number, line = entry
        if not line.strip():
            continue
        try:
            yield decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            yield LineError(number, "", "not_an_export", str(error))
