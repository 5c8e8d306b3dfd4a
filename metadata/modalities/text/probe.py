"""What can be measured of a text."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import asdict, dataclass

from metadata.kernel.json_guard import Json
from metadata.modalities.base import TooLarge, UnreadableFile

MOST_BYTES = 8_000_000
LETTERS_LOOKED_AT = 300
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_ONE_SCRIPT = {"HIRAGANA": "Japanese", "KATAKANA": "Japanese", "CJK": "Han", "FULLWIDTH": "Latin"}


@dataclass(frozen=True, slots=True)
class TextFacts:
    """`characters` are code points, which offsets count; `script` is that of most letters, "" without letters."""

    characters: int
    words: int
    lines: int
    script: str

    def as_json(self) -> dict[str, Json]:
        return asdict(self)


def probe(data: bytes) -> TextFacts:
    """Facts of UTF-8 text, a byte order mark not counted, or `TooLarge` or `UnreadableFile`."""
    if len(data) > MOST_BYTES:
        raise TooLarge(fields={"file": f"is text of more than {MOST_BYTES} bytes"})
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(fields={"file": "is not UTF-8 text"}) from None
    if "\x00" in text:
        raise UnreadableFile(fields={"file": "contains a NUL character"})
    return facts_of(text)


def facts_of(text: str) -> TextFacts:
    """
    >>> facts_of("Um, the weather")
    TextFacts(characters=15, words=3, lines=1, script='Latin')
    """
    return TextFacts(
        characters=len(text),
        words=sum(1 for _ in _WORD.finditer(text)),
        lines=len(text.splitlines()),
        script=script_of(text),
    )


def script_of(text: str) -> str:
    """The script of most of the first letters, by the first word of their Unicode names.

    >>> script_of("погода today, погода")
    'Cyrillic'
    """
    counts: Counter[str] = Counter()
    looked_at = 0
    for character in text:
        if not character.isalpha():
            continue
        word = unicodedata.name(character, "").partition(" ")[0].partition("-")[0]
        if word:
            counts[_ONE_SCRIPT.get(word, word.capitalize())] += 1
        looked_at += 1
        if looked_at == LETTERS_LOOKED_AT:
            break
    if counts["Japanese"]:  # kanji have the same names in Chinese and Japanese
        counts["Japanese"] += counts.pop("Han", 0)
    if not counts.total():
        return ""
    return min(counts, key=lambda script: (-counts[script], script))
