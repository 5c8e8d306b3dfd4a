"""A transcript as units: what was said by each, apart from how it is written."""

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from consistency.core.conventions.languages import ENGLISH, Language

Kind = Literal["word", "number", "filler", "tag"]

TOKEN = re.compile(r"\[[^\]]*\]|<[^<>]*>|\S+")
CORE = re.compile(r"[\w%&@+=$€£](?:.*[\w%&@+=$€£])?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Unit:
    """One word, number, hesitation or tag. ``key`` is what was said; ``bare`` how it is written without the marks
    ``before`` and ``mark`` around it, and ``written`` is the whole. ``apart``: a blank stands before the mark."""

    written: str
    bare: str
    key: str
    kind: Kind = "word"
    before: str = ""
    mark: str = ""
    apart: bool = False
    starts: bool = False
    ends: bool = False


def units(text: str, language: Language = ENGLISH) -> list[Unit]:
    """The units of one text.

    >>> [(u.key, u.mark) for u in units("Um... I don't have twenty-five, sorry.")]
    [('~', '...'), ('i', ''), ('do not', ''), ('have', ''), ('#25', ','), ('sorry', '.')]
    """
    tokens = [one for token in TOKEN.findall(text.replace("’", "'")) for one in _unit_of(token, language)]
    long_forms = joined(_marks_attached(tokens), language.known_long_forms, " ")
    return _placed(_numbers(long_forms, language), language)


def _unit_of(token: str, language: Language) -> list[Unit]:
    if token[0] in "[<" and token[-1] in "]>" and len(token) > 2:
        return [Unit(token, token, token.casefold(), "tag")]
    found = CORE.search(token)
    if found is None:
        return [Unit(token, "", "", mark=token)]
    before, bare, mark = token[: found.start()], found.group(), token[found.end() :]
    if (number := language.digits.fullmatch(bare.casefold())) is not None:
        return _digits(token, before, bare, mark, number, language)
    return [Unit(token, bare, _key(bare, language), _kind(bare, language), before, mark)]


def _digits(
    token: str, before: str, bare: str, mark: str, number: "re.Match[str]", language: Language
) -> list[Unit]:
    sign, digits, ending = number.groups()
    value = language.value(digits)
    if ending in language.endings:
        return [Unit(token, bare, f"#{value}{ending}", "number", before, mark)]
    if not ending:
        return [Unit(token, bare, f"#{sign}{value}", "number", before, mark)]
    head = bare[: -len(ending)]
    rest = bare[-len(ending) :]
    return [
        Unit(before + head, head, f"#{sign}{value}", "number", before),
        Unit(rest + mark, rest, _key(rest, language), "word", "", mark),
    ]


def _kind(bare: str, language: Language) -> Kind:
    return "filler" if bare.casefold() in language.fillers else "word"


@lru_cache(maxsize=65_536)
def _key(bare: str, language: Language) -> str:
    """What a word says, however it is spelled: case, hyphens, inner dots, region and short forms do not matter."""
    word = bare.casefold()
    if word in language.fillers:
        return "~"
    if word in language.short_forms:
        return language.short_forms[word]
    if word in language.without_mark:
        return language.without_mark[word]
    word = re.sub(r"(?<=\w)[-.‐‑](?=\w)", "", word).rstrip(".")
    return language.plainly(language.abbreviations.get(word, word))


def _marks_attached(tokens: Sequence[Unit]) -> list[Unit]:
    """Marks that stand alone belong to the word before them, at the beginning to the word after."""
    attached: list[Unit] = []
    waiting = ""
    for one in tokens:
        if one.key and waiting:
            attached.append(replace(one, before=waiting + one.before, written=f"{waiting} {one.written}"))
            waiting = ""
        elif one.key:
            attached.append(one)
        elif attached:
            last = attached[-1]
            written = f"{last.written} {one.mark}"
            attached[-1] = replace(last, mark=last.mark + one.mark, apart=True, written=written)
        else:
            waiting += one.mark
    return attached


MOST_WORDS = 3


def joined(tokens: Sequence[Unit], known: Mapping[str, str] | Set[str], between: str) -> list[Unit]:
    """Up to three words without marks between them whose keys joined are ``known`` become one unit of that key."""
    result: list[Unit] = []
    at = 0
    while at < len(tokens):
        length = 1
        for size in range(min(MOST_WORDS, len(tokens) - at), 1, -1):
            run = tokens[at : at + size]
            plain = all(one.kind == "word" for one in run) and not any(one.mark for one in run[:-1])
            if (
                plain
                and not any(one.before for one in run[1:])
                and between.join(one.key for one in run) in known
            ):
                length = size
                break
        result.append(
            _one(tokens[at : at + length], between.join(one.key for one in tokens[at : at + length]))
        )
        at += length
    return result


def _one(run: Sequence[Unit], key: str, kind: Kind | None = None) -> Unit:
    if len(run) == 1 and kind is None:
        return run[0]
    return Unit(
        " ".join(one.written for one in run),
        " ".join(one.bare for one in run),
        key,
        kind or "word",
        run[0].before,
        run[-1].mark,
        run[-1].apart,
    )


def _numbers(tokens: Sequence[Unit], language: Language) -> list[Unit]:
    """Numbers in words become one unit, with the name of their currency where one follows."""
    result: list[Unit] = []
    at = 0
    while at < len(tokens):
        length, value = _in_words(tokens[at:], language)
        run = tokens[at : at + length] if length else tokens[at : at + 1]
        key = f"#{value}" if length else run[0].key
        unit = _one(run, key, "number") if length else run[0]
        at += len(run)
        if unit.kind == "number" and not unit.mark and at < len(tokens) and tokens[at].key in language.money:
            sign = language.money[tokens[at].key]
            unit = _one([unit, tokens[at]], f"#{sign}{key[1:]}", "number")
            at += 1
        result.append(unit)
    return result


def _in_words(tokens: Sequence[Unit], language: Language) -> tuple[int, str]:
    """How many of the first units make one number in words, and which."""
    words: list[str] = []
    ends: list[int] = []
    for one in tokens[:12]:
        if one.kind != "word":
            break
        words += one.bare.casefold().split("-")
        ends.append(len(words))
        if one.mark:
            break
    used, value = language.number(words)
    return (ends.index(used) + 1, value) if used in ends else (0, "")


def _placed(tokens: Sequence[Unit], language: Language) -> list[Unit]:
    """Which units begin a sentence, and which one ends the text."""
    placed: list[Unit] = []
    begins = True
    for at, one in enumerate(tokens):
        placed.append(replace(one, starts=begins, ends=at == len(tokens) - 1))
        ended = one.mark.rstrip("\"')”")
        begins = (
            ended.endswith((".", "!", "?")) and not ended.endswith("..") and one.key not in language.dotted
        )
    return placed
